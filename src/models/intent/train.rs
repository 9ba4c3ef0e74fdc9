//! Training an intent head on encoded sentences: seeded, and the same input gives the same bytes.
//!
//! 1. A logistic regression over the intents and "none of these" ([`super::linear`]).
//! 2. An out-of-scope score: a logistic model over three signals of the head, fitted on out-of-fold
//!    readings of the training sentences, so that it sees heads that have not seen the sentence.
//! 3. Temperature and thresholds, chosen on the validation sentences alone.
//!
//! Must not know text, files or encoders.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::super::ModelError;
use super::artefact::{Card, Head, OutOfScope, Signal, ValidationScores};
use super::linear::{self, Settings};
use super::scores;

/// Folds of the out-of-fold readings.
const FOLDS: usize = 5;
/// Most in-scope messages the out-of-scope threshold may turn away, on validation.
const MAX_REFUSED: f32 = 0.03;
/// Accuracy that answers above the confidence threshold shall have, on validation.
const SURE: f32 = 0.97;

/// Encoded sentences. A class is an index into `labels`, or `labels.len()` for "none of these".
pub struct TrainingSet {
    pub labels: Vec<String>,
    pub encoder: String,
    pub data_sha256: String,
    pub training: Vec<(Vec<f32>, usize)>,
    pub validation: Vec<(Vec<f32>, usize)>,
}

/// The regression that was best on the validation set among those tried (steps 200–800, rate 0.01–0.1,
/// ridge 1e-5–1e-2; see `models/intent/MODEL_CARD.md`).
pub const REGRESSION: Settings = Settings { steps: 400, rate: 0.05, ridge: 3e-3 };

/// Trains a head.
///
/// # Errors
/// [`ModelError::Training`] naming what the set lacks.
pub fn train(
    set: &TrainingSet,
    settings: &Settings,
    seed: u64,
    progress: &mut dyn FnMut(&str),
) -> Result<(Card, Head), ModelError> {
    check(set)?;
    let out_of_scope = fit_out_of_scope(set, settings, seed, progress)?;
    progress("head: all training sentences");
    let all: Vec<usize> = (0..set.training.len()).collect();
    let head = fit_head(set, &all, settings, progress)?;
    let read: Vec<(Signal, usize)> = set.validation.iter().map(|(v, class)| (head.read(v), *class)).collect();
    let (inside, outside): (Vec<_>, Vec<_>) = read.into_iter().partition(|(_, class)| *class < set.labels.len());
    let temperature = fit_temperature(&inside);
    let score = |rows: &[(Signal, usize)]| -> Vec<f32> {
        rows.iter().map(|(signal, _)| out_of_scope.probability(signal)).collect()
    };
    let (inside_scores, outside_scores) = (score(&inside), score(&outside));
    let out_of_scope_threshold = choose_out_of_scope(&inside_scores, &outside_scores);
    let predictions = predictions(&inside, temperature);
    let confidence_threshold = choose_confidence(&predictions);
    let card = Card {
        version: format!("intent-{}-s{seed}-{}", &set.data_sha256[..8], settings.steps),
        encoder: set.encoder.clone(),
        labels: set.labels.clone(),
        seed,
        data_sha256: set.data_sha256.clone(),
        training_sentences: set.training.len(),
        validation_sentences: set.validation.len(),
        temperature,
        out_of_scope,
        out_of_scope_threshold,
        confidence_threshold,
        validation: ValidationScores {
            accuracy: scores::share(predictions.iter().map(|(_, right)| *right)),
            calibration_error: scores::calibration_error(&predictions),
            out_of_scope_auroc: scores::roc_area(&outside_scores, &inside_scores),
            in_scope_refused: scores::share(inside_scores.iter().map(|s| *s >= out_of_scope_threshold)),
            out_of_scope_refused: scores::share(outside_scores.iter().map(|s| *s >= out_of_scope_threshold)),
        },
    };
    Ok((card, head))
}

fn check(set: &TrainingSet) -> Result<(), ModelError> {
    let count = set.labels.len();
    for class in 0..=count {
        let name = set.labels.get(class).map_or("out_of_scope", String::as_str);
        if set.training.iter().filter(|(_, c)| *c == class).count() < FOLDS {
            return Err(ModelError::Training(format!("{name} has fewer than {FOLDS} training sentences")));
        }
    }
    if set.validation.iter().all(|(_, c)| *c == count) || set.validation.iter().all(|(_, c)| *c < count) {
        return Err(ModelError::Training("validation needs sentences in scope and out of scope".into()));
    }
    Ok(())
}

