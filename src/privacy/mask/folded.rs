//! The copy of a text that secrets are looked for in: one spelling of digits, letters and separators, nothing
//! invisible, log escapes undone, with the place of every character in the original.
//! Must not know what a secret looks like.

use std::ops::Range;

use super::SecretKind;
use crate::text::is_invisible;

/// Characters of the previous message that are looked at: more than any number and its name need.
const PREVIOUS_CHARS: usize = 160;

/// Most backslashes before an escape: a text that was quoted twice or three times over.
const MAX_SLASHES: usize = 8;

/// What was found already, or had been masked before, stands as one of these private-use characters: nothing reads
/// across them, and the words inside a placeholder are no cue.
const FOUND: char = '\u{e000}';

/// The copy. Positions are numbers of characters in it.
pub struct Folded {
    pub chars: Vec<char>,
    places: Vec<Range<usize>>,
    /// Where the message itself begins; what comes before belongs to the previous one.
    own: usize,
}

/// A secret: its positions and its kind.
#[derive(Debug, Clone)]
pub struct Hit {
    pub at: Range<usize>,
    pub kind: SecretKind,
}

impl Folded {
    pub fn new(text: &str, previous: Option<&str>) -> Self {
        let mut folded = Self { chars: Vec::with_capacity(text.len()), places: Vec::new(), own: 0 };
        if let Some(previous) = previous {
            let tail = previous.char_indices().rev().nth(PREVIOUS_CHARS - 1).map_or(0, |(at, _)| at);
            folded.read(&previous[tail..]);
            folded.push('\n', 0..0);
            folded.own = folded.chars.len();
        }
        folded.read(text);
        folded
    }

    /// The position where the message begins: 0 without a previous one.
    pub fn own(&self) -> usize {
        self.own
    }

    pub fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    /// The character before a position.
    pub fn before(&self, at: usize) -> Option<char> {
        self.get(at.checked_sub(1)?)
    }

    /// Whether `word` (of ASCII letters) or a Chinese word stands at a position and is not the start of a longer
    /// ASCII word.
    pub fn has_word(&self, at: usize, word: &str) -> bool {
        let mut rest = self.chars[at.min(self.chars.len())..].iter();
        let fits = word.chars().all(|c| rest.next() == Some(&c));
        fits && !(word.is_ascii() && rest.next().is_some_and(char::is_ascii_alphabetic))
    }

    /// Covers a found secret, so that nothing else is found in it.
    pub fn cover(&mut self, hit: &Hit) {
        self.chars[hit.at.clone()].fill(cover_of(hit.kind));
    }

    /// The bytes of the message that a secret takes up; `None` when it lies in the previous message.
    pub fn place(&self, at: &Range<usize>) -> Option<Range<usize>> {
        let own = at.start.max(self.own)..at.end;
        if own.is_empty() { None } else { Some(self.places[own.start].start..self.places[own.end - 1].end) }
    }

    fn push(&mut self, c: char, place: Range<usize>) {
        self.chars.push(c);
        self.places.push(place);
    }

    fn read(&mut self, text: &str) {
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let (read, bytes) = match c {
                '[' => placeholder(rest).unwrap_or((Some('['), 1)),
                '\\' => escape(rest).unwrap_or((Some('\\'), 1)),
                _ => (fold(c), c.len_utf8()),
            };
            match read {
                Some(c) => self.push(c, at..at + bytes),
                // What cannot be seen goes with the character before it: nothing of a masked number is left over.
                None => self.places[self.own..].iter_mut().last().into_iter().for_each(|place| place.end = at + bytes),
            }
            at += bytes;
        }
    }
}

/// The character that stands where a secret of this kind was found.
pub fn cover_of(kind: SecretKind) -> char {
    let place = SecretKind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
    u32::try_from(place).ok().and_then(|place| char::from_u32(FOUND as u32 + place)).unwrap_or(FOUND)
}

/// Whether a secret was found here.
pub fn is_cover(c: char) -> bool {
    (FOUND..='\u{e0ff}').contains(&c)
}

fn placeholder(rest: &str) -> Option<(Option<char>, usize)> {
    let kind = SecretKind::ALL.into_iter().find(|kind| rest.starts_with(kind.placeholder()))?;
    Some((Some(cover_of(kind)), kind.placeholder().len()))
}

/// What formatting wrote for white space and invisible characters: `\n`, `\\n`, `\u{200b}`, `\u200b`. A finished
/// log line has them between the digits of a number. Other escapes stay as they are.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let slashes = rest.bytes().take(MAX_SLASHES).take_while(|byte| *byte == b'\\').count();
    let letters = &rest[slashes..];
    let (c, bytes) = match letters.chars().next()? {
        'n' | 'r' => ('\n', 1),
        't' => (' ', 1),
        'u' => code_point(&letters[1..]).map(|(c, bytes)| (c, bytes + 1))?,
        _ => return None,
    };
    let blank = c.is_whitespace() || c.is_control() || is_invisible(c);
    blank.then(|| (fold(c), slashes + bytes))
}

/// Reads `{200b}` or `200b`.
fn code_point(text: &str) -> Option<(char, usize)> {
    let (hex, bytes) = match text.strip_prefix('{') {
        Some(inner) => inner.bytes().take(7).position(|byte| byte == b'}').map(|end| (&inner[..end], end + 2))?,
        None => (text.get(..4)?, 4),
    };
    let code = u32::from_str_radix(hex, 16).ok().filter(|_| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((char::from_u32(code)?, bytes))
}

/// One character in its plain spelling; `None` when it cannot be seen.
fn fold(c: char) -> Option<char> {
    let folded = match c {
        '\n' | '\r' => '\n',
        _ if c.is_whitespace() => ' ',
        _ if c.is_control() || is_unseen(c) => return None,
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\x7f' => c,
        // Full-width forms of the ASCII characters.
        '\u{ff01}'..='\u{ff5e}' => shifted(c, 0xff01, '!').to_ascii_lowercase(),
        // Bold, double-struck, sans-serif and monospace digits, ten each.
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_digit((u32::from(c) - 0x1d7ce) % 10, 10).unwrap_or(c),
        '①'..='⑨' => shifted(c, 0x2460, '1'),
        '⓪' => '0',
        '\u{2080}'..='\u{2089}' => shifted(c, 0x2080, '0'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '·' | '•' | '・' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' => '.',
        '￥' => '¥',
        _ if is_cover(c) => '\u{fffd}',
        _ => c,
    };
    Some(folded)
}

fn shifted(c: char, from: u32, to: char) -> char {
    char::from_u32(u32::from(c) - from + u32::from(to)).unwrap_or(c)
}

/// Beside the zero-width characters: variation selectors, the keycap around an emoji digit, joiners and fillers.
fn is_unseen(c: char) -> bool {
    is_invisible(c)
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{034f}' | '\u{061c}' | '\u{180b}'..='\u{180e}')
        || matches!(c, '\u{2065}'..='\u{206f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{e0000}'..='\u{e007f}')
}
