//! A request for a person: who waits, why, since when and until when an answer is due.
//! Must not know queues of staff, wording or storage.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, SessionId};

/// Why a person takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The customer asked for one.
    AskedForPerson,
    /// The matter is one that people decide: fraud, dispute, hardship, complaint, bereavement and the like.
    SpecialCase,
    /// Words that suggest the customer may harm themselves.
    SelfHarm,
    /// Several replies in a row did not help.
    NoHelp,
}

impl HandoffReason {
    pub const ALL: [Self; 4] = [Self::AskedForPerson, Self::SpecialCase, Self::SelfHarm, Self::NoHelp];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AskedForPerson => "asked_for_person",
            Self::SpecialCase => "special_case",
            Self::SelfHarm => "self_harm",
            Self::NoHelp => "no_help",
        }
    }

    /// Reads what [`HandoffReason::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Whether somebody still has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffStatus {
    Open,
    Closed,
}

impl HandoffStatus {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Reads what [`HandoffStatus::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|status| status.as_str() == text)
    }
}

/// One request. `reference` is what the customer is told and can quote on the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// `H-` and eight letters or digits.
    pub reference: String,
    pub session_id: SessionId,
    /// Set for a signed-in customer.
    pub customer_id: Option<CustomerId>,
    /// The intent that made it, where one was understood.
    pub intent: Option<String>,
    pub reason: HandoffReason,
    /// Goes before every request that is not.
    pub urgent: bool,
    pub opened_at: DateTime<Utc>,
    /// Until when staff must have acted.
    pub deadline: DateTime<Utc>,
    pub status: HandoffStatus,
}
