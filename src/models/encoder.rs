//! Text to vector: the trait the rest of teller sees, and the local transformer behind it.
//! Must not know queues, intents or stores.

use super::ModelError;
use super::cache::ModelCache;
use super::e5_blocks::E5File;
use super::forward;
use super::manifest::{Kind, Manifest, Model, Role};
use super::minilm::SafetensorsFile;
use super::tokenize::TextTokenizer;
use super::weights::Weights;

/// What a text is to the encoder: a question, or a text that questions shall find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextRole {
    Query,
    Passage,
}

/// Turns text into unit vectors. The same text gives the same vector, alone and in any batch, to 1e-5.
pub trait TextEncoder: Send + Sync {
    /// `id@revision`: what collections and heads made with this encoder carry.
    fn identity(&self) -> &str;

    /// Length of the vectors.
    fn dimension(&self) -> usize;

    /// Token ids of a text in a role, special tokens included.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`].
    fn tokenize(&self, role: TextRole, text: &str) -> Result<Vec<u32>, ModelError>;

    /// One vector per text, in the order given.
    ///
    /// # Errors
    /// [`ModelError::OutsideVocabulary`], [`ModelError::Tokenize`], [`ModelError::Compute`].
    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError>;
}

/// A BERT-shaped encoder run on candle in this process.
pub struct LocalEncoder {
    identity: String,
    query_prefix: String,
    passage_prefix: String,
    tokenizer: TextTokenizer,
    weights: Weights,
}

impl LocalEncoder {
    /// Loads a model of the manifest from the cache.
    ///
    /// # Errors
    /// [`ModelError::Missing`] or [`ModelError::Corrupt`] naming the file and the fix.
    pub fn open(cache: &ModelCache, id: &str) -> Result<Self, ModelError> {
        let model = Manifest::embedded()?.model(id)?;
        let tokenizer = TextTokenizer::open(&cache.verified(model, model.file(Role::Tokenizer)?)?, model.max_tokens)?;
        let weights = load_weights(cache, model)?;
        Ok(Self {
            identity: model.identity(),
            query_prefix: model.query_prefix.clone(),
            passage_prefix: model.passage_prefix.clone(),
            tokenizer,
            weights,
        })
    }

    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }
}

fn load_weights(cache: &ModelCache, model: &Model) -> Result<Weights, ModelError> {
    let path = cache.verified(model, model.file(Role::Weights)?)?;
    let weights = match model.kind {
        Kind::E5Blocks => E5File::open(&path)?.into_weights()?,
        Kind::BertSafetensors => SafetensorsFile::open(&path)?.into_weights()?,
    };
    if weights.shape.hidden == model.dimension && weights.shape.layers == model.layers {
        return Ok(weights);
    }
    let reason = format!(
        "{} layers of {} where the manifest says {} of {}",
        weights.shape.layers, weights.shape.hidden, model.layers, model.dimension
    );
    Err(ModelError::Corrupt { path, reason })
}

impl TextEncoder for LocalEncoder {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn dimension(&self) -> usize {
        self.weights.shape.hidden
    }

    fn tokenize(&self, role: TextRole, text: &str) -> Result<Vec<u32>, ModelError> {
        let prefix = match role {
            TextRole::Query => &self.query_prefix,
            TextRole::Passage => &self.passage_prefix,
        };
        self.tokenizer.ids(&format!("{prefix}{text}"))
    }

    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        forward::encode(&self.weights, texts)
    }
}
