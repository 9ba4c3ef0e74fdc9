//! An article cut into the passages that are found one by one, and the placeholders in its texts.
//! Must not know what a fact is worth, nor how passages are searched.

use std::collections::BTreeMap;

use super::KnowledgeError;
use crate::domain::article::Article;
use crate::domain::{ArticleId, Locale, Localised};

/// A piece of an article in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// `KB-CARD-LOSS#zh#0`.
    pub id: String,
    pub article: ArticleId,
    pub locale: Locale,
    /// 0 is the answer itself, n the n-th section.
    pub position: usize,
    /// The article's title, and after it the section's heading: "Fees" alone says not of what.
    pub title: String,
    /// As approved, with its placeholders.
    pub text: String,
}

/// The passages of an article: Chinese, then English; in each the answer, then the sections.
#[must_use]
pub fn passages(article: &Article) -> Vec<Passage> {
    let mut passages = Vec::with_capacity(2 * (1 + article.sections.len()));
    for locale in Locale::ALL {
        let title = article.title.get(locale);
        let mut push = |position: usize, title: String, text: &str| {
            let id = format!("{}#{}#{position}", article.id, locale.as_str());
            passages.push(Passage { id, article: article.id.clone(), locale, position, title, text: text.to_owned() });
        };
        push(0, title.to_owned(), article.answer.get(locale));
        for (before, section) in article.sections.iter().enumerate() {
            push(before + 1, format!("{title} · {}", section.heading.get(locale)), section.text.get(locale));
        }
    }
    passages
}

impl Passage {
    /// What is encoded and whose terms are counted: title and text, with what each fact is called in its place. A
    /// value changes while an index stands, and customers ask for "the fee", not for its amount.
    ///
    /// # Errors
    /// [`KnowledgeError::UnknownFact`] for a placeholder without a label.
    pub fn indexed(&self, labels: &BTreeMap<String, Localised>) -> Result<String, KnowledgeError> {
        let mut indexed = format!("{}\n", self.title);
        for piece in pieces(&self.text) {
            match piece {
                Piece::Plain(text) | Piece::Stray(text) => indexed.push_str(text),
                Piece::Fact(id) => {
                    let label = labels.get(id).ok_or_else(|| KnowledgeError::UnknownFact {
                        article: self.article.clone(),
                        fact: id.to_owned(),
                    })?;
                    indexed.push_str(label.get(self.locale));
                }
            }
        }
        Ok(indexed)
    }
}

/// A stretch of an approved text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text without braces.
    Plain(&'t str),
    /// The id in `{{…}}`, without white space at the ends.
    Fact(&'t str),
    /// Text from a brace on that belongs to no placeholder.
    Stray(&'t str),
}

/// Cuts a text at its placeholders. What comes after a stray brace is not looked at.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let (before, from_brace) = rest.split_at(brace);
        if !before.is_empty() {
            pieces.push(Piece::Plain(before));
        }
        let inside = from_brace.strip_prefix("{{").and_then(|after| after.split_once("}}"));
        let Some((id, after)) = inside.filter(|(id, _)| !id.contains(['{', '}'])) else {
            pieces.push(Piece::Stray(from_brace));
            return pieces;
        };
        pieces.push(Piece::Fact(id.trim()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}