fn fit_head(
    set: &TrainingSet,
    rows: &[usize],
    settings: &Settings,
    progress: &mut dyn FnMut(&str),
) -> Result<Head, ModelError> {
    let count = set.labels.len();
    let vectors: Vec<&[f32]> = rows.iter().map(|i| set.training[*i].0.as_slice()).collect();
    let classes: Vec<usize> = rows.iter().map(|i| set.training[*i].1).collect();
    let regression = linear::fit(&vectors, &classes, count + 1, settings, &mut |step, loss| {
        progress(&format!("  step {step}/{}: loss {loss:.4}", settings.steps));
    })?;
    let mean = mean(vectors.iter().copied());
    let centres = (0..count)
        .flat_map(|class| {
            let own = vectors.iter().zip(&classes).filter(|(_, c)| **c == class).map(|(v, _)| *v);
            let mut centre: Vec<f32> = self::mean(own).iter().zip(&mean).map(|(c, m)| c - m).collect();
            let length = centre.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-9);
            centre.iter_mut().for_each(|v| *v /= length);
            centre
        })
        .collect();
    Ok(Head::new(regression.weights, regression.bias, mean, centres))
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand sentences")]
fn mean<'a>(vectors: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut sum: Vec<f32> = Vec::new();
    let mut count = 0;
    for vector in vectors {
        sum.resize(vector.len(), 0.0);
        sum.iter_mut().zip(vector).for_each(|(s, v)| *s += v);
        count += 1;
    }
    sum.iter_mut().for_each(|s| *s /= count as f32);
    sum
}

fn fit_out_of_scope(
    set: &TrainingSet,
    settings: &Settings,
    seed: u64,
    progress: &mut dyn FnMut(&str),
) -> Result<OutOfScope, ModelError> {
    let mut order: Vec<usize> = (0..set.training.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        progress(&format!("out-of-scope score: fold {} of {FOLDS}", fold + 1));
        let in_fold = |position: &usize| position % FOLDS == fold;
        let rest: Vec<usize> =
            order.iter().enumerate().filter(|(position, _)| !in_fold(position)).map(|(_, i)| *i).collect();
        let head = fit_head(set, &rest, settings, &mut |_| ())?;
        for (_, i) in order.iter().enumerate().filter(|(position, _)| in_fold(position)) {
            let (vector, class) = &set.training[*i];
            features.push(head.read(vector).features());
            classes.push(usize::from(*class == set.labels.len()));
        }
    }
    let rows: Vec<&[f32]> = features.iter().map(<[f32; 3]>::as_slice).collect();
    let logistic = Settings { steps: 600, rate: 0.1, ridge: 1e-4 };
    let fitted = linear::fit(&rows, &classes, 2, &logistic, &mut |_, _| ())?;
    let difference = |i: usize| fitted.weights[3 + i] - fitted.weights[i];
    Ok(OutOfScope {
        intercept: fitted.bias[1] - fitted.bias[0],
        logit: difference(0),
        nearest: difference(1),
        sureness: difference(2),
    })
}

/// The temperature with the lowest negative log-likelihood, by golden-section search over its logarithm.
fn fit_temperature(rows: &[(Signal, usize)]) -> f32 {
    let loss = |log: f32| -> f32 {
        let temperature = log.exp();
        rows.iter().map(|(signal, class)| -linear::softmax(&signal.logits, temperature)[*class].max(1e-12).ln()).sum()
    };
    let ratio = (5.0_f32.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.1_f32.ln(), 10.0_f32.ln());
    for _ in 0..60 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(a) < loss(b) { high = b } else { low = a }
    }
    f32::midpoint(low, high).exp()
}

fn predictions(rows: &[(Signal, usize)], temperature: f32) -> Vec<(f32, bool)> {
    rows.iter()
        .map(|(signal, class)| {
            let probabilities = linear::softmax(&signal.logits, temperature);
            let best = (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
            best.map_or((0.0, false), |best| (probabilities[best], best == *class))
        })
        .collect()
}

/// The threshold with the best mean of both rates among those that turn away at most [`MAX_REFUSED`].
fn choose_out_of_scope(inside: &[f32], outside: &[f32]) -> f32 {
    let mut candidates: Vec<f32> = inside.iter().chain(outside).copied().collect();
    candidates.sort_by(f32::total_cmp);
    let refused = |scores: &[f32], t: f32| scores::share(scores.iter().map(|s| *s >= t));
    candidates
        .into_iter()
        .filter(|t| refused(inside, *t) <= MAX_REFUSED)
        .max_by(|a, b| {
            let gain = |t: f32| refused(outside, t) - refused(inside, t);
            gain(*a).total_cmp(&gain(*b)).then(a.total_cmp(b))
        })
        .unwrap_or(1.0)
}

/// The lowest confidence from which on predictions are right in [`SURE`] of cases.
fn choose_confidence(predictions: &[(f32, bool)]) -> f32 {
    let mut sorted = predictions.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best = 1.0;
    for end in 1..=sorted.len() {
        if scores::share(sorted[..end].iter().map(|(_, right)| *right)) >= SURE {
            best = sorted[end - 1].0;
        }
    }
    best
}
