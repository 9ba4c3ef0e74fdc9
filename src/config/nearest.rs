//! Which known name a misspelt one was meant to be. Must not know settings.

/// The candidate most like `name`; the first of equals.
///
/// Likeness is the sum of the two shares that the longest common subsequence has of both names: unlike an edit
/// distance it finds `queue.max_queued_tokens` for `queue.max_tokens`, where a word was left out.
pub fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let likeness = likeness(name, candidate);
        if best.is_none_or(|(_, most)| likeness > most) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.chars().collect());
    let common = common_subsequence(&a, &b) as f64;
    common / a.len().max(1) as f64 + common / b.len().max(1) as f64
}

fn common_subsequence(a: &[char], b: &[char]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (column, y) in b.iter().enumerate() {
            let above = row[column + 1];
            row[column + 1] = if x == y { diagonal + 1 } else { above.max(row[column]) };
            diagonal = above;
        }
    }
    row[b.len()]
}
