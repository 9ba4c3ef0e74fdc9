//! Text to token ids with the model's own `tokenizer.json`.
//! Must not know weights or batches.

use std::path::Path;

use tokenizers::{Tokenizer, TruncationParams};

use super::ModelError;

/// A loaded tokenizer.
pub struct TextTokenizer {
    inner: Tokenizer,
}

impl TextTokenizer {
    /// Loads the file. Padding that the file asks for is cleared (`MiniLM`'s pads everything to 128 tokens, at
    /// 4.5 times the cost), truncation is set to `max_tokens`.
    ///
    /// # Errors
    /// [`ModelError::Corrupt`] when it is no tokenizer file.
    pub fn open(path: &Path, max_tokens: usize) -> Result<Self, ModelError> {
        let corrupt = |reason: String| ModelError::Corrupt { path: path.to_owned(), reason };
        let mut inner = Tokenizer::from_file(path).map_err(|error| corrupt(error.to_string()))?;
        inner.with_padding(None);
        let truncation = TruncationParams { max_length: max_tokens, ..Default::default() };
        inner.with_truncation(Some(truncation)).map_err(|error| corrupt(error.to_string()))?;
        Ok(Self { inner })
    }

    /// Token ids with the special tokens of the model, cut at its longest input.
    ///
    /// # Errors
    /// [`ModelError::Tokenize`].
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let encoding = self.inner.encode_fast(text, true).map_err(|error| ModelError::Tokenize(error.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }
}
