//! A message in, a reply out: understanding, retrieval, policy, approved text with dated facts, guard, handoff.
//!
//! [`service::ChatService`] is the way in; the files beside it are its steps, most of them pure. Must not know
//! HTTP, SQL, engines or where a customer's permission comes from: a turn arrives already authorised.

pub mod articles;
pub mod branches;
pub mod compose;
pub mod guard;
pub mod handoff;
pub mod intents;
pub mod policy;
pub mod products;
pub mod reading;
pub mod record;
pub mod retrieve;
pub mod service;
pub mod sessions;
pub mod signals;
pub mod sources;
pub mod suggest;
pub mod wording;

use serde::{Deserialize, Serialize};

use crate::catalog::CatalogError;
use crate::domain::{CustomerId, Fault, Locale, MessageId, SessionId};
use crate::models::ModelError;
use crate::recommend::RecommendError;
use crate::store::records::RecordsError;
use crate::store::vectors::VectorError;

/// One message of a customer. Whether this caller may speak for `customer_id` has been settled before.
#[derive(Debug, Clone, Default)]
pub struct ChatTurn {
    pub message: String,
    /// `None` begins a session.
    pub session_id: Option<SessionId>,
    pub customer_id: Option<CustomerId>,
    /// Used where neither the message nor the session tells the language.
    pub locale: Option<Locale>,
    /// Where the message comes from, such as `web`; that is also the default.
    pub channel: Option<String>,
}

/// What `POST /v1/chat` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChatResponse {
    #[schema(value_type = String)]
    pub session_id: SessionId,
    #[schema(value_type = String)]
    pub message_id: MessageId,
    pub reply: Reply,
    pub understanding: UnderstandingView,
    /// That a machine answers, in the language of the reply.
    pub notice: String,
}

/// What kind of reply it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    Answer,
    Clarify,
    Flow,
    Recommend,
    Handoff,
    Refuse,
}

impl ReplyKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::Flow => "flow",
            Self::Recommend => "recommend",
            Self::Handoff => "handoff",
            Self::Refuse => "refuse",
        }
    }
}

/// The reply as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reply {
    pub kind: ReplyKind,
    pub text: String,
    pub locale: Locale,
    pub citations: Vec<Citation>,
    /// Messages the customer may send next with one tap.
    pub suggestions: Vec<String>,
}

/// Where something in the reply comes from: an article, a dated fact, a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Citation {
    pub id: String,
    pub title: String,
    /// The words or the value used, for a fact with the day it is valid from.
    pub quote: String,
}

/// What teller made of the message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnderstandingView {
    /// The most probable intent; `None` when out of scope.
    pub intent: Option<String>,
    /// Its calibrated probability, 0 to 1.
    pub confidence: f32,
    /// The next most probable intents, falling.
    pub alternatives: Vec<Alternative>,
    pub out_of_scope: bool,
    /// The language of the message, or the session's where the message has no words.
    pub language: Locale,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Alternative {
    pub intent: String,
    pub confidence: f32,
}

/// Why a turn got no reply.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    #[error("message is empty: write what you would like to ask")]
    EmptyMessage,
    #[error("message has {found} characters, at most {limit} are read: shorten it or send it in parts")]
    TooLong { found: usize, limit: usize },
    #[error("channel must be 1 to 32 letters, digits, '-' or '_', such as \"web\"")]
    BadChannel,
    #[error("session {0} does not exist: leave session_id out to begin a new one")]
    UnknownSession(SessionId),
    #[error("session {0} has ended: leave session_id out to begin a new one")]
    ExpiredSession(SessionId),
    #[error("session {0} belongs to another customer: leave session_id out to begin your own")]
    ForeignSession(SessionId),
    #[error("customer {0} does not exist")]
    UnknownCustomer(CustomerId),
    #[error("another message of session {0} was answered at the same moment: send this one again")]
    Conflict(SessionId),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Vectors(#[from] VectorError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Recommend(#[from] RecommendError),
    /// An approved text that cannot be filled with the facts of the day.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error("no randomness for an id: {0}")]
    Randomness(String),
    /// A file under `prompts/` that is built into the program does not fit the code.
    #[error("{file}: {reason}")]
    Prompt { file: String, reason: String },
}

impl ChatError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::EmptyMessage | Self::TooLong { .. } | Self::BadChannel => Fault::Caller,
            Self::UnknownSession(_) | Self::ExpiredSession(_) | Self::UnknownCustomer(_) => Fault::NotFound,
            Self::ForeignSession(_) => Fault::Denied,
            Self::Conflict(_) => Fault::Busy { retry_after_seconds: 1 },
            Self::Model(error) => error.fault(),
            Self::Vectors(error) => error.fault(),
            Self::Records(error) => error.fault(),
            Self::Recommend(error) => error.fault(),
            Self::Catalog(error) => error.fault(),
            Self::Randomness(_) => Fault::Unavailable,
            Self::Prompt { .. } => Fault::Bug,
        }
    }

    /// The field of the request that must change, where it is one.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmptyMessage | Self::TooLong { .. } => Some("message"),
            Self::BadChannel => Some("channel"),
            Self::UnknownSession(_) | Self::ExpiredSession(_) | Self::ForeignSession(_) => Some("session_id"),
            Self::UnknownCustomer(_) => Some("customer_id"),
            _ => None,
        }
    }
}
