//! `teller eval SUITE`: runs a suite and prints its report. Exits 1 when a gate was missed.
//! Must not know how figures are made.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use super::progress::Progress;
use crate::config::{Overrides, Settings};
use crate::eval::{EvalError, intent};
use crate::models::cache::ModelCache;
use crate::models::encoder::{LocalEncoder, TextEncoder};
use crate::models::intent::IntentModel;

/// Where the public data sets lie on a developer's machine, when nothing else is said.
const PUBLIC_DATA: &str = "../shared/data";

#[derive(Debug, Args)]
pub struct Eval {
    /// The suite: intent
    suite: String,
    /// Folder of public data sets, such as one that holds banking77/ [default: `TELLER_DATA`, or ../shared/data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Eval {
    pub fn run(self) -> anyhow::Result<Outcome> {
        if self.suite != "intent" {
            return Err(EvalError::UnknownSuite { wanted: self.suite }.into());
        }
        let settings = Settings::from_environment(None, Overrides::default())?;
        let public_data = self.data.or(settings.public_data).unwrap_or_else(|| Path::new(PUBLIC_DATA).to_owned());
        let encoder = LocalEncoder::open(&ModelCache::new(settings.models.folder), &settings.models.encoder)?;
        let head = IntentModel::embedded(encoder.identity())?;
        let mut progress = Progress::new();
        let report = intent::run(&encoder, &head, Some(&public_data), &mut |line| progress.say(line))?;
        drop(progress);
        match self.format {
            Format::Text => print!("{}", report.text()),
            Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
        }
        Ok(if report.missed.is_empty() { Outcome::Done } else { Outcome::Failed })
    }
}
