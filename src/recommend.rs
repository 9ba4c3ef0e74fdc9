//! Which products suit somebody, why, and which a rule keeps off the list.
//!
//! [`Recommender`] is the way in: candidates from the vector store, hard gates, a deterministic rank, reasons and
//! dated facts in the reader's language, and an entry in the decision log. Its steps are the files beside it, all but
//! `service` and `candidates` pure. Must not know HTTP, chat, SQL, engines or who may ask: a request arrives already
//! authorised.

mod candidates;
mod explain;
mod gates;
mod needs;
mod person;
mod profile;
mod rank;
mod service;

use serde::{Deserialize, Serialize};

use crate::domain::product::Category;
use crate::domain::{CustomerId, DecisionId, Fault, Locale, ProductId};
use crate::models::ModelError;
use crate::store::records::RecordsError;
use crate::store::vectors::VectorError;

pub use candidates::ingredients;
pub use gates::BURDEN_PERCENT;
pub use profile::Profile;
pub use service::Recommender;

/// Most products of one list.
pub const MAX_LIMIT: usize = 20;
/// Products of a list when the caller names no number.
pub const DEFAULT_LIMIT: usize = 5;
/// Version of the rules: needs, gates, weights and sentences. Changes whenever the same customer may get another list.
pub const RULES_VERSION: &str = "rules-2026.1";

/// Whom the list is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    Customer(CustomerId),
    /// Somebody who is no customer, or not named: only what is stated is used.
    Profile(Profile),
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RecommendationRequest {
    pub subject: Subject,
    /// 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Language of every text in the answer.
    pub locale: Locale,
    /// `Some(false)` asks for the list that somebody unknown would get. A customer who has not agreed to
    /// personalisation gets that list whatever stands here.
    pub personalised: Option<bool>,
    /// Only products of this shelf.
    pub category: Option<Category>,
}

impl RecommendationRequest {
    /// A request with the defaults: [`DEFAULT_LIMIT`] products of every shelf, personalised where consent allows.
    #[must_use]
    pub fn new(subject: Subject, locale: Locale) -> Self {
        Self { subject, limit: DEFAULT_LIMIT, locale, personalised: None, category: None }
    }
}

/// The answer, best product first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecommendationList {
    pub items: Vec<Item>,
    /// Whether the person's own data made the list; without consent, or when told not to, it is everybody's list.
    pub personalised: bool,
    /// The products on sale that a rule keeps off the list, by rising id.
    pub excluded: Vec<Exclusion>,
    /// The entry of the decision log that this list left.
    #[schema(value_type = String)]
    pub decision_id: DecisionId,
    /// Versions of the rules and of the encoder.
    pub model_version: String,
}

/// A recommended product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Item {
    #[schema(value_type = String)]
    pub product_id: ProductId,
    pub name: String,
    /// 0 to 1 with four digits, falling along the list. It orders this list and is not a probability.
    pub score: f64,
    pub reasons: Vec<Reason>,
    /// At most three facts of the product as they are today.
    pub facts: Vec<CitedFact>,
}

/// Why a product is on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reason {
    pub code: String,
    pub text: String,
}

/// A dated fact with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CitedFact {
    /// Label and value, such as `annual rate: 1.10%`.
    pub text: String,
    /// `product:` and the product's id.
    pub source: String,
    /// The day on which the fact was looked up and is valid.
    #[schema(value_type = String, format = Date)]
    pub valid_on: chrono::NaiveDate,
}

/// A product that a rule keeps off the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exclusion {
    #[schema(value_type = String)]
    pub product_id: ProductId,
    /// The first rule broken, in the order of `recommend/gates.rs`.
    pub rule: String,
    /// Every rule broken, in words.
    pub text: String,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum RecommendError {
    #[error("customer {0} does not exist")]
    UnknownCustomer(CustomerId),
    #[error("product {0} does not exist: name products of the catalogue in profile.holdings")]
    UnknownProduct(ProductId),
    /// A field of the request that must change; `problem` says how.
    #[error("{field} {problem}")]
    BadField { field: &'static str, problem: String },
    #[error("the products are not in the vector store: run `teller demo create --data DIR` to index them")]
    NotIndexed,
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Vectors(#[from] VectorError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("no randomness for a decision id: {0}")]
    Randomness(String),
}

impl RecommendError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownCustomer(_) | Self::UnknownProduct(_) => Fault::NotFound,
            Self::BadField { .. } => Fault::Caller,
            Self::NotIndexed | Self::Randomness(_) => Fault::Unavailable,
            Self::Records(error) => error.fault(),
            Self::Vectors(error) => error.fault(),
            Self::Model(error) => error.fault(),
        }
    }

    /// The field of the request that must change, where it is one.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownCustomer(_) => Some("customer_id"),
            Self::UnknownProduct(_) => Some("profile.holdings"),
            Self::BadField { field, .. } => Some(field),
            _ => None,
        }
    }
}
