//! A text that must not be shown. Must not know what it opens.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A key or password: `Debug` shows nothing of it, there is no `Display`, and comparing takes the same time
/// however much of a guess is right.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `guess` is the secret. Digests are compared, so that not even the length can be timed.
    #[must_use]
    pub fn matches(&self, guess: &str) -> bool {
        Sha256::digest(self.0.as_bytes()).ct_eq(&Sha256::digest(guess.as_bytes())).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}
