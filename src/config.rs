//! The settings: defaults, then a file, then environment variables, then the command line; checked as a whole.
//!
//! The only file that reads environment variables. Must not know what the settings are used for: it checks
//! that each value can be meant, not that a folder exists or a server answers. `config/teller.toml` is the
//! reference for people; the table in `config/keys.rs` is the one for the program.

mod file;
mod keys;
mod nearest;
mod secret;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::domain::Fault;
use crate::telemetry::LogFormat;

use keys::{KEYS, Key, Value};
pub use secret::Secret;

/// Everything that can be set. Without a file, a variable or an argument: [`Settings::default`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    pub server: ServerSettings,
    pub data: DataSettings,
    pub models: ModelSettings,
    pub records: RecordSettings,
    pub vectors: VectorSettings,
    pub queue: QueueSettings,
    pub chat: ChatSettings,
    pub log: LogSettings,
    /// Folder of the public data sets that `teller eval` can measure against. Environment only (`TELLER_DATA`):
    /// it belongs to the machine of an evaluator, never to a bank's installation.
    pub public_data: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ServerSettings {
    /// Where to listen; port 0 picks a free one. Anything but loopback needs `api_key`.
    pub addr: SocketAddr,
    /// What advisor and administration routes ask for; at least [`MIN_API_KEY_CHARS`] characters.
    pub api_key: Option<Secret>,
    /// Whether anybody may sign in as a demo user without a password; loopback only.
    pub demo_login: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DataSettings {
    /// Records, vectors and the signing key live here.
    pub folder: PathBuf,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ModelSettings {
    /// Where fetched model files are kept.
    pub folder: PathBuf,
    /// Id of the encoder in `models/models.toml`.
    pub encoder: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordSettings {
    /// Database; `None` means `SQLite` in the data folder. Holds a password, hence a [`Secret`].
    pub url: Option<Secret>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct VectorSettings {
    /// Qdrant server (gRPC); `None` means the embedded engine in the data folder.
    pub qdrant_url: Option<String>,
    pub qdrant_api_key: Option<Secret>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct QueueSettings {
    /// Most tokens that may wait before the encoder.
    pub max_queued_tokens: usize,
    /// Most tokens encoded in one pass.
    pub batch_tokens: usize,
    /// Threads that encode.
    pub workers: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ChatSettings {
    /// Longest message accepted, in characters.
    pub max_message_chars: usize,
    /// Hours after which a session's token ends.
    pub session_hours: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LogSettings {
    pub format: LogFormat,
    /// What is logged, as `tracing` writes it: `info`, `info,teller=debug`.
    pub filter: String,
}

/// Shortest API key of our own server: 16 characters of base 64 are 96 bits.
pub const MIN_API_KEY_CHARS: usize = 16;

impl Default for ServerSettings {
    fn default() -> Self {
        Self { addr: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080), api_key: None, demo_login: false }
    }
}

impl Default for DataSettings {
    fn default() -> Self {
        Self { folder: PathBuf::from(".teller/data") }
    }
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self { folder: PathBuf::from(".teller/models"), encoder: "multilingual-e5-small".to_owned() }
    }
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { max_queued_tokens: 16_384, batch_tokens: 2_048, workers: 1 }
    }
}

impl Default for ChatSettings {
    fn default() -> Self {
        Self { max_message_chars: 2_000, session_hours: 12 }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

/// What the command line sets; it wins over everything else.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--addr`
    pub addr: Option<String>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--demo` signs in demo users.
    pub demo_login: Option<bool>,
}

/// One thing wrong with the settings: where it was said, what, and how to mend it. Never shows a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {key}{shown}: {problem}")]
pub struct ConfigFault {
    /// `teller.toml:12`, `TELLER_ADDR` or `--addr`.
    pub place: String,
    /// `queue.batch_tokens`
    pub key: String,
    /// ` = 0`, or nothing.
    pub shown: String,
    pub problem: String,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// All that is wrong, in the order file (by line), environment, command line, the whole.
    #[error("the settings cannot be used:{}", .0.iter().map(|fault| format!("\n  {fault}")).collect::<String>())]
    Invalid(Vec<ConfigFault>),
}

impl ConfigError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::Caller
    }
}

impl Settings {
    /// Reads the settings with the process's own environment.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_environment(file: Option<&Path>, overrides: Overrides) -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
        let env = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Self::load(file, &env, overrides)
    }

    /// Reads the settings: defaults, `file`, variables through `env`, `overrides`.
    ///
    /// # Errors
    /// A file that cannot be read, or every single fault found in it and in the rest.
    pub fn load(
        file: Option<&Path>,
        env: &dyn Fn(&str) -> Option<String>,
        overrides: Overrides,
    ) -> Result<Self, ConfigError> {
        let mut draft = Draft::default();
        if let Some(path) = file {
            let text =
                std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
            file::read(&path.display().to_string(), &text, &mut draft);
        }
        for key in KEYS {
            if let Some((name, value)) = key.env.and_then(|name| Some((name, env(name)?))) {
                draft.set(key, name.to_owned(), Value::Text(value));
            }
        }
        draft.settings.public_data = env("TELLER_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        draft.set_named("server.addr", "--addr", overrides.addr.map(Value::Text));
        let folder = overrides.data.map(|folder| Value::Text(folder.to_string_lossy().into_owned()));
        draft.set_named("data.folder", "--data", folder);
        draft.set_named("server.demo_login", "--demo", overrides.demo_login.map(Value::Flag));
        draft.check_together();
        if draft.faults.is_empty() { Ok(draft.settings) } else { Err(ConfigError::Invalid(draft.faults)) }
    }

    /// Every key a file may hold, as `section.key`.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|key| key.path)
    }
}

/// Settings on the way, with where each value came from.
#[derive(Default)]
struct Draft {
    settings: Settings,
    places: BTreeMap<&'static str, (String, String)>,
    faults: Vec<ConfigFault>,
}

impl Draft {
    fn set(&mut self, key: &Key, place: String, value: Value) {
        let shown = if key.secret { String::new() } else { value.shown() };
        if let Err(problem) = value.not_blank().and_then(|value| (key.set)(&mut self.settings, value)) {
            self.faults.push(ConfigFault {
                place: place.clone(),
                key: key.path.to_owned(),
                shown: shown.clone(),
                problem,
            });
        }
        self.places.insert(key.path, (place, shown));
    }

    fn set_named(&mut self, path: &str, place: &str, value: Option<Value>) {
        if let (Some(key), Some(value)) = (KEYS.iter().find(|key| key.path == path), value) {
            self.set(key, place.to_owned(), value);
        }
    }

    fn is_faulty(&self, path: &str) -> bool {
        self.faults.iter().any(|fault| fault.key == path)
    }

    /// Reports a combination at the place where `path` was set.
    fn fault_at(&mut self, path: &str, problem: &str) {
        let (place, shown) = self.places.get(path).cloned().unwrap_or_else(|| ("default".to_owned(), String::new()));
        self.faults.push(ConfigFault { place, key: path.to_owned(), shown, problem: problem.to_owned() });
    }

    /// What only shows when all values are there.
    fn check_together(&mut self) {
        let server = &self.settings.server;
        let open = !server.addr.ip().is_loopback();
        if open && server.api_key.is_none() && !self.is_faulty("server.api_key") {
            self.fault_at(
                "server.addr",
                "others can reach this address, so server.api_key (TELLER_API_KEY) must be set; \
                 or listen on 127.0.0.1",
            );
        }
        if open && self.settings.server.demo_login {
            self.fault_at(
                "server.demo_login",
                "would let anybody who can reach this address in without a password; listen on 127.0.0.1 for a demo",
            );
        }
        if self.settings.queue.batch_tokens > self.settings.queue.max_queued_tokens {
            let path = if self.places.contains_key("queue.batch_tokens") {
                "queue.batch_tokens"
            } else {
                "queue.max_queued_tokens"
            };
            self.fault_at(
                path,
                "queue.batch_tokens may not be more than queue.max_queued_tokens: a batch could never fill",
            );
        }
    }
}
