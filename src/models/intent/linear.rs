//! Multinomial logistic regression on fixed vectors, full batch, deterministic: same input, same bytes.
//! Must not know intents, files or thresholds.

use candle_core::{D, Device, Tensor};

use super::super::ModelError;

/// How a regression is trained.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Full-batch steps of Adam (Kingma & Ba 2015).
    pub steps: usize,
    /// Highest learning rate; falls to zero along a half cosine.
    pub rate: f64,
    /// Weight of the squared norm of the weights in the loss.
    pub ridge: f64,
}

/// Trained weights over the vectors as they come (standardisation is folded in).
#[derive(Debug, Clone)]
pub struct Regression {
    /// `[classes, dimension]`, row-major.
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
}

/// Fits classes `0..classes` to vectors of one length. Zero start, so no randomness is involved.
/// `progress` is told step and loss every 50 steps.
///
/// # Errors
/// [`ModelError::Training`] on empty or uneven input, [`ModelError::Compute`].
pub fn fit(
    vectors: &[&[f32]],
    classes: &[usize],
    count: usize,
    settings: &Settings,
    progress: &mut dyn FnMut(usize, f32),
) -> Result<Regression, ModelError> {
    let dimension = vectors.first().map_or(0, |v| v.len());
    if dimension == 0 || vectors.len() != classes.len() || vectors.iter().any(|v| v.len() != dimension) {
        return Err(ModelError::Training("vectors and classes must be as many, and vectors of one length".into()));
    }
    let scale = Scale::of(vectors);
    let x = scale.apply(vectors)?;
    let xt = x.t()?.contiguous()?;
    let y = one_hot(classes, count)?;
    let mut weights = Adam::new((dimension, count), settings)?;
    let mut bias = Adam::new((1, count), settings)?;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand sentences")]
    let samples = vectors.len() as f64;
    for step in 0..settings.steps {
        let logits = x.matmul(&weights.value)?.broadcast_add(&bias.value)?;
        let p = candle_nn::ops::softmax_last_dim(&logits)?;
        let error = ((&p - &y)? / samples)?;
        let gradient = (xt.matmul(&error)? + (&weights.value * settings.ridge)?)?;
        weights.step(&gradient, step)?;
        bias.step(&error.sum_keepdim(0)?, step)?;
        if step % 50 == 0 || step + 1 == settings.steps {
            let loss =
                (p.clamp(1e-12_f32, 1.0_f32)?.log()? * &y)?.sum(D::Minus1)?.mean(0)?.neg()?.to_scalar::<f32>()?;
            progress(step, loss);
        }
    }
    scale.fold(&weights.value.t()?.contiguous()?.flatten_all()?.to_vec1()?, &bias.value.flatten_all()?.to_vec1()?)
}

fn one_hot(classes: &[usize], count: usize) -> Result<Tensor, ModelError> {
    let mut y = vec![0.0_f32; classes.len() * count];
    for (row, class) in y.chunks_exact_mut(count).zip(classes) {
        *row.get_mut(*class).ok_or_else(|| ModelError::Training(format!("class {class} of {count}")))? = 1.0;
    }
    Ok(Tensor::from_vec(y, (classes.len(), count), &Device::Cpu)?)
}

/// One parameter and its running moments.
struct Adam {
    value: Tensor,
    first: Tensor,
    second: Tensor,
    settings: Settings,
}

impl Adam {
    fn new(shape: (usize, usize), settings: &Settings) -> Result<Self, ModelError> {
        let zero = Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu)?;
        Ok(Self { value: zero.clone(), first: zero.clone(), second: zero, settings: *settings })
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    fn step(&mut self, gradient: &Tensor, step: usize) -> Result<(), ModelError> {
        const BETA1: f64 = 0.9;
        const BETA2: f64 = 0.999;
        self.first = ((&self.first * BETA1)? + (gradient * (1.0 - BETA1))?)?;
        self.second = ((&self.second * BETA2)? + (gradient.sqr()? * (1.0 - BETA2))?)?;
        let n = step as i32 + 1;
        let along = step as f64 / self.settings.steps as f64;
        let rate = self.settings.rate * 0.5 * (1.0 + (std::f64::consts::PI * along).cos());
        let first = (&self.first / (1.0 - BETA1.powi(n)))?;
        let second = ((&self.second / (1.0 - BETA2.powi(n)))?.sqrt()? + 1e-8)?;
        self.value = (&self.value - ((first / second)? * rate)?)?;
        Ok(())
    }
}

/// Mean and spread of each dimension.
struct Scale {
    mean: Vec<f32>,
    spread: Vec<f32>,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand sentences")]
    fn of(vectors: &[&[f32]]) -> Self {
        let count = vectors.len() as f32;
        let dimension = vectors[0].len();
        let mut mean = vec![0.0; dimension];
        for vector in vectors {
            mean.iter_mut().zip(*vector).for_each(|(m, v)| *m += v / count);
        }
        let mut spread = vec![0.0; dimension];
        for vector in vectors {
            for ((s, v), m) in spread.iter_mut().zip(*vector).zip(&mean) {
                *s += (v - m) * (v - m) / count;
            }
        }
        for s in &mut spread {
            *s = s.sqrt().max(1e-6);
        }
        Self { mean, spread }
    }

    fn apply(&self, vectors: &[&[f32]]) -> Result<Tensor, ModelError> {
        let values: Vec<f32> = vectors
            .iter()
            .flat_map(|v| v.iter().zip(&self.mean).zip(&self.spread).map(|((v, m), s)| (v - m) / s))
            .collect();
        Ok(Tensor::from_vec(values, (vectors.len(), self.mean.len()), &Device::Cpu)?)
    }

    /// Weights over standardised vectors to weights over vectors as they come.
    fn fold(&self, weights: &[f32], bias: &[f32]) -> Result<Regression, ModelError> {
        let folded: Vec<f32> = weights
            .chunks_exact(self.mean.len())
            .flat_map(|row| row.iter().zip(&self.spread).map(|(w, s)| w / s))
            .collect();
        let bias = folded
            .chunks_exact(self.mean.len())
            .zip(bias)
            .map(|(row, b)| b - row.iter().zip(&self.mean).map(|(w, m)| w * m).sum::<f32>())
            .collect();
        if folded.iter().all(|w| w.is_finite()) {
            Ok(Regression { weights: folded, bias })
        } else {
            Err(ModelError::Training("the regression did not converge; lower the rate".into()))
        }
    }
}

/// Probabilities of logits divided by `temperature`.
#[must_use]
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f32> = logits.iter().map(|l| ((l - highest) / temperature).exp()).collect();
    let total: f32 = exponentials.iter().sum();
    exponentials.into_iter().map(|e| e / total).collect()
}
