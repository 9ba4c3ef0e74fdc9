//! What a suite found: figures, gates, details. The JSON form is a contract:
//! `{suite, metrics: {name: {value, low, high, n}}, model, seconds}`. Must not know how figures are made.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// A figure with its 95 % interval over `n` cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub n: usize,
}

/// One suite's outcome.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub suite: String,
    pub metrics: BTreeMap<String, Metric>,
    pub model: String,
    pub seconds: f64,
    /// Gates that were missed, in words; empty when all hold.
    pub missed: Vec<String>,
    /// What the figures do not show: confusions, sets that were absent.
    pub notes: Vec<String>,
}

/// Lowest (or highest) value a figure may have: `[metric] at_least = …` or `at_most = …` in `floors.toml`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    at_least: Option<f64>,
    at_most: Option<f64>,
}

impl Report {
    /// Compares the figures with the suite's floors. A floor without a figure is missed, too, unless the
    /// figure needs a set that is absent (its name then starts with one of `absent`).
    ///
    /// # Errors
    /// What is wrong with the floors file, in words.
    pub fn check(&mut self, floors: &str, absent: &[&str]) -> Result<(), String> {
        let floors: BTreeMap<String, Floor> = toml::from_str(floors).map_err(|error| error.to_string())?;
        for (name, floor) in floors {
            let Some(metric) = self.metrics.get(&name) else {
                if !absent.iter().any(|set| name.starts_with(set)) {
                    self.missed.push(format!("{name}: not measured"));
                }
                continue;
            };
            if let Some(least) = floor.at_least.filter(|least| metric.value < *least) {
                self.missed.push(format!("{name}: {:.4} is below {least}", metric.value));
            }
            if let Some(most) = floor.at_most.filter(|most| metric.value > *most) {
                self.missed.push(format!("{name}: {:.4} is above {most}", metric.value));
            }
        }
        Ok(())
    }

    /// The report for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("suite {} · model {} · {:.1} s\n", self.suite, self.model, self.seconds);
        let width = self.metrics.keys().map(String::len).max().unwrap_or(0);
        for (name, m) in &self.metrics {
            let _ = writeln!(out, "  {name:width$}  {:8.4}  [{:.4}, {:.4}]  n {}", m.value, m.low, m.high, m.n);
        }
        for note in &self.notes {
            let _ = writeln!(out, "{note}");
        }
        for missed in &self.missed {
            let _ = writeln!(out, "GATE MISSED {missed}");
        }
        if self.missed.is_empty() {
            out.push_str("all gates hold\n");
        }
        out
    }
}
