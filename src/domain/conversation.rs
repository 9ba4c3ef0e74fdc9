//! A chat as it is kept: sessions and the messages in them, already masked.
//! Must not know how a reply is found.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, Locale, MessageId, SessionId};

/// A chat session. `customer_id` is set only for a signed-in customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub customer_id: Option<CustomerId>,
    pub channel: String,
    pub locale: Locale,
    pub started_at: DateTime<Utc>,
    /// Replies in a row that did not help (clarify, out of scope): two offer a person, three queue.
    pub failures: i32,
    /// Intent of the last answered message, for ellipsis and "yes".
    pub last_intent: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Customer,
    Assistant,
    Staff,
}

/// One masked message. `position` counts from 0 within the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub session_id: SessionId,
    pub position: i64,
    pub author: Author,
    /// Masked text: card numbers, ids, phones and secrets never reach this field.
    pub text: String,
    pub at: DateTime<Utc>,
}
