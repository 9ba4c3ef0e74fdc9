//! E-mail addresses in a folded text. Must not know other secrets.

use std::ops::Range;

use super::folded::Folded;

/// Most letters of an address before the `@` where they are not ASCII: without spaces between words, nobody can
/// tell where such a name begins.
const MAX_OTHER_LETTERS: usize = 16;

/// Every address, in order.
pub fn find(folded: &Folded) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..folded.chars.len() {
        let Some(sign) = sign_length(folded, at) else { continue };
        let from = found.last().map_or(0, |last| last.end);
        if let (Some(start), Some(end)) = (name(folded, from, at), domain(folded, at + sign)) {
            found.push(start..end);
        }
    }
    found
}

/// `@`, `(at)`, `[at]`.
fn sign_length(folded: &Folded, at: usize) -> Option<usize> {
    match folded.chars[at] {
        '@' => Some(1),
        '(' | '[' if folded.chars.get(at + 1..at + 4).is_some_and(|c| matches!(c, ['a', 't', ')' | ']'])) => Some(4),
        _ => None,
    }
}

/// Where the part before the `@` begins. One space may stand between.
fn name(folded: &Folded, from: usize, at: usize) -> Option<usize> {
    let at = if folded.before(at) == Some(' ') { at - 1 } else { at };
    let back = |fits: fn(char) -> bool| folded.chars[from.min(at)..at].iter().rev().take_while(|c| fits(**c)).count();
    let plain = back(is_name);
    let length = if plain > 0 { plain } else { back(char::is_alphabetic).min(MAX_OTHER_LETTERS) };
    (length > 0).then(|| at - length)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// Where the part after the `@` ends: labels with dots between, at least two, the last beginning with a letter.
fn domain(folded: &Folded, at: usize) -> Option<usize> {
    let at = if folded.get(at) == Some(' ') { at + 1 } else { at };
    labels(folded, at, |c| c.is_ascii_alphanumeric() || c == '-')
        .or_else(|| labels(folded, at, |c| c.is_alphanumeric() || c == '-'))
}

fn labels(folded: &Folded, at: usize, fits: fn(char) -> bool) -> Option<usize> {
    let mut end = at;
    let mut complete = None;
    loop {
        let label = folded.chars[end.min(folded.chars.len())..].iter().take_while(|c| fits(**c)).count();
        if label == 0 {
            return complete;
        }
        end += label;
        // `teller@0.1.0` is a version.
        if end > at + label && folded.chars[end - label].is_alphabetic() {
            complete = Some(end);
        }
        if folded.get(end) != Some('.') {
            return complete;
        }
        end += 1;
    }
}
