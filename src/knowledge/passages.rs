//! Articles cut into the pieces that are found one by one. Must not know encoders or engines.

use std::collections::BTreeMap;

use crate::domain::article::Article;
use crate::domain::{ArticleId, Locale, Localised};

/// A piece of an article in one language, as it is indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub article: ArticleId,
    pub locale: Locale,
    /// 0 is the answer itself, n the n-th section.
    pub position: usize,
    /// Article title, and the section's heading.
    pub title: String,
    /// The text, with each `{{fact}}` replaced by what the fact is called.
    pub text: String,
}

impl Passage {
    /// Id of its point: `KB-CARD-LOSS#zh#0`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}#{}#{}", self.article, self.locale.as_str(), self.position)
    }

    /// What is encoded and what words are counted in.
    #[must_use]
    pub fn indexed(&self) -> String {
        format!("{}\n{}", self.title, self.text)
    }
}

/// The passages of an article, Chinese first, each language in the order of the text. `labels` says what facts are
/// called: a value changes with the day, what it is called is what people ask for.
#[must_use]
pub fn passages(article: &Article, labels: &BTreeMap<String, Localised>) -> Vec<Passage> {
    Locale::ALL
        .into_iter()
        .flat_map(|locale| {
            let passage = |position: usize, title: String, text: &str| Passage {
                article: article.id.clone(),
                locale,
                position,
                title,
                text: named(text, labels, locale),
            };
            let title = article.title.get(locale);
            let answer = passage(0, title.to_owned(), article.answer.get(locale));
            let sections = article.sections.iter().enumerate().map(move |(i, section)| {
                passage(i + 1, format!("{title} · {}", section.heading.get(locale)), section.text.get(locale))
            });
            std::iter::once(answer).chain(sections)
        })
        .collect()
}

/// Ids of the facts that a text asks for, in order.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
}

fn named(text: &str, labels: &BTreeMap<String, Localised>, locale: Locale) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once("}}").unwrap_or(("", part));
        out.push_str(labels.get(id.trim()).map_or("", |label| label.get(locale)));
        out.push_str(rest);
    }
    out
}
