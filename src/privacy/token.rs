//! Tokens that prove "we said so": a purpose, a subject and an end, sealed with a key only this installation has.
//! Must not know what a token is for: sessions and sign-ins name their purpose themselves.
//!
//! A token hides nothing (its subject can be read by whoever holds it) and cannot be changed. The purpose is
//! sealed in too, so that a chat session's token never passes as a sign-in.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::Fault;

/// Why there is no key, or why a token is not accepted. Never shows a token or a key.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the token is not one of ours")]
    Malformed,
    #[error("the token was not issued here, not for this purpose, or was changed")]
    Forged,
    #[error("the token has expired: sign in or start the session again")]
    Expired,
    #[error("signing key {}: {source}", path.display())]
    KeyFile { path: PathBuf, source: io::Error },
    #[error("signing key {}: {problem}", path.display())]
    KeyUnfit { path: PathBuf, problem: String },
    #[error("the system gives no random bytes for a signing key: {0}")]
    NoRandomness(getrandom::Error),
}

impl TokenError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Malformed | Self::Forged | Self::Expired => Fault::Denied,
            Self::KeyFile { .. } | Self::KeyUnfit { .. } | Self::NoRandomness(_) => Fault::Unavailable,
        }
    }
}

/// Bytes of the key: as many as SHA-256 gives.
const KEY_BYTES: usize = 32;
/// Bytes that HMAC-SHA-256 takes as a key.
const BLOCK_BYTES: usize = 64;
/// Bytes of the end of validity (seconds since 1970) at the head of a token.
const TIME_BYTES: usize = 8;
/// The key's file in the data folder.
const FILE: &str = "signing.key";
/// Longest token looked at, in characters: the longest subject is an identifier of 64 bytes.
const MAX_TOKEN_CHARS: usize = 1024;

/// The installation's key. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SigningKey([u8; KEY_BYTES]);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey([secret])")
    }
}

impl SigningKey {
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads the key from `folder`, or makes one there that only the owner can read. Deleting the file ends every
    /// token ever issued.
    ///
    /// # Errors
    /// A file that cannot be read or written, has another length, or can be read by other users.
    pub fn load_or_create(folder: &Path) -> Result<Self, TokenError> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Self::checked(&path, &bytes),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Self::create(&path),
            Err(source) => Err(TokenError::KeyFile { path, source }),
        }
    }

    fn checked(path: &Path, bytes: &[u8]) -> Result<Self, TokenError> {
        let unfit = |problem: String| TokenError::KeyUnfit { path: path.to_owned(), problem };
        let key = <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_| {
            unfit(format!(
                "has {} bytes instead of {KEY_BYTES}; delete it to make a new one (everybody must sign in again)",
                bytes.len()
            ))
        })?;
        if open_to_others(path)? {
            return Err(unfit("other users can read it: run `chmod 600` on it".to_owned()));
        }
        Ok(Self(key))
    }

    /// Written beside and renamed, so that a crash never leaves half a key.
    fn create(path: &Path) -> Result<Self, TokenError> {
        let failed = |source| TokenError::KeyFile { path: path.to_owned(), source };
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(TokenError::NoRandomness)?;
        let beside = path.with_extension("key.new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside).map_err(failed)?;
        file.write_all(&key).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&beside, path).map_err(failed)?;
        Ok(Self(key))
    }

    /// A token for `subject` (an identifier, at most 300 bytes), good for `purpose` until `expires` (whole seconds).
    /// Letters, digits and one dot, so that it fits a header and a cookie.
    #[must_use]
    pub fn issue(&self, purpose: &str, subject: &str, expires: DateTime<Utc>) -> String {
        let mut body = expires.timestamp().to_be_bytes().to_vec();
        body.extend_from_slice(subject.as_bytes());
        let seal = self.sealing(purpose, &body).finalize().into_bytes();
        format!("{}.{}", to_hex(&body), to_hex(&seal))
    }

    /// The subject of a token issued here for `purpose` that has not ended at `now`.
    ///
    /// # Errors
    /// [`TokenError::Malformed`], [`TokenError::Forged`] or [`TokenError::Expired`].
    pub fn open(&self, purpose: &str, token: &str, now: DateTime<Utc>) -> Result<String, TokenError> {
        if token.len() > MAX_TOKEN_CHARS {
            return Err(TokenError::Malformed);
        }
        let (body, seal) = token.split_once('.').ok_or(TokenError::Malformed)?;
        let (body, seal) = from_hex(body).zip(from_hex(seal)).ok_or(TokenError::Malformed)?;
        let (expires, subject) = body.split_first_chunk::<TIME_BYTES>().ok_or(TokenError::Malformed)?;
        // Compares in the same time however much of the seal is right.
        self.sealing(purpose, &body).verify_slice(&seal).map_err(|_| TokenError::Forged)?;
        if i64::from_be_bytes(*expires) <= now.timestamp() {
            return Err(TokenError::Expired);
        }
        String::from_utf8(subject.to_vec()).map_err(|_| TokenError::Malformed)
    }

    /// The purpose's length goes in first: no purpose can borrow bytes from a subject.
    fn sealing(&self, purpose: &str, body: &[u8]) -> Hmac<Sha256> {
        // HMAC itself fills a key up to its block with zeros; doing so here leaves no length that could be wrong.
        let mut block = [0; BLOCK_BYTES];
        block[..KEY_BYTES].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(body);
        mac
    }
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> Result<bool, TokenError> {
    use std::os::unix::fs::PermissionsExt;
    let meta = fs::metadata(path).map_err(|source| TokenError::KeyFile { path: path.to_owned(), source })?;
    Ok(meta.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Result<bool, TokenError> {
    Ok(false)
}

fn to_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Lower-case only: one token has one spelling.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair.first()?)? * 16 + digit(pair.get(1)?)?)).collect()
}
