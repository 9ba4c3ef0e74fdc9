//! The local models: fetching and verifying their files, encoding text, telling intents apart.
//!
//! Everything that touches `candle` or `tokenizers` is in here. Must not know the bank: no products, no
//! articles, no replies, no storage.

pub mod cache;
pub mod e5_blocks;
pub mod encoder;
pub mod fetch;
pub mod forward;
pub mod fused;
pub mod intent;
pub mod manifest;
pub mod minilm;
pub mod queue;
pub mod stock;
pub mod tokenize;
pub mod weights;

use std::path::PathBuf;

use crate::domain::Fault;

/// What goes wrong with a model's files or in running it.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("model {0} is not in models/models.toml; `teller models list` shows what is")]
    UnknownModel(String),
    #[error("models/models.toml: {0}")]
    Manifest(String),
    #[error("{file} of {model} is missing: run `teller models pull`, or put it at {} by hand (sha256 {sha256})", path.display())]
    Missing { model: String, file: String, path: PathBuf, sha256: String },
    #[error("{} is corrupt ({reason}): delete it and run `teller models pull`", path.display())]
    Corrupt { path: PathBuf, reason: String },
    #[error("{file} of {model} could be had from no source:\n{tried}\n  put it at {} by hand (sha256 {sha256})", path.display())]
    Unreachable { model: String, file: String, tried: String, path: PathBuf, sha256: String },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("text cannot be tokenized: {0}")]
    Tokenize(String),
    #[error("a token id {id} is outside the vocabulary of {vocabulary}")]
    OutsideVocabulary { id: u32, vocabulary: usize },
    #[error("encoder: {0}")]
    Compute(#[from] candle_core::Error),
    #[error("the encoder is busy: {queued_tokens} tokens wait; try again in {retry_after_seconds} s")]
    Busy { queued_tokens: usize, retry_after_seconds: u64 },
    #[error("the encoder has stopped")]
    Stopped,
    #[error("{}: {reason}", path.display())]
    BadArtefact { path: PathBuf, reason: String },
    #[error("training: {0}")]
    Training(String),
}

impl ModelError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownModel(_) | Self::Training(_) => Fault::Caller,
            Self::Missing { .. }
            | Self::Corrupt { .. }
            | Self::Unreachable { .. }
            | Self::File { .. }
            | Self::BadArtefact { .. }
            | Self::Stopped => Fault::Unavailable,
            Self::Busy { retry_after_seconds, .. } => Fault::Busy { retry_after_seconds: *retry_after_seconds },
            Self::Manifest(_) | Self::Tokenize(_) | Self::OutsideVocabulary { .. } | Self::Compute(_) => Fault::Bug,
        }
    }
}
