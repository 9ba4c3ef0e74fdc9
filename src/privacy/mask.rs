//! Takes secrets out of text before anything stores, logs or encodes it: card and identity numbers, phones,
//! e-mails, CVV and PIN, however they are written. Must not know where the text comes from or goes to.
//!
//! Text without a secret comes back byte for byte: reading through full-width digits, zero-width characters and
//! the escapes of log lines happens on a copy that is only used for finding.

mod bars;
mod codes;
mod email;
mod folded;
mod named;
mod numbers;
mod shapes;

use std::collections::BTreeSet;

use folded::{Folded, Hit};
use numbers::{Bar, Link, Numbers};
use shapes::Window;

/// What kind of secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A card or account number.
    Card,
    /// The number of an identity document: resident id, passport, permit.
    ResidentId,
    Phone,
    Email,
    /// The three or four digits on a card that prove it is at hand.
    Cvv,
    /// A PIN, password or one-time code.
    Pin,
}

impl SecretKind {
    pub const ALL: [Self; 6] = [Self::Card, Self::ResidentId, Self::Phone, Self::Email, Self::Cvv, Self::Pin];

    /// The code used in metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::ResidentId => "resident_id",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Cvv => "cvv",
            Self::Pin => "pin",
        }
    }

    /// What stands in the text in place of the secret: the same in every language.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Card => "[CARD]",
            Self::ResidentId => "[ID]",
            Self::Phone => "[PHONE]",
            Self::Email => "[EMAIL]",
            Self::Cvv => "[CVV]",
            Self::Pin => "[PIN]",
        }
    }
}

/// Text that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    /// The kinds of secrets that were taken out of this text; empty when it came back as it was.
    pub kinds: BTreeSet<SecretKind>,
}

/// Masks every secret in `text`. `previous` is what the same customer wrote just before (already masked; several
/// messages may be joined by line breaks), so that a number split over two messages, or a code that follows its
/// name in the next message, is recognised.
#[must_use]
pub fn mask(text: &str, previous: Option<&str>) -> Masked {
    let mut folded = Folded::new(text, previous);
    let mut hits = Vec::new();
    // What is found uncovers its neighbours: a number that hung together with it now stands alone.
    for _ in 0..MAX_ROUNDS {
        let found = find(&mut folded);
        if found.is_empty() {
            break;
        }
        hits.extend(found);
    }
    let mut places: Vec<_> = hits.iter().filter_map(|hit| Some((folded.place(&hit.at)?, hit.kind))).collect();
    places.sort_by_key(|(place, _)| place.start);
    let mut masked = Masked { text: String::with_capacity(text.len()), kinds: BTreeSet::new() };
    let mut done = 0;
    for (place, kind) in places {
        masked.text.push_str(&text[done..place.start]);
        masked.text.push_str(kind.placeholder());
        masked.kinds.insert(kind);
        done = place.end;
    }
    masked.text.push_str(&text[done..]);
    masked
}

/// Rounds after which nothing new turns up in any text seen; a bound, so that time stays linear.
const MAX_ROUNDS: usize = 6;
/// Says what some groups of digits are, taken as one number.
type Judge = fn(&Window<'_>) -> Option<SecretKind>;
const JUDGES: [Judge; 2] = [|window| window.well_formed(), |window| window.scattered()];
/// Most digits of a number that stands in several groups.
const MAX_DIGITS: usize = 19;

/// Finds and covers: addresses, then numbers in their usual form, then in any form, then by their names, then codes.
fn find(folded: &mut Folded) -> Vec<Hit> {
    let mut all = Vec::new();
    let mut cover = |folded: &mut Folded, hits: Vec<Hit>| {
        for hit in &hits {
            folded.cover(hit);
        }
        all.extend(hits);
    };
    let addresses = email::find(folded).into_iter().map(|at| Hit { at, kind: SecretKind::Email }).collect();
    cover(folded, addresses);
    for judge in JUDGES {
        let hits = by_digits(folded, &read(folded), judge);
        cover(folded, hits);
    }
    let numbers = read(folded);
    let hits = named::find(folded, &numbers);
    cover(folded, hits);
    let barred = numbers.groups.iter().filter(|group| group.bar == Some(Bar::Other));
    let dates: Vec<_> = barred.map(|group| group.at.clone()).collect();
    all.extend(codes::find(folded, &dates));
    all
}

fn read(folded: &Folded) -> Numbers {
    let mut numbers = Numbers::read(folded);
    bars::bar(folded, &mut numbers);
    numbers
}

/// Every run of groups that is a secret by its digits. Where two overlap, both are masked as one: which of them was
/// meant cannot be known, and too much is better than too little.
fn by_digits(folded: &Folded, numbers: &Numbers, judge: Judge) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for first in 0..numbers.groups.len() {
        for last in first..numbers.groups.len() {
            let apart = last > first
                && (numbers.groups[last].link == Link::Break || numbers.span(first, last).len() > MAX_DIGITS);
            if apart {
                break;
            }
            let window = Window { folded, numbers, first, last };
            // The previous message is masked already: what looks like a secret in it is the first half of one.
            if let Some(kind) = judge(&window).filter(|_| window.end() > folded.own()) {
                add(&mut hits, Hit { at: window.at(), kind });
            }
        }
    }
    hits
}

/// Adds a hit that starts no earlier than those before it, joining it with the last one where they overlap. The
/// longer one gives the kind.
fn add(hits: &mut Vec<Hit>, hit: Hit) {
    match hits.last_mut() {
        Some(last) if hit.at.start < last.at.end => {
            if hit.at.len() > last.at.len() {
                last.kind = hit.kind;
            }
            last.at = last.at.start.min(hit.at.start)..last.at.end.max(hit.at.end);
        }
        _ => hits.push(hit),
    }
}
