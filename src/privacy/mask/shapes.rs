//! What the digits of cards, identity numbers and phones look like.
//! Must not know the words around them.

use super::SecretKind;
use super::bars::is_day;
use super::folded::Folded;
use super::numbers::{Bar, Link, Numbers};

/// Some neighbouring groups, tried as one number.
#[derive(Clone, Copy)]
pub struct Window<'a> {
    pub folded: &'a Folded,
    pub numbers: &'a Numbers,
    pub first: usize,
    pub last: usize,
}

/// How the digits of a card are set off, in groups.
const CARD_SHAPES: [&[usize]; 7] =
    [&[4, 4, 4, 4], &[4, 4, 4, 4, 1], &[4, 4, 4, 4, 2], &[4, 4, 4, 4, 3], &[4, 6, 5], &[4, 6, 4], &[6, 13]];
/// How nearly everybody sets off the digits of a mobile number, and how some do.
const PLAIN_MOBILE: [&[usize]; 2] = [&[11], &[3, 4, 4]];
const MOBILE_SHAPES: [&[usize]; 4] = [&[3, 8], &[7, 4], &[5, 6], &[3, 3, 5]];
/// Without the area code.
const LANDLINE_SHAPES: [&[usize]; 5] = [&[7], &[8], &[4, 4], &[3, 4], &[4, 3]];
/// Two digits that resident ids begin with: the provinces, and 83 and 91 for residents from elsewhere.
const PROVINCES: [&[u8]; 9] = [
    &[],
    &[1, 2, 3, 4, 5],
    &[1, 2, 3],
    &[1, 2, 3, 4, 5, 6, 7],
    &[1, 2, 3, 4, 5, 6],
    &[0, 1, 2, 3, 4],
    &[1, 2, 3, 4, 5],
    &[1],
    &[1, 2, 3],
];
/// Weights of the 17 digits of a resident id, and the check digits (10 is X) by the sum's remainder of 11.
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];

