//! Offline evaluation: a suite runs on fixed cases and gives figures with error bars and gates.
//! Suites measure the parts that also serve; they must not know HTTP or the command line.

pub mod banking77;
pub mod bootstrap;
pub mod encoded;
pub mod intent;
pub mod report;

use std::path::PathBuf;

use crate::domain::Fault;
use crate::models::ModelError;

/// The suites there are.
pub const SUITES: [&str; 1] = ["intent"];

/// Why a suite could not run. A suite that runs and misses a gate is no error: its report says so.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    #[error("there is no suite {wanted}; there are: {}", SUITES.join(", "))]
    UnknownSuite { wanted: String },
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("{}: {reason}", path.display())]
    BadData { path: PathBuf, reason: String },
    #[error("the set {0} is empty: nothing can be measured")]
    Empty(String),
}

impl EvalError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownSuite { .. } | Self::BadData { .. } | Self::Empty(_) => Fault::Caller,
            Self::Model(error) => error.fault(),
        }
    }
}
