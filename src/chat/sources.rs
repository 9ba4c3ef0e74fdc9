//! Where a reply's words and figures come from: citations for the customer, approved sources for the guard.
//! Must not know how a text around them is worded.

use chrono::NaiveDate;

use super::{Citation, ReplyKind};
use crate::catalog::FactUse;
use crate::domain::Locale;

/// A reply before the guard has seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub kind: ReplyKind,
    pub text: String,
    pub citations: Vec<Citation>,
    pub suggestions: Vec<String>,
    /// Approved texts and values: a figure of the text must stand in one of them.
    pub sources: Vec<String>,
}

/// Sources and citations, gathered while a text is made.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub citations: Vec<Citation>,
    pub sources: Vec<String>,
}

impl Sheet {
    pub fn cite_fact(&mut self, fact: &FactUse, locale: Locale) {
        self.sources.push(fact.value.clone());
        if self.citations.iter().all(|citation| citation.id != fact.id) {
            let quote = dated(&fact.value, fact.valid_from, locale);
            self.citations.push(Citation { id: fact.id.clone(), title: fact.label.clone(), quote });
        }
    }

    pub fn draft(self, kind: ReplyKind, text: String, suggestions: Vec<String>) -> Draft {
        Draft { kind, text, citations: self.citations, suggestions, sources: self.sources }
    }
}

/// A value with the day it is valid from.
fn dated(value: &str, from: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("{value}（自 {from} 起）"),
        Locale::En => format!("{value} (since {from})"),
    }
}

/// A value with the day it was looked up and is valid.
pub(super) fn as_of(value: &str, day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("{value}（{day} 有效）"),
        Locale::En => format!("{value} (as of {day})"),
    }
}

/// What an approved text says by itself.
pub(super) fn without_placeholders(text: &str) -> String {
    let mut parts = text.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + " " + part.split_once("}}").map_or("", |(_, after)| after))
}

/// A quote is at least this long, so that it is more than "Of course.".
const QUOTE_BYTES: usize = 24;

/// Up to the first full stop that leaves something worth quoting.
pub(super) fn first_sentence(text: &str) -> &str {
    let ends = ["。", "！", "？", ". ", "! ", "? "].into_iter();
    let ends = ends.flat_map(|end| text.match_indices(end).map(move |(at, _)| at + end.trim_end().len()));
    let end = ends.filter(|end| *end >= QUOTE_BYTES).min();
    end.map_or(text, |end| &text[..end])
}
