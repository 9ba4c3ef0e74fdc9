//! Approved articles: reading them as authored, cutting them into passages, and finding them by meaning and by words.
//! Must not know the catalogue (what a `{{fact}}` is worth is filled in above), replies, or the wall clock.

pub mod index;
pub mod load;
pub mod passages;
pub mod terms;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::article::Article;
use crate::domain::{ArticleId, Fault};
use crate::models::ModelError;
use crate::store::vectors::VectorError;

/// What goes wrong with articles.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Each with file, line, field and fix.
    #[error("{} fault(s) in authored articles:\n{}", .0.len(), .0.join("\n"))]
    Authoring(Vec<String>),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Vectors(#[from] VectorError),
}

impl KnowledgeError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Authoring(_) => Fault::Caller,
            Self::Model(error) => error.fault(),
            Self::Vectors(error) => error.fault(),
        }
    }
}

/// All articles, valid or not, as one immutable snapshot.
#[derive(Debug, Clone, Default)]
pub struct KnowledgeBase {
    articles: BTreeMap<ArticleId, Article>,
}

impl KnowledgeBase {
    #[must_use]
    pub fn new(articles: Vec<Article>) -> Self {
        Self { articles: articles.into_iter().map(|article| (article.id.clone(), article)).collect() }
    }

    #[must_use]
    pub fn article(&self, id: &ArticleId) -> Option<&Article> {
        self.articles.get(id)
    }

    /// By rising id.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.articles.values()
    }

    /// The articles that answer an intent and are valid on a day, by rising id.
    #[must_use]
    pub fn for_intent(&self, intent: &str, day: NaiveDate) -> Vec<&Article> {
        self.articles().filter(|a| a.valid_on(day) && a.intents.iter().any(|own| own == intent)).collect()
    }
}
