//! An approved article: the only text, besides product facts, that a reply may be made of.
//! Must not know how articles are found or filled.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{ArticleId, Localised, ProductId};

/// Approved text with the days it is valid on. `{{fact-id}}` in a text stands for a dated fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub id: ArticleId,
    pub title: Localised,
    /// Intents this article answers.
    pub intents: Vec<String>,
    #[serde(default)]
    pub products: Vec<ProductId>,
    /// The team that owns the text.
    pub owner: String,
    pub valid_from: NaiveDate,
    /// Last day, inclusive.
    pub valid_to: NaiveDate,
    pub approved_by: String,
    pub approved_on: NaiveDate,
    /// The reply as approved.
    pub answer: Localised,
    /// One clear next step.
    pub next_step: Localised,
    /// Further passages for questions of detail.
    #[serde(default)]
    pub sections: Vec<Section>,
}

/// A passage under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub heading: Localised,
    pub text: Localised,
}

impl Article {
    #[must_use]
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && day <= self.valid_to
    }
}
