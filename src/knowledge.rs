//! What the bank has approved for customers to read: articles with their days of validity, in the passages and terms
//! by which they are found. Must not know the catalogue (labels and known ids are handed in), questions, replies or
//! the wall clock: the day is an argument.

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
use crate::text::authored::{self, AuthoringFault};

/// What goes wrong in loading or indexing articles.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Every fault of every file.
    #[error("{}", authored::report(.0))]
    Authoring(Vec<AuthoringFault>),
    #[error("article {article}: no fact has the id {fact}: correct the placeholder, or add the fact")]
    UnknownFact { article: ArticleId, fact: String },
    #[error("indexing articles: {0}")]
    Model(#[from] ModelError),
    #[error("indexing articles: {0}")]
    Vectors(#[from] VectorError),
}

impl KnowledgeError {
    /// A text that names what is not there is the bank's mistake, never that of the customer who met it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Authoring(_) => Fault::Caller,
            Self::UnknownFact { .. } => Fault::Bug,
            Self::Model(error) => error.fault(),
            Self::Vectors(error) => error.fault(),
        }
    }
}

/// The articles of one moment, valid and not. Built whole, never changed: a newer one replaces it.
#[derive(Debug)]
pub struct KnowledgeBase {
    /// In the order given, which is the authors': the plain answer to an intent stands before its special cases.
    articles: Vec<Article>,
    places: BTreeMap<ArticleId, usize>,
}

impl KnowledgeBase {
    /// Keeps the articles in their order. Of several with one id the first counts: stores and loaders refuse such.
    #[must_use]
    pub fn new(articles: Vec<Article>) -> Self {
        let mut places = BTreeMap::new();
        for (place, article) in articles.iter().enumerate() {
            places.entry(article.id.clone()).or_insert(place);
        }
        Self { articles, places }
    }

    /// The article, valid or not.
    #[must_use]
    pub fn article(&self, id: &ArticleId) -> Option<&Article> {
        self.places.get(id).and_then(|place| self.articles.get(*place))
    }

    /// All articles in the order given, valid or not.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// Articles valid on `day` that answer an intent: those that name it first, then second and so on; each group in
    /// the order given.
    #[must_use]
    pub fn for_intent(&self, intent: &str, day: NaiveDate) -> Vec<&Article> {
        let rank = |article: &Article| article.intents.iter().position(|own| own == intent);
        let valid = self.articles.iter().filter(|article| article.valid_on(day));
        let mut ranked: Vec<(usize, &Article)> = valid.filter_map(|article| Some((rank(article)?, article))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, article)| article).collect()
    }
}
