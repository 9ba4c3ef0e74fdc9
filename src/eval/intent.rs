//! The suite `intent`: does the head name the right intent, know what it does not know, and mean its
//! confidence? On our own held-out sentences, and on BANKING77 where the public data is at hand.
//! Must not choose anything: thresholds come with the head, the test sentences are only counted.

use std::collections::BTreeMap;
use std::path::Path;

use super::bootstrap::{mean, metric, share};
use super::report::{Metric, Report};
use super::{EvalError, banking77, encoded};
use crate::domain::Locale;
use crate::models::encoder::{TextEncoder, TextRole};
use crate::models::intent::corpus::{self, OUT_OF_SCOPE, Sentence};
use crate::models::intent::{IntentModel, Understanding, scores};
use crate::telemetry::Stopwatch;
use crate::text::normalise;

const FLOORS: &str = include_str!("../../eval/intent/floors.toml");

/// Confusions listed.
const LISTED: usize = 10;

/// A test sentence and what the head made of it.
struct Outcome {
    sentence: Sentence,
    understanding: Understanding,
}

impl Outcome {
    fn in_scope(&self) -> bool {
        self.sentence.intent != OUT_OF_SCOPE
    }

    fn best(&self) -> (&str, f32) {
        self.understanding.ranked.first().map_or(("", 0.0), |(intent, p)| (intent.as_str(), *p))
    }

    fn right(&self) -> bool {
        self.best().0 == self.sentence.intent
    }
}

/// Runs the suite.
///
/// # Errors
/// [`EvalError`] when a set or the encoder cannot be used. Missed gates are in the report.
pub fn run(
    encoder: &dyn TextEncoder,
    head: &IntentModel,
    public_data: Option<&Path>,
    progress: &mut dyn FnMut(&str),
) -> Result<Report, EvalError> {
    let watch = Stopwatch::start();
    let sentences = corpus::test(&corpus::taxonomy()?)?;
    progress(&format!("own set: {} sentences, one at a time", sentences.len()));
    let (outcomes, times) = understand(encoder, head, sentences)?;
    let mut report = Report {
        suite: "intent".to_owned(),
        metrics: own_metrics(&outcomes)?,
        model: format!("{} on {}", head.version(), encoder.identity()),
        seconds: 0.0,
        missed: Vec::new(),
        notes: confusions(
            "own set",
            outcomes.iter().filter(|o| o.in_scope()).map(|o| (&*o.sentence.intent, o.best().0)),
        ),
    };
    insert(&mut report.metrics, "milliseconds_per_message", metric(&times, mean))?;
    let mut absent = Vec::new();
    if let Some(folder) = public_data.filter(|folder| folder.join("banking77").is_dir()) {
        let pairs = banking77::run(encoder, folder, progress)?;
        let right: Vec<bool> = pairs.iter().map(|(truth, guess)| truth == guess).collect();
        insert(&mut report.metrics, "banking77_accuracy", metric(&right, share))?;
        report.notes.extend(confusions("BANKING77", pairs.iter().map(|(t, g)| (t.as_str(), g.as_str()))));
    } else {
        absent.push("banking77");
        report.notes.push("BANKING77 not measured: set TELLER_DATA to the folder that holds banking77/".to_owned());
    }
    report
        .check(FLOORS, &absent)
        .map_err(|reason| EvalError::BadData { path: "eval/intent/floors.toml".into(), reason })?;
    report.seconds = watch.seconds();
    Ok(report)
}

/// Each sentence alone, as a chat does it: tokenizing, one pass, the head. Milliseconds beside the outcome.
fn understand(
    encoder: &dyn TextEncoder,
    head: &IntentModel,
    sentences: Vec<Sentence>,
) -> Result<(Vec<Outcome>, Vec<f64>), EvalError> {
    let warm_up: Vec<&str> = sentences.iter().take(8).map(|s| s.text.as_str()).collect();
    encoded::encode(encoder, &warm_up, &mut |_| ())?;
    let mut outcomes = Vec::with_capacity(sentences.len());
    let mut times = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let watch = Stopwatch::start();
        let ids = encoder.tokenize(TextRole::Query, &normalise(&sentence.text))?;
        let vectors = encoder.encode(&[&ids])?;
        let understanding = head.classify(vectors.first().map_or(&[], Vec::as_slice));
        times.push(watch.seconds() * 1e3);
        outcomes.push(Outcome { sentence, understanding });
    }
    Ok((outcomes, times))
}

fn own_metrics(outcomes: &[Outcome]) -> Result<BTreeMap<String, Metric>, EvalError> {
    let mut metrics = BTreeMap::new();
    for locale in Locale::ALL {
        let own: Vec<&Outcome> = outcomes.iter().filter(|o| o.sentence.locale == locale).collect();
        let (inside, outside): (Vec<&Outcome>, Vec<&Outcome>) = own.into_iter().partition(|o| o.in_scope());
        let name = |figure: &str| format!("{figure}_{}", locale.as_str());
        let right: Vec<bool> = inside.iter().map(|o| o.right()).collect();
        insert(&mut metrics, &name("accuracy"), metric(&right, share))?;
        let calibration: Vec<(f32, bool)> = inside.iter().map(|o| (o.best().1, o.right())).collect();
        let error = |sample: &[&(f32, bool)]| {
            f64::from(scores::calibration_error(&sample.iter().map(|p| **p).collect::<Vec<_>>()))
        };
        insert(&mut metrics, &name("calibration_error"), metric(&calibration, error))?;
        let refused: Vec<bool> = inside.iter().map(|o| o.understanding.is_out_of_scope).collect();
        insert(&mut metrics, &name("in_scope_refused"), metric(&refused, share))?;
        let caught: Vec<bool> = outside.iter().map(|o| o.understanding.is_out_of_scope).collect();
        insert(&mut metrics, &name("out_of_scope_refused"), metric(&caught, share))?;
        for kind in ["near", "far"] {
            let cases: Vec<(f32, bool)> = inside
                .iter()
                .map(|o| (o.understanding.out_of_scope, false))
                .chain(
                    outside
                        .iter()
                        .filter(|o| o.sentence.kind.as_deref() == Some(kind))
                        .map(|o| (o.understanding.out_of_scope, true)),
                )
                .collect();
            insert(&mut metrics, &name(&format!("out_of_scope_auroc_{kind}")), metric(&cases, roc_area))?;
        }
    }
    Ok(metrics)
}

fn roc_area(cases: &[&(f32, bool)]) -> f64 {
    let side = |wanted: bool| -> Vec<f32> { cases.iter().filter(|c| c.1 == wanted).map(|c| c.0).collect() };
    f64::from(scores::roc_area(&side(true), &side(false)))
}

fn insert(metrics: &mut BTreeMap<String, Metric>, name: &str, metric: Option<Metric>) -> Result<(), EvalError> {
    metrics.insert(name.to_owned(), metric.ok_or_else(|| EvalError::Empty(name.to_owned()))?);
    Ok(())
}

/// The pairs most often taken for each other.
fn confusions<'a>(set: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (truth, guess) in pairs.filter(|(truth, guess)| truth != guess) {
        *counts.entry((truth, guess)).or_default() += 1;
    }
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let lines = order.into_iter().take(LISTED).map(|((t, g), n)| format!("  {n} × {t} taken for {g}"));
    std::iter::once(format!("{set}: most frequent confusions")).chain(lines).collect()
}
