//! Which known name a misspelt one was meant to be. Must not know settings.

/// The candidate most like `name`; the first of equals.
///
/// Likeness is twice the length of the longest common subsequence over both lengths: unlike an edit distance
/// it finds `max_queued_tokens` for `max_tokens`, where words were left out.
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
    2.0 * common_subsequence(&a, &b) as f64 / (a.len() + b.len()).max(1) as f64
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
