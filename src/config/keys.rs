//! The table of all keys: path in the file, environment variable, how a value is checked and kept.
//! Must not know files or the environment: it is handed plain values.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::{MIN_API_KEY_CHARS, Secret, Settings};
use crate::telemetry::{self, LogFormat};

/// One key. The default lives in [`Settings::default`].
pub struct Key {
    /// `section.key`
    pub path: &'static str,
    /// The environment variable that sets it too.
    pub env: Option<&'static str>,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// Keeps a value, or says what is wrong with it and what would be right.
    pub set: fn(&mut Settings, Value) -> Result<(), String>,
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Whole(i64),
    Flag(bool),
    /// Of a kind no key has; the name of the kind.
    Other(&'static str),
}

/// Longest part of a refused value that is shown.
const SHOWN_CHARS: usize = 60;

impl Value {
    /// ` = …` for a message about it.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!(" = {:?}", text.chars().take(SHOWN_CHARS).collect::<String>()),
            Self::Whole(number) => format!(" = {number}"),
            Self::Flag(flag) => format!(" = {flag}"),
            Self::Other(kind) => format!(" ({kind})"),
        }
    }

    /// No key means anything when empty; an empty API key above all must not count as "none".
    pub fn not_blank(self) -> Result<Self, String> {
        match self {
            Self::Text(text) if text.trim().is_empty() => Err("is empty: give a value or leave the key out".to_owned()),
            other => Ok(other),
        }
    }

    fn text(self) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err("must be text in quotes".to_owned()),
        }
    }

    fn flag(self) -> Result<bool, String> {
        match self {
            Self::Flag(flag) => Ok(flag),
            _ => Err("must be true or false, without quotes".to_owned()),
        }
    }

    fn whole<T: TryFrom<i64>>(self, allowed: RangeInclusive<i64>) -> Result<T, String> {
        let problem = || format!("must be a whole number from {} to {}", allowed.start(), allowed.end());
        match self {
            Self::Whole(number) if allowed.contains(&number) => T::try_from(number).map_err(|_| problem()),
            _ => Err(problem()),
        }
    }
}

/// A text of the model's greatest length (512 tokens) must fit, or it could never be encoded.
const QUEUE_TOKENS: RangeInclusive<i64> = 512..=10_000_000;

/// All keys, in the order of `config/teller.toml`.
pub const KEYS: &[Key] = &[
    key("server.addr", Some("TELLER_ADDR"), |to, value| {
        value.text().and_then(|text| address(&text)).map(|addr| to.server.addr = addr)
    }),
    secret_key("server.api_key", "TELLER_API_KEY", |to, value| {
        value.text().and_then(api_key).map(|key| to.server.api_key = Some(key))
    }),
    key("server.demo_login", None, |to, value| value.flag().map(|flag| to.server.demo_login = flag)),
    key("data.folder", Some("TELLER_DATA_DIR"), |to, value| {
        value.text().map(|text| to.data.folder = PathBuf::from(text))
    }),
    key("models.folder", Some("TELLER_MODELS"), |to, value| {
        value.text().map(|text| to.models.folder = PathBuf::from(text))
    }),
    key("models.encoder", None, |to, value| value.text().map(|text| to.models.encoder = text)),
    secret_key("records.url", "TELLER_DATABASE_URL", |to, value| {
        let schemes = ["sqlite:", "postgres://", "postgresql://"];
        value.text().and_then(|text| url(text, &schemes)).map(|url| to.records.url = Some(Secret::new(url)))
    }),
    key("vectors.qdrant_url", Some("TELLER_QDRANT_URL"), |to, value| {
        value.text().and_then(qdrant_url).map(|url| to.vectors.qdrant_url = Some(url))
    }),
    secret_key("vectors.qdrant_api_key", "TELLER_QDRANT_API_KEY", |to, value| {
        value.text().map(|text| to.vectors.qdrant_api_key = Some(Secret::new(text)))
    }),
    key("queue.max_queued_tokens", None, |to, value| {
        value.whole(QUEUE_TOKENS).map(|tokens| to.queue.max_queued_tokens = tokens)
    }),
    key("queue.batch_tokens", None, |to, value| value.whole(QUEUE_TOKENS).map(|tokens| to.queue.batch_tokens = tokens)),
    key("queue.workers", None, |to, value| value.whole(1..=64).map(|workers| to.queue.workers = workers)),
    key("chat.max_message_chars", None, |to, value| {
        value.whole(1..=20_000).map(|chars| to.chat.max_message_chars = chars)
    }),
    key("chat.session_hours", None, |to, value| value.whole(1..=720).map(|hours| to.chat.session_hours = hours)),
    key("log.format", None, |to, value| {
        let format = value.text().ok().and_then(|text| LogFormat::parse(&text));
        format.map(|format| to.log.format = format).ok_or_else(|| "must be \"text\" or \"json\"".to_owned())
    }),
    key("log.filter", Some("TELLER_LOG"), |to, value| {
        let filter = value.text()?;
        telemetry::check_filter(&filter).map_err(|error| error.to_string())?;
        to.log.filter = filter;
        Ok(())
    }),
];

type Set = fn(&mut Settings, Value) -> Result<(), String>;

const fn key(path: &'static str, env: Option<&'static str>, set: Set) -> Key {
    Key { path, env, secret: false, set }
}

const fn secret_key(path: &'static str, env: &'static str, set: Set) -> Key {
    Key { path, env: Some(env), secret: true, set }
}

/// An IP address, not a host name: whether others can reach us must be plain from the settings, and what a
/// name stands for is decided elsewhere and may change.
fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let addr = local.map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)).or_else(|| text.parse().ok());
    addr.ok_or_else(|| "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080".to_owned())
}

fn api_key(text: String) -> Result<Secret, String> {
    let problem = if text.chars().count() < MIN_API_KEY_CHARS {
        format!("must have at least {MIN_API_KEY_CHARS} characters; `openssl rand -base64 24` makes a good one")
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        "must be letters, digits and punctuation without spaces: it travels in an HTTP header".to_owned()
    } else {
        return Ok(Secret::new(text));
    };
    Err(problem)
}

fn qdrant_url(text: String) -> Result<String, String> {
    if text.contains('@') {
        return Err("holds a password: put it into vectors.qdrant_api_key".to_owned());
    }
    url(text, &["http://", "https://"])
}

fn url(text: String, schemes: &[&str]) -> Result<String, String> {
    let good = schemes.iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if good { Ok(text) } else { Err(format!("must begin with {}", schemes.join(" or "))) }
}
