//! What a message asks for. Must not know how that is found out.

use serde::{Deserialize, Serialize};

use super::Localised;

/// What teller does with a message of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Approved text.
    Answer,
    /// Details must be collected first.
    Flow,
    /// A gated list of products.
    Recommend,
    /// A person takes over; a case is opened.
    Handoff,
}

/// One intent of the taxonomy (`intents/taxonomy.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    pub id: String,
    pub action: Action,
    /// The team that owns it.
    pub owner: String,
    pub name: Localised,
    pub definition: String,
    /// Intents most easily taken for this one.
    pub near: Vec<String>,
}
