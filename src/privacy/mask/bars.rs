//! Numbers that are no secrets: amounts, counts, dates, service numbers, machine identifiers.
//! Must not know secrets: it only says what a group of digits is instead.

use super::folded::Folded;
use super::numbers::{Bar, Group, Link, Numbers};

const MONEY: &[&str] = &[
    "块",
    "圆",
    "%",
    "‰",
    "yuan",
    "rmb",
    "cny",
    "usd",
    "hkd",
    "eur",
    "gbp",
    "jpy",
    "dollar",
    "dollars",
    "pounds",
    "euro",
    "euros",
    "percent",
    "美元",
    "美金",
    "港币",
    "港元",
    "欧元",
    "英镑",
    "日元",
    "人民币",
];
const COUNTS: &[&str] = &[
    "万", "亿", "千", "百", "十", "年", "月", "日", "天", "个", "次", "分", "秒", "时", "小时", "位", "岁", "倍", "笔",
    "股", "克", "份", "张", "期",
];
const COUNT_WORDS: &[&str] = &[
    "times",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "hour",
    "hours",
    "minutes",
    "seconds",
    "points",
    "people",
    "characters",
    "digits",
];
/// Digits from which a number is no amount, whatever stands behind it.
const MONEY_DIGITS: usize = 13;
/// Digits up to which a number may be a count.
const COUNT_DIGITS: usize = 8;

/// What the words and signs around some characters make of a number there.
pub fn unit(folded: &Folded, start: usize, end: usize) -> Option<Bar> {
    let spaced = end + usize::from(folded.get(end) == Some(' '));
    let is_any = |words: &[&str], at| words.iter().any(|word| folded.has_word(at, word));
    // 元旦 and 元宵 are days.
    let yuan = folded.get(spaced) == Some('元') && !matches!(folded.get(spaced + 1), Some('旦' | '宵'));
    let length = end - start;
    if length < MONEY_DIGITS && (yuan || is_any(MONEY, spaced) || has_currency_before(folded, start)) {
        Some(Bar::Money)
    } else if length <= COUNT_DIGITS && (is_any(COUNTS, end) || is_any(COUNT_WORDS, spaced)) {
        Some(Bar::Count)
    } else {
        None
    }
}

fn has_currency_before(folded: &Folded, start: usize) -> bool {
    let end = start - usize::from(folded.before(start) == Some(' '));
    let sign = folded.before(end).is_some_and(|c| matches!(c, '¥' | '$' | '€' | '£'));
    let is_word = |word: &str| {
        end.checked_sub(word.chars().count()).is_some_and(|at| folded.chars[at..end].iter().copied().eq(word.chars()))
    };
    sign || ["rmb", "cny", "usd", "人民币"].into_iter().any(is_word)
}

/// Marks the groups that are no secrets.
pub fn bar(folded: &Folded, numbers: &mut Numbers) {
    for group in &mut numbers.groups {
        group.bar = unit(folded, group.at.start, group.at.end);
    }
    for first in 0..numbers.groups.len() {
        for count in
            [date(folded, numbers, first), service_number(folded, numbers, first), decimal(folded, numbers, first)]
        {
            numbers.groups.iter_mut().skip(first).take(count).for_each(|group| group.bar = Some(Bar::Other));
        }
    }
    bar_identifiers(folded, numbers);
}

/// The value of a group of up to four digits.
fn value(numbers: &Numbers, group: &Group) -> u32 {
    let digits = numbers.digits.iter().skip(group.first).take(group.len().min(4));
    digits.fold(0, |value, digit| value * 10 + u32::from(*digit))
}

/// How many groups from `first` on are a date or a moment: `2026-11-24`, `24/11/2026`, `20261124093015`.
fn date(folded: &Folded, numbers: &Numbers, first: usize) -> usize {
    let [year, month, day] = match numbers.groups.get(first..first + 3) {
        Some([a, b, c]) if joined(folded, a, b).is_some_and(|sign| joined(folded, b, c) == Some(sign)) => [a, b, c],
        _ => {
            let moment = !meets_other_message(folded, numbers, first) && moment(numbers, &numbers.groups[first]);
            return usize::from(moment);
        }
    };
    let fits = |y: &Group, m: &Group, d: &Group| {
        y.len() == 4 && m.len() <= 2 && d.len() <= 2 && is_day(value(numbers, y), value(numbers, m), value(numbers, d))
    };
    // The middle of a resident id may be set off like a date: six digits before it, four behind.
    let of_id = first > 0 && year.link == Link::Soft && numbers.groups[first - 1].len() == 6;
    if !of_id && (fits(year, month, day) || fits(day, month, year) || fits(day, year, month)) { 3 } else { 0 }
}