impl<'a> Window<'a> {
    pub fn digits(&self) -> &'a [u8] {
        &self.numbers.digits[self.numbers.span(self.first, self.last)]
    }

    fn lengths(&self) -> impl Iterator<Item = usize> + Clone + use<'a> {
        self.numbers.groups[self.first..=self.last].iter().map(super::numbers::Group::len)
    }

    fn has_shape(&self, shapes: &[&[usize]]) -> bool {
        shapes.iter().any(|shape| self.lengths().eq(shape.iter().copied()))
    }

    fn is_single(&self) -> bool {
        self.first == self.last
    }

    fn is_soft(&self) -> bool {
        self.numbers.groups[self.first + 1..=self.last].iter().all(|group| group.link == Link::Soft)
    }

    fn start(&self) -> usize {
        self.numbers.groups[self.first].at.start
    }

    /// Behind the last digit.
    pub fn end(&self) -> usize {
        self.numbers.groups[self.last].at.end
    }

    fn is_barred(&self, as_what: &[Bar]) -> bool {
        let mut bars = self.numbers.groups[self.first..=self.last].iter().filter_map(|group| group.bar);
        bars.any(|bar| as_what.contains(&bar))
    }

    /// A number written the way such numbers are written; units behind it do not change that.
    pub fn well_formed(&self) -> Option<SecretKind> {
        if self.is_barred(&[Bar::Other]) {
            return None;
        }
        let card = self.is_single() && (self.luhn() || self.card_and_more())
            || self.has_shape(&CARD_SHAPES) && self.known_issuer() && self.luhn();
        if (self.is_single() || self.lengths().next() == Some(6)) && self.is_soft() && self.resident_id() {
            Some(SecretKind::ResidentId)
        } else if card {
            Some(SecretKind::Card)
        } else if !self.is_barred(&[Bar::Money]) && self.phone() {
            Some(SecretKind::Phone)
        } else {
            None
        }
    }

    /// A number whose digits are grouped in any way.
    pub fn scattered(&self) -> Option<SecretKind> {
        if self.is_barred(&[Bar::Money, Bar::Count, Bar::Other]) {
            None
        } else if self.is_soft() && self.resident_id() {
            Some(SecretKind::ResidentId)
        } else if self.is_soft() && self.luhn() {
            Some(SecretKind::Card)
        } else if self.landline() || self.is_soft() && self.scattered_mobile() {
            Some(SecretKind::Phone)
        } else {
            None
        }
    }

    /// In the groups people make, in small bits, or cut anywhere by the end of a message.
    fn scattered_mobile(&self) -> bool {
        let grouped =
            self.has_shape(&MOBILE_SHAPES) || self.lengths().all(|length| length <= 3) || self.crosses_messages();
        grouped && is_mobile(self.digits())
    }

    fn crosses_messages(&self) -> bool {
        (self.start() + 1..self.end()).contains(&self.folded.own())
    }

    fn luhn(&self) -> bool {
        (13..=19).contains(&self.digits().len()) && self.numbers.luhn(self.numbers.span(self.first, self.last))
    }

    /// First digits that cards of the great schemes have; only asked where the grouping alone says little.
    fn known_issuer(&self) -> bool {
        match self.digits() {
            [3..=6 | 8 | 9, ..] => true,
            [2, next, ..] => (2..=7).contains(next),
            _ => false,
        }
    }

    /// A card number with something written right behind it (its CVV, mostly) or before it.
    fn card_and_more(&self) -> bool {
        let span = self.numbers.span(self.first, self.last);
        let (start, end, length) = (span.start, span.end, span.len());
        let likely = |digits: std::ops::Range<usize>| {
            let issuer = matches!(self.numbers.digits[digits.start..digits.end], [4 | 5, ..] | [6, 2, ..] | [3, 5, ..]);
            issuer && self.numbers.luhn(digits)
        };
        let any = |size: usize| length > size && (likely(start..start + size) || likely(end - size..end));
        length > 16 && length <= 19 && likely(start..start + 16) || length > 19 && (any(16) || any(19))
    }

    /// Eighteen digits, or seventeen and an X, that check; or the fifteen of the old form.
    fn resident_id(&self) -> bool {
        match *self.digits() {
            ref digits @ [.., check] if digits.len() == 18 => {
                is_id_body(&digits[..17]) && id_check(digits) == Some(check)
            }
            ref digits if digits.len() == 17 => self.ends_in_x() && is_id_body(digits),
            [a, b, _, _, _, _, y1, y2, m1, m2, d1, d2, _, _, _] => {
                is_province(a, b) && is_day(1900 + two(y1, y2), two(m1, m2), two(d1, d2))
            }
            _ => false,
        }
    }

    /// Behind the X that follows seventeen digits; nothing else looks like that, so it need not check.
    fn x_end(&self) -> Option<usize> {
        let end = self.end();
        let at = if matches!(self.folded.get(end), Some(' ' | '-')) { end + 1 } else { end };
        let is_x = matches!(self.folded.get(at), Some('x' | '×' | 'ⅹ'));
        (self.digits().len() == 17 && is_x).then_some(at + 1)
    }

    /// Whether the digits have an X behind them that completes a resident id.
    pub fn ends_in_x(&self) -> bool {
        self.x_end().is_some()
    }

    fn phone(&self) -> bool {
        self.is_soft() && self.mobile() || self.international()
    }

    fn mobile(&self) -> bool {
        // +86, 0086, 86 or the old 0 may stand before it, alone or in one with it.
        let prefix = [&[0, 0, 8, 6][..], &[8, 6], &[0]].into_iter().find(|prefix| self.digits().starts_with(prefix));
        let prefixed = prefix.is_some_and(|prefix| {
            let rest = Self { first: self.first + 1, ..*self };
            let apart =
                self.lengths().next() == Some(prefix.len()) && !self.is_single() && rest.has_shape(&PLAIN_MOBILE);
            (self.is_single() || apart) && is_mobile(&self.digits()[prefix.len()..])
        });
        prefixed || self.has_shape(&PLAIN_MOBILE) && is_mobile(self.digits())
    }

    /// An area code (010, 02x, 0xxx) and seven or eight digits that do not begin with 0, 1 or 9.
    fn landline(&self) -> bool {
        let area = match *self.digits() {
            [0, 1, 0, ..] | [0, 2, _, ..] => 3,
            [0, 3..=9, _, _, ..] => 4,
            _ => return false,
        };
        let digits = self.digits();
        let rest = Self { first: self.first + 1, ..*self };
        let apart = !self.is_single() && self.lengths().next() == Some(area) && rest.has_shape(&LANDLINE_SHAPES);
        let length = digits.len() - area;
        let at_once = self.is_single() && (length == 8 || length == 7 && area == 4);
        (apart || at_once) && digits.get(area).is_some_and(|digit| (2..=8).contains(digit))
    }

    /// A plus sign and eight to fifteen digits, brackets allowed.
    fn international(&self) -> bool {
        let plus = self.plus().is_some();
        plus && (8..=15).contains(&self.digits().len()) && !self.digits().starts_with(&[0])
    }

    /// Where the plus sign before the number stands, unless it adds something.
    fn plus(&self) -> Option<usize> {
        let bracket = usize::from(self.folded.before(self.start()) == Some('('));
        let at = (self.start() - bracket).checked_sub(1)?;
        let adds = self.folded.before(at).is_some_and(|c| c.is_ascii_digit() || c == ')');
        (self.folded.get(at) == Some('+') && !adds).then_some(at)
    }

    /// The characters to mask: of a number split over two messages, those in the second.
    pub fn at(&self) -> std::ops::Range<usize> {
        let groups = &self.numbers.groups[self.first..=self.last];
        let own = groups.iter().find(|group| group.at.start >= self.folded.own()).filter(|_| self.crosses_messages());
        own.map(|group| group.at.start).or_else(|| self.plus()).unwrap_or_else(|| self.start())
            ..self.x_end().unwrap_or(self.end())
    }
}

fn is_mobile(digits: &[u8]) -> bool {
    matches!(digits, [1, 3..=9, ..]) && digits.len() == 11
}

fn is_province(a: u8, b: u8) -> bool {
    PROVINCES.get(usize::from(a)).is_some_and(|seconds| seconds.contains(&b)) || (a, b) == (9, 1)
}

fn two(tens: u8, ones: u8) -> u32 {
    u32::from(tens) * 10 + u32::from(ones)
}

/// Whether seventeen digits are a region, a birthday and a number.
fn is_id_body(digits: &[u8]) -> bool {
    match *digits {
        [a, b, _, _, _, _, y1, y2, y3, y4, m1, m2, d1, d2, ..] => {
            let year = two(y1, y2) * 100 + two(y3, y4);
            is_province(a, b) && is_day(year.max(1900), two(m1, m2), two(d1, d2)) && year >= 1850
        }
        _ => false,
    }
}

/// The check digit that belongs behind the first seventeen.
fn id_check(digits: &[u8]) -> Option<u8> {
    let sum: u32 = digits.iter().zip(ID_WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    ID_CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}
