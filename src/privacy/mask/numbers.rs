//! The numbers in a folded text: groups of digits and how they hang together.
//! Must not know which numbers are secret.

use std::ops::Range;

use super::folded::{Folded, is_cover};

/// How a group hangs on the group before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not at all.
    Break,
    /// By nothing, spaces, dashes or dots: the way people group the digits of one number.
    Soft,
    /// By a comma, slash or bracket: mostly the end of one number and the start of another.
    Hard,
}

/// Why a group is most likely no part of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// An amount of money.
    Money,
    /// A count of something: days, times, people.
    Count,
    /// A date, a service number, part of an identifier, or found already.
    Other,
}

/// Digits without anything between them, all Arabic or all Chinese.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its characters.
    pub at: Range<usize>,
    /// Where its digits begin in [`Numbers::digits`].
    pub first: usize,
    pub link: Link,
    pub bar: Option<Bar>,
}

impl Group {
    pub fn len(&self) -> usize {
        self.at.len()
    }
}

/// All numbers of a text.
pub struct Numbers {
    pub groups: Vec<Group>,
    /// The values of all digits, one group after the other.
    pub digits: Vec<u8>,
    /// Sums for Luhn's check up to each digit, doubling those at even and at odd places.
    sums: [Vec<u64>; 2],
}

/// Most characters between two groups of one number.
const MAX_GAP: usize = 4;
/// Most characters that may stand around the two halves of a number that was split over two messages.
const MAX_REMARK: usize = 12;

impl Numbers {
    pub fn read(folded: &Folded) -> Self {
        let mut numbers = Self { groups: Vec::new(), digits: Vec::new(), sums: [vec![0], vec![0]] };
        let mut at = 0;
        while at < folded.chars.len() {
            let Some((_, script)) = digit(folded.chars[at]) else {
                at += 1;
                continue;
            };
            let start = at;
            let first = numbers.digits.len();
            while let Some((value, _)) = folded.get(at).and_then(digit).filter(|(_, other)| *other == script) {
                numbers.push(value);
                at += 1;
            }
            let link = numbers.groups.last().map_or(Link::Break, |last| link(folded, last.at.end..start));
            numbers.groups.push(Group { at: start..at, first, link, bar: None });
        }
        numbers
    }

    fn push(&mut self, value: u8) {
        let place = self.digits.len();
        let doubled = u64::from(if value > 4 { value * 2 - 9 } else { value * 2 });
        for (parity, sums) in self.sums.iter_mut().enumerate() {
            let add = if place % 2 == parity { doubled } else { u64::from(value) };
            sums.push(sums[place] + add);
        }
        self.digits.push(value);
    }

    /// Luhn's check over some digits: from the right, every second one is doubled.
    pub fn luhn(&self, digits: Range<usize>) -> bool {
        let sums = &self.sums[digits.end % 2];
        (sums[digits.end] - sums[digits.start]).is_multiple_of(10)
    }

    /// The digits of the groups `first..=last`.
    pub fn span(&self, first: usize, last: usize) -> Range<usize> {
        self.groups[first].first..self.groups[last].first + self.groups[last].len()
    }
}

/// The value of a digit and whether it is Chinese. Arabic digits are folded already.
pub fn digit(c: char) -> Option<(u8, bool)> {
    let value = match c {
        '0'..='9' => return u8::try_from(u32::from(c) - u32::from('0')).ok().map(|value| (value, false)),
        '〇' | '零' => 0,
        '一' | '幺' | '壹' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    };
    Some((value, true))
}

fn link(folded: &Folded, gap: Range<usize>) -> Link {
    let own = folded.own();
    if own > 0 && gap.start < own && own <= gap.end {
        return link_of_messages(&folded.chars[gap.start..own], &folded.chars[own..gap.end]);
    }
    let between = &folded.chars[gap];
    if between.len() > MAX_GAP {
        Link::Break
    } else if between.iter().all(|c| is_soft(*c)) {
        Link::Soft
    } else if between.iter().all(|c| is_soft(*c) || is_hard(*c)) {
        Link::Hard
    } else {
        Link::Break
    }
}

/// "前八位是62220212" · "后面是34567890128": a few words may stand around the halves.
fn link_of_messages(after: &[char], before: &[char]) -> Link {
    let near = |part: &[char]| part.len() <= MAX_REMARK && !part.iter().any(|c| is_cover(*c));
    if near(after) && near(before) { Link::Soft } else { Link::Break }
}

fn is_soft(c: char) -> bool {
    matches!(c, ' ' | '\n' | '-' | '.' | '。')
}

fn is_hard(c: char) -> bool {
    matches!(c, ',' | '、' | '/' | '_' | '|' | '(' | ')')
}
