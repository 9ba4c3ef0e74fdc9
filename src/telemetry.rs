//! What operators see: log lines, metrics, measured durations.
//! Must not know what any text means: how secrets are taken out of a line is given by the caller (`scrub`),
//! because masking lives a layer above. The only file besides `clock.rs` that may read a clock.

pub mod metrics;
mod scrub;

use std::time::{Duration, Instant};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::domain::Fault;

pub use metrics::{encoded, gate_drop, http_request, masked, queue_refused, queue_tokens, recommendation, reply};
pub use scrub::Scrub;

/// What goes wrong when logging or metrics are set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("log filter `{filter}`: {reason}; write it like `info` or `info,teller=debug`")]
    Filter { filter: String, reason: String },
    #[error("logging is already set up in this process")]
    AlreadySet,
    #[error("metrics: {0}")]
    Metrics(String),
}

impl TelemetryError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Filter { .. } => Fault::Caller,
            Self::AlreadySet | Self::Metrics(_) => Fault::Bug,
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// One readable line an event.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

impl LogFormat {
    /// Reads `text` or `json`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Whether a log filter can be understood; the settings ask before anything starts.
///
/// # Errors
/// [`TelemetryError::Filter`] with the reason.
pub fn check_filter(filter: &str) -> Result<(), TelemetryError> {
    parse_filter(filter).map(drop)
}

fn parse_filter(filter: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::try_new(filter)
        .map_err(|error| TelemetryError::Filter { filter: filter.to_owned(), reason: error.to_string() })
}

/// Sends the log of the whole process to standard error, every line passed through `scrub`.
///
/// # Errors
/// A filter that cannot be understood; a second call in one process.
pub fn init(format: LogFormat, filter: &str, scrub: Scrub) -> Result<(), TelemetryError> {
    dispatch(format, filter, scrub, std::io::stderr)?.try_init().map_err(|_| TelemetryError::AlreadySet)
}

/// The same log, into any writer: what [`init`] installs and what tests look at.
///
/// # Errors
/// A filter that cannot be understood.
pub fn dispatch<W>(
    format: LogFormat,
    filter: &str,
    scrub: Scrub,
    writer: W,
) -> Result<tracing::Dispatch, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt()
        .with_env_filter(parse_filter(filter)?)
        .with_ansi(false)
        .with_writer(scrub::ScrubbedWriter::new(scrub, format, writer));
    Ok(match format {
        LogFormat::Text => builder.into(),
        LogFormat::Json => builder.json().into(),
    })
}

/// Measures how long something takes. For metrics and benchmarks only: what teller decides never depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "durations are measured here and nowhere else")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Seconds since the start.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}
