//! Numbers that are secret because a word beside them says so: 卡号 6222…, "my phone is …", 身份证 with a typing error.
//! Must not know numbers that can be told by their digits alone.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::SecretKind;
use super::bars::is_day;
use super::folded::{Folded, Hit, is_cover};
use super::numbers::{Link, Numbers};
use super::shapes::Window;

/// Characters before a number in which its name is looked for.
const BEFORE: usize = 24;
/// Characters behind it.
const BEHIND: usize = 16;
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 12..=19;
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

// `(?-u:\b)`: the edge of an ASCII word. Chinese characters are letters to the plain `\b`, which would not see the
// beginning of "card" in 我的card. A pattern that did not compile would find nothing; tests mask by each of them.
static CARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"卡号|卡號|[账帐賬帳][号號户戶]|银行卡|銀行卡|信用卡|借记卡|储蓄卡|存折|(?-u:\b)(?:cards?|accounts?|acct|a/c|pan)(?-u:\b)").ok()
});
static IDENTITY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"身份证|身份證|身份号|证件号|證件號|(?-u:\b)(?:id|identity)(?-u:\b)").ok());
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"手机|手機|电话|電話|座机|联系方式|聯繫方式|预留号码|打给我|(?-u:\b)(?:tel|telephone|phone|mobile|cell|cellphone|call me|text me|whatsapp|ring me|reach me)(?-u:\b)",
    )
    .ok()
});

/// Every number named beside it.
pub fn find(folded: &Folded, numbers: &Numbers) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut first = 0;
    while first < numbers.groups.len() {
        let last = cluster_end(numbers, first);
        if numbers.groups[first].bar.is_none() {
            // The whole cluster, or one end of it where another number stands beside.
            let tries = [(first, last), (first, first), (last, last)];
            let tries = tries.map(|(first, last)| Window { folded, numbers, first, last });
            hits.extend(tries.iter().filter(|window| window.end() > folded.own()).find_map(named));
        }
        first = last + 1;
    }
    hits
}

/// The last group that hangs softly on `first` and is not barred.
fn cluster_end(numbers: &Numbers, first: usize) -> usize {
    let follows = |at: &usize| {
        let group = &numbers.groups[*at];
        group.link == Link::Soft && group.bar.is_none()
    };
    let bound = numbers.groups[first].bar.map_or(numbers.groups.len(), |_| first + 1);
    (first + 1..bound).take_while(follows).last().unwrap_or(first)
}

fn named(window: &Window<'_>) -> Option<Hit> {
    let length = window.digits().len();
    let identity = length == 18 || length == 15 || window.ends_in_x();
    let around = Around::of(window);
    let kind = if identity && around.names(&IDENTITY) {
        SecretKind::ResidentId
    } else if CARD_DIGITS.contains(&length) && around.names(&CARD) {
        SecretKind::Card
    } else if PHONE_DIGITS.contains(&length) && !is_public(window.digits()) && around.names(&PHONE) {
        SecretKind::Phone
    } else {
        return None;
    };
    Some(Hit { at: window.at(), kind })
}

/// Service numbers, and days written as eight digits.
fn is_public(digits: &[u8]) -> bool {
    is_compact_day(digits) || matches!(digits, [4 | 8, 0, 0, ..] if digits.len() == 10)
}

/// `20261124`
pub fn is_compact_day(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0, |value, digit| value * 10 + u32::from(*digit));
    digits.len() == 8 && is_day(number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]))
}

/// The words before and behind a number, up to the nearest digit, secret or end of a sentence.
struct Around {
    before: String,
    behind: String,
}

impl Around {
    fn of(window: &Window<'_>) -> Self {
        let chars = &window.folded.chars;
        let Range { start, end } = window.at();
        let reach = |c: &&char| {
            !c.is_ascii_digit() && !is_cover(**c) && !matches!(c, '。' | '！' | '？' | '!' | '?' | ';' | '；')
        };
        let mut before: Vec<char> = chars[..start].iter().rev().take(BEFORE).take_while(reach).copied().collect();
        before.reverse();
        let behind = chars[end..].iter().take(BEHIND).take_while(reach).take_while(|c| !matches!(c, ',' | '\n'));
        Self { before: before.into_iter().collect(), behind: behind.collect() }
    }

    fn names(&self, what: &LazyLock<Option<Regex>>) -> bool {
        what.as_ref().is_some_and(|name| name.is_match(&self.before) || name.is_match(&self.behind))
    }
}