/// The one sign between two groups, if it is one that dates are written with.
fn joined(folded: &Folded, a: &Group, b: &Group) -> Option<char> {
    let sign = folded.get(a.at.end).filter(|c| matches!(c, '-' | '/' | '.'))?;
    (b.at.start == a.at.end + 1).then_some(sign)
}

fn moment(numbers: &Numbers, group: &Group) -> bool {
    let digits = &numbers.digits[group.first..group.first + group.len()];
    let two = |at: usize| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]);
    group.len() == 14 && is_day(two(0) * 100 + two(2), two(4), two(6)) && two(8) < 24 && two(10) < 60 && two(12) < 60
}

/// Whether this is a day of our times.
pub fn is_day(year: u32, month: u32, day: u32) -> bool {
    (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether a group stands where two messages meet: half of a card number may look like a service number or a moment.
fn meets_other_message(folded: &Folded, numbers: &Numbers, first: usize) -> bool {
    let in_previous = |at: usize| numbers.groups[at].at.start < folded.own();
    let follows = numbers.groups[first].link == Link::Soft && first.checked_sub(1).is_some_and(in_previous);
    in_previous(first) || follows
}

/// How many groups from `first` on are a service number anybody may know: 400 or 800 and seven digits more.
fn service_number(folded: &Folded, numbers: &Numbers, first: usize) -> usize {
    if meets_other_message(folded, numbers, first) {
        return 0;
    }
    let groups = &numbers.groups[first..];
    let starts = matches!(numbers.digits[groups[0].first..], [4 | 8, 0, 0, ..]);
    let shapes: [&[usize]; 4] = [&[10], &[3, 3, 4], &[3, 4, 3], &[4, 3, 3]];
    let shape = shapes.into_iter().find(|shape| {
        let fits =
            groups.len() >= shape.len() && groups.iter().zip(*shape).all(|(group, length)| group.len() == *length);
        // Not the middle of a longer number.
        fits && groups[1..shape.len()].iter().all(|group| group.link == Link::Soft)
    });
    shape.filter(|_| starts).map_or(0, <[usize]>::len)
}

/// How many groups from `first` on are a number with decimals, such as a score in a log line.
fn decimal(folded: &Folded, numbers: &Numbers, first: usize) -> usize {
    let Some([whole, decimals]) = numbers.groups.get(first..first + 2) else { return 0 };
    let alone = whole.link == Link::Break && numbers.groups.get(first + 2).is_none_or(|next| next.link == Link::Break);
    let fits = alone && whole.len() <= 3 && decimals.len() >= 6 && joined(folded, whole, decimals) == Some('.');
    if fits { 2 } else { 0 }
}

/// Shortest hexadecimal identifier (a UUID), in digits.
const ID_DIGITS: usize = 32;
/// Letters that make a run of hexadecimal digits an identifier rather than a number.
const ID_LETTERS: usize = 4;

/// UUIDs and digests hold long runs of decimal digits by chance; one in ten would pass Luhn's check.
fn bar_identifiers(folded: &Folded, numbers: &mut Numbers) {
    let is_part = |c: &char| c.is_ascii_hexdigit() || *c == '-';
    let mut next = 0;
    let mut start = 0;
    while start < folded.chars.len() {
        let run = folded.chars[start..].iter().take_while(|c| is_part(c)).count();
        let part = &folded.chars[start..start + run];
        let letters = part.iter().filter(|c| c.is_ascii_alphabetic()).count();
        let digits = part.iter().filter(|c| c.is_ascii_hexdigit()).count();
        while next < numbers.groups.len() && numbers.groups[next].at.start < start + run {
            if digits >= ID_DIGITS && letters >= ID_LETTERS {
                numbers.groups[next].bar = Some(Bar::Other);
            }
            next += 1;
        }
        start += run + 1;
    }
}
