//! The forward pass: token ids in, one unit vector per text out, over a packed batch.
//!
//! All texts of a batch are laid end to end in one `[tokens, hidden]` matrix: no padding is computed, each
//! weight is read once per batch, and a text's vector is the same alone and in company.
//! Must not know text, tokenizers, files or queues.

use candle_core::{Device, Tensor};
use pulp::Arch;

use super::ModelError;
use super::fused::{AddNorm, BiasGelu, PackedAttention, normalise};
use super::weights::{Layer, Weights};

/// Encodes a batch. Every text needs at least one token and at most as many as there are positions.
/// Returns one vector of `hidden` numbers and length 1 per text: the mean over its tokens, normalised.
///
/// # Errors
/// [`ModelError::OutsideVocabulary`], [`ModelError::Tokenize`] for an empty or overlong text.
pub fn encode(weights: &Weights, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let bounds = bounds(weights, texts)?;
    let x = embed(weights, texts, &bounds)?;
    for layer in &weights.layers {
        run_layer(weights, layer, &x, &bounds)?;
    }
    let states: Vec<f32> = x.flatten_all()?.to_vec1()?;
    let hidden = weights.shape.hidden;
    Ok(bounds.windows(2).map(|text| pool(&states[text[0] * hidden..text[1] * hidden], hidden)).collect())
}

fn bounds(weights: &Weights, texts: &[&[u32]]) -> Result<Vec<usize>, ModelError> {
    let mut bounds = vec![0];
    let mut at = 0;
    for text in texts {
        if text.is_empty() || text.len() > weights.shape.positions {
            let most = weights.shape.positions;
            return Err(ModelError::Tokenize(format!("a text has {} tokens; 1 to {most} can be encoded", text.len())));
        }
        at += text.len();
        bounds.push(at);
    }
    Ok(bounds)
}

fn embed(weights: &Weights, texts: &[&[u32]], bounds: &[usize]) -> Result<Tensor, ModelError> {
    let shape = weights.shape;
    let tokens = bounds.last().copied().unwrap_or(0);
    let mut states = Vec::with_capacity(tokens * shape.hidden);
    let arch = Arch::new();
    for text in texts {
        for (position, id) in text.iter().enumerate() {
            let token = *id as usize;
            if token >= shape.vocabulary {
                return Err(ModelError::OutsideVocabulary { id: *id, vocabulary: shape.vocabulary });
            }
            let from = states.len();
            states.extend_from_slice(&weights.positions[position * shape.hidden..(position + 1) * shape.hidden]);
            let row = &mut states[from..];
            weights.words.add_row(token, row);
            arch.dispatch(|| normalise(row, &weights.embedding_norm, shape.epsilon));
        }
    }
    Ok(Tensor::from_vec(states, (tokens, shape.hidden), &Device::Cpu)?)
}

/// One layer, in place on `x`.
fn run_layer(weights: &Weights, layer: &Layer, x: &Tensor, bounds: &[usize]) -> Result<(), ModelError> {
    let epsilon = weights.shape.epsilon;
    let heads = weights.shape.heads;
    let qkv = x.matmul(&layer.qkv.weight)?;
    let attention = PackedAttention { bias: &layer.qkv.bias, heads, bounds };
    let context = qkv.apply_op1_no_bwd(&attention)?;
    let attended = context.matmul(&layer.attention_out.weight)?;
    x.inplace_op2(&attended, &AddNorm { bias: &layer.attention_out.bias, norm: &layer.attention_norm, epsilon })?;
    let expanded = x.matmul(&layer.expand.weight)?;
    expanded.inplace_op1(&BiasGelu { bias: &layer.expand.bias })?;
    let contracted = expanded.matmul(&layer.contract.weight)?;
    x.inplace_op2(&contracted, &AddNorm { bias: &layer.contract.bias, norm: &layer.output_norm, epsilon })?;
    Ok(())
}

/// Mean over the tokens, then unit length.
#[expect(clippy::cast_precision_loss, reason = "a text has at most a few hundred tokens")]
fn pool(states: &[f32], hidden: usize) -> Vec<f32> {
    let mut mean = vec![0.0_f32; hidden];
    for row in states.chunks_exact(hidden) {
        mean.iter_mut().zip(row).for_each(|(m, v)| *m += v);
    }
    let count = (states.len() / hidden) as f32;
    mean.iter_mut().for_each(|m| *m /= count);
    let length = mean.iter().map(|v| v * v).sum::<f32>().sqrt();
    // A zero vector cannot come out of a layer normalisation with a bias; the guard keeps NaN impossible.
    if length > 0.0 {
        mean.iter_mut().for_each(|m| *m /= length);
    }
    mean
}
