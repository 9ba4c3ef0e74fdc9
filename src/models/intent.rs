//! What a message asks for: a linear head on the encoder's vector, with calibrated probabilities and an
//! out-of-scope score. One encoder pass serves this and retrieval.
//!
//! The head knows intents as names only. Must not know policies, replies or the text of a message.

pub mod artefact;
pub mod corpus;
pub mod linear;
pub mod scores;
pub mod train;

use std::path::PathBuf;

use super::ModelError;
use artefact::{Card, Head};

/// How many intents are named as alternatives.
const NAMED: usize = 5;

/// What the head makes of one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Understanding {
    /// Most probable intents with calibrated probability, falling; at most five.
    pub ranked: Vec<(String, f32)>,
    /// Probability that the message is not about anything in the taxonomy.
    pub out_of_scope: f32,
    /// `out_of_scope` reaches the threshold chosen on the validation set.
    pub is_out_of_scope: bool,
    /// The best intent's probability reaches the threshold, chosen on the validation set, above which at
    /// least 97 % of answers were right.
    pub is_confident: bool,
}

/// A trained head, tied to one encoder.
pub struct IntentModel {
    card: Card,
    head: Head,
}

impl IntentModel {
    /// The head that is built into the program.
    ///
    /// # Errors
    /// [`ModelError::BadArtefact`] when the committed files do not fit each other or `encoder`.
    pub fn embedded(encoder: &str) -> Result<Self, ModelError> {
        const HEAD: &[u8] = include_bytes!("../../models/intent/head.safetensors");
        const CARD: &str = include_str!("../../models/intent/head.json");
        let path = PathBuf::from("models/intent");
        Self::from_parts(HEAD, CARD, encoder).map_err(|reason| ModelError::BadArtefact { path, reason })
    }

    /// A head from the bytes of its two files.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn from_parts(head: &[u8], card: &str, encoder: &str) -> Result<Self, String> {
        let card: Card = serde_json::from_str(card).map_err(|error| format!("head.json: {error}"))?;
        if card.encoder != encoder {
            return Err(format!(
                "the head was trained on {}, this server runs {encoder}: run `teller train intent`",
                card.encoder
            ));
        }
        let head = Head::from_bytes(head, card.labels.len())?;
        Ok(Self { card, head })
    }

    /// A head just trained.
    #[must_use]
    pub fn new(card: Card, head: Head) -> Self {
        Self { card, head }
    }

    /// Short name of this head: how it was trained and on what.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.card.version
    }

    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.card.labels
    }

    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Reads one encoded message.
    #[must_use]
    pub fn classify(&self, vector: &[f32]) -> Understanding {
        let signal = self.head.read(vector);
        let probabilities = linear::softmax(&signal.logits, self.card.temperature);
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)));
        let ranked: Vec<(String, f32)> =
            order.iter().take(NAMED).map(|i| (self.card.labels[*i].clone(), probabilities[*i])).collect();
        let out_of_scope = self.card.out_of_scope.probability(&signal);
        let best = ranked.first().map_or(0.0, |(_, p)| *p);
        Understanding {
            ranked,
            out_of_scope,
            is_out_of_scope: out_of_scope >= self.card.out_of_scope_threshold,
            is_confident: best >= self.card.confidence_threshold,
        }
    }
}
