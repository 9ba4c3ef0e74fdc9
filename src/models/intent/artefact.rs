//! The files of a trained head: `head.safetensors` (numbers) and `head.json` (names, thresholds, origin).
//! Must not know how a head is trained.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::super::ModelError;

/// `head.json`: all that is not a matrix.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    pub version: String,
    /// Encoder the head belongs to, `id@revision`.
    pub encoder: String,
    /// Intent ids, in the order of the head's rows.
    pub labels: Vec<String>,
    pub seed: u64,
    /// SHA-256 over the training and validation sentences.
    pub data_sha256: String,
    pub training_sentences: usize,
    pub validation_sentences: usize,
    /// Divides the logits: fitted on the validation set.
    pub temperature: f32,
    pub out_of_scope: OutOfScope,
    pub out_of_scope_threshold: f32,
    pub confidence_threshold: f32,
    /// Figures on the validation set (the test set is `teller eval intent`'s).
    pub validation: ValidationScores,
}

/// Figures measured while training.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationScores {
    pub accuracy: f32,
    /// Expected calibration error over ten bins.
    pub calibration_error: f32,
    /// Area under the ROC curve, out of scope against in scope.
    pub out_of_scope_auroc: f32,
    /// In-scope messages wrongly turned away at the threshold.
    pub in_scope_refused: f32,
    /// Out-of-scope messages turned away at the threshold.
    pub out_of_scope_refused: f32,
}

/// A logistic model over three signals of the head.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutOfScope {
    pub intercept: f32,
    /// Weight of: the out-of-scope logit against all intents together.
    pub logit: f32,
    /// Weight of: cosine to the nearest intent centre, both taken from the mean.
    pub nearest: f32,
    /// Weight of: log-probability of the best intent.
    pub sureness: f32,
}

impl OutOfScope {
    /// Probability that a message is out of scope.
    #[must_use]
    pub fn probability(&self, signal: &Signal) -> f32 {
        let features = signal.features();
        let score =
            self.intercept + self.logit * features[0] + self.nearest * features[1] + self.sureness * features[2];
        1.0 / (1.0 + (-score).exp())
    }
}

/// What the head reads off one vector.
#[derive(Debug, Clone)]
pub struct Signal {
    /// One per intent.
    pub logits: Vec<f32>,
    /// Of the class "none of these".
    pub out_of_scope_logit: f32,
    /// Cosine to the nearest intent centre, both taken from the mean of all training vectors.
    pub nearest: f32,
}

impl Signal {
    /// The three signals that [`OutOfScope`] weighs.
    #[must_use]
    pub fn features(&self) -> [f32; 3] {
        let highest = self.logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all = highest + self.logits.iter().map(|l| (l - highest).exp()).sum::<f32>().ln();
        [self.out_of_scope_logit - all, self.nearest, highest - all]
    }
}

/// The numbers of a head. Rows: one per intent, then "none of these".
pub struct Head {
    dimension: usize,
    /// `[labels + 1, dimension]`, row-major.
    weights: Vec<f32>,
    /// `labels + 1`.
    bias: Vec<f32>,
    /// Mean training vector.
    mean: Vec<f32>,
    /// `[labels, dimension]`: unit vectors from the mean to each intent's centre.
    centres: Vec<f32>,
}

impl Head {
    /// # Panics
    /// Never: sizes are those of the trainer, checked by it.
    #[must_use]
    pub fn new(weights: Vec<f32>, bias: Vec<f32>, mean: Vec<f32>, centres: Vec<f32>) -> Self {
        Self { dimension: mean.len(), weights, bias, mean, centres }
    }

    /// Reads the numbers back.
    ///
    /// # Errors
    /// What is absent or of the wrong size, in words.
    pub fn from_bytes(bytes: &[u8], labels: usize) -> Result<Self, String> {
        let tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu)
            .map_err(|error| format!("head.safetensors: {error}"))?;
        let read = |name: &str| -> Result<Vec<f32>, String> {
            let tensor = tensors.get(name).ok_or_else(|| format!("head.safetensors: {name} is absent"))?;
            tensor
                .flatten_all()
                .and_then(|flat| flat.to_vec1())
                .map_err(|error| format!("head.safetensors: {name}: {error}"))
        };
        let head = Self::new(read("weights")?, read("bias")?, read("mean")?, read("centres")?);
        let d = head.dimension;
        let fits =
            head.bias.len() == labels + 1 && head.weights.len() == (labels + 1) * d && head.centres.len() == labels * d;
        if fits { Ok(head) } else { Err(format!("head.safetensors does not hold a head for {labels} intents")) }
    }

    /// Writes `head.safetensors` and `head.json` into `folder`. The same head gives the same bytes.
    ///
    /// # Errors
    /// [`ModelError::File`] or [`ModelError::Compute`].
    pub fn save(&self, card: &Card, folder: &Path) -> Result<(), ModelError> {
        let file = |path: &Path| {
            let path = path.to_owned();
            move |source| ModelError::File { path, source }
        };
        std::fs::create_dir_all(folder).map_err(file(folder))?;
        let d = self.dimension;
        let tensor =
            |values: &[f32], width: usize| Tensor::from_slice(values, (values.len() / width, width), &Device::Cpu);
        let tensors: HashMap<String, Tensor> = [
            ("weights", tensor(&self.weights, d)?),
            ("bias", tensor(&self.bias, 1)?),
            ("mean", tensor(&self.mean, d)?),
            ("centres", tensor(&self.centres, d)?),
        ]
        .map(|(name, tensor)| (name.to_owned(), tensor))
        .into();
        candle_core::safetensors::save(&tensors, folder.join("head.safetensors"))?;
        let json = serde_json::to_string_pretty(card).map_err(|error| ModelError::Training(error.to_string()))?;
        let path = folder.join("head.json");
        std::fs::write(&path, json + "\n").map_err(file(&path))
    }

    /// Reads one vector of the encoder.
    #[must_use]
    pub fn read(&self, vector: &[f32]) -> Signal {
        let mut logits: Vec<f32> = self
            .weights
            .chunks_exact(self.dimension)
            .zip(&self.bias)
            .map(|(row, bias)| bias + dot(row, vector))
            .collect();
        let out_of_scope_logit = logits.pop().unwrap_or(0.0);
        let from_mean: Vec<f32> = vector.iter().zip(&self.mean).map(|(v, m)| v - m).collect();
        let length = dot(&from_mean, &from_mean).sqrt().max(1e-9);
        let nearest = self
            .centres
            .chunks_exact(self.dimension)
            .map(|centre| dot(centre, &from_mean) / length)
            .fold(-1.0, f32::max);
        Signal { logits, out_of_scope_logit, nearest }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
