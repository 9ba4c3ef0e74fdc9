//! The taxonomy as the chat needs it: what is done with an intent, what it is called, and which one a tap names.
//! Must not know how an intent is found in free text.

use std::collections::BTreeMap;

use super::signals;
use crate::domain::intent::{Action, Intent};
use crate::domain::{Locale, Localised};
use crate::models::ModelError;
use crate::models::intent::corpus;

/// Intents with a part of their own in the policy.
pub const PERSON: &str = "talk_to_person";
pub const ASSISTANT: &str = "about_assistant";
pub const THANKS: &str = "thanks";
pub const LOST_CARD: &str = "report_lost_card";
pub const COMPLAINT: &str = "complaint";

/// Money may be moving at this moment: these go before other requests for a person.
const URGENT: [&str; 4] = [LOST_CARD, "report_fraud", "dispute_transaction", "transfer_wrong_recipient"];

/// The intents by id.
#[derive(Debug)]
pub struct Intents {
    by_id: BTreeMap<String, Intent>,
    /// Names in both languages, folded, to ids.
    by_name: BTreeMap<String, String>,
}

impl Intents {
    /// The taxonomy built into the program.
    ///
    /// # Errors
    /// [`ModelError::BadArtefact`] naming what is wrong with it.
    pub fn embedded() -> Result<Self, ModelError> {
        let intents = corpus::taxonomy()?;
        let names = |intent: &Intent| Locale::ALL.map(|locale| (tap(intent.name.get(locale)), intent.id.clone()));
        let by_name = intents.iter().flat_map(names).collect();
        Ok(Self { by_id: intents.into_iter().map(|intent| (intent.id.clone(), intent)).collect(), by_name })
    }

    /// What is done with a message of this intent.
    #[must_use]
    pub fn action(&self, id: &str) -> Option<Action> {
        self.by_id.get(id).map(|intent| intent.action)
    }

    #[must_use]
    pub fn name(&self, id: &str) -> Option<&Localised> {
        self.by_id.get(id).map(|intent| &intent.name)
    }

    /// Intents most easily taken for this one.
    #[must_use]
    pub fn near(&self, id: &str) -> &[String] {
        self.by_id.get(id).map(|intent| intent.near.as_slice()).unwrap_or_default()
    }

    /// The intent whose name the message is, word for word: what a tap on a suggestion sends.
    #[must_use]
    pub fn named(&self, message: &str) -> Option<&str> {
        self.by_name.get(&tap(message)).map(String::as_str)
    }

    #[must_use]
    pub fn is_urgent(id: &str) -> bool {
        URGENT.contains(&id)
    }
}

/// The form in which a message and what may be tapped are compared: folded, without punctuation at its ends.
#[must_use]
pub fn tap(text: &str) -> String {
    signals::fold(text).trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}
