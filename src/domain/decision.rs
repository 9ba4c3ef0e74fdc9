//! The decision log: what was shown to whom, why, and under which versions.
//! Must not know how decisions are made.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, DecisionId, SessionId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    Reply,
    Recommendation,
}

/// One entry. Append-only: nothing in teller changes or removes one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub id: DecisionId,
    pub at: DateTime<Utc>,
    pub kind: DecisionKind,
    pub customer_id: Option<CustomerId>,
    pub session_id: Option<SessionId>,
    /// Who asked: `customer`, `advisor:<id>`, `system`.
    pub actor: String,
    pub model_version: String,
    /// What was decided and why, as JSON: ids, codes, scores; never free customer text.
    pub detail: serde_json::Value,
}
