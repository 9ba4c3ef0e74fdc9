//! Identifiers as types, so that a customer's id is never passed where a product's is meant.
//! Must not know how ids are made or stored.

use serde::{Deserialize, Serialize};

/// Longest identifier accepted from outside, in bytes: longer ones are refused before any look-up.
pub const MAX_ID_BYTES: usize = 64;

/// An identifier that is empty, too long or holds characters other than letters, digits, `-`, `_`, `.`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to {MAX_ID_BYTES} letters, digits, '-', '_' or '.'")]
pub struct BadId {
    pub kind: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form of the identifier. Whether it exists is another question.
            ///
            /// # Errors
            /// [`BadId`] when the text is empty, longer than [`MAX_ID_BYTES`] or holds other characters.
            pub fn new(text: impl Into<String>) -> Result<Self, BadId> {
                let text = text.into();
                let fits = !text.is_empty()
                    && text.len() <= MAX_ID_BYTES
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
                if fits { Ok(Self(text)) } else { Err(BadId { kind: $kind }) }
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

id!(/// A customer of the bank, such as `C000001`.
    CustomerId, "customer_id");
id!(/// A product, such as `DEP-TERM-1Y`.
    ProductId, "product_id");
id!(/// An approved article, such as `KB-CARD-LOSS`.
    ArticleId, "article_id");
id!(/// One chat session.
    SessionId, "session_id");
id!(/// One message or reply inside a session.
    MessageId, "message_id");
id!(/// One entry of the decision log.
    DecisionId, "decision_id");

impl CustomerId {
    /// The id with a running number, as the demo bank gives them: `C000001`.
    #[must_use]
    pub fn numbered(number: u32) -> Self {
        Self(format!("C{number:06}"))
    }
}
