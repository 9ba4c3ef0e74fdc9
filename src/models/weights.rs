//! An encoder's weights as the forward pass wants them, whatever file they came from.
//! Must not know file formats, tokenizers or text.

use candle_core::{Device, Tensor};
use half::f16;

use super::ModelError;

/// Weights in one Q4 block.
pub const BLOCK: usize = 32;
/// Bytes of one Q4 block: a half-precision scale and 32 nibbles.
pub const BLOCK_BYTES: usize = 18;

/// The sizes of a BERT-shaped encoder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    pub hidden: usize,
    pub layers: usize,
    pub heads: usize,
    pub feed_forward: usize,
    pub vocabulary: usize,
    pub positions: usize,
    pub epsilon: f32,
}

/// Word embeddings in the form they came in: a row is expanded only when its token is looked up.
pub enum WordTable {
    /// Q4 blocks, `hidden / 32` a row: 54 MB where f32 would take 384.
    Q4(Vec<u8>),
    /// Half precision, for models that ship in f32.
    Half(Vec<f16>),
}

impl WordTable {
    /// Adds the row of `token` to `out` (`hidden` numbers).
    pub fn add_row(&self, token: usize, out: &mut [f32]) {
        match self {
            Self::Q4(bytes) => {
                let row = out.len() / BLOCK * BLOCK_BYTES;
                let blocks = bytes[token * row..(token + 1) * row].chunks_exact(BLOCK_BYTES);
                for (block, out) in blocks.zip(out.chunks_exact_mut(BLOCK)) {
                    for (out, weight) in out.iter_mut().zip(dequantise(block)) {
                        *out += weight;
                    }
                }
            }
            Self::Half(rows) => {
                let row = &rows[token * out.len()..(token + 1) * out.len()];
                for (out, weight) in out.iter_mut().zip(row) {
                    *out += weight.to_f32();
                }
            }
        }
    }
}

/// The 32 weights of one Q4 block: byte `j` holds weight `j` low and weight `j + 16` high, offset by 8.
#[must_use]
pub fn dequantise(block: &[u8]) -> [f32; BLOCK] {
    let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
    let mut out = [0.0; BLOCK];
    for (j, byte) in block[2..BLOCK_BYTES].iter().enumerate() {
        out[j] = (f32::from(byte & 0x0f) - 8.0) * scale;
        out[j + 16] = (f32::from(byte >> 4) - 8.0) * scale;
    }
    out
}

/// Scale and shift of a layer normalisation.
pub struct Norm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

/// A linear layer: `weight` is `[in, out]` and contiguous, so that a matrix product reads it as it lies.
/// (A transposed view of `[out, in]` is repacked on every call: 42 % of the stock model's time at 16 tokens.)
pub struct Linear {
    pub weight: Tensor,
    pub bias: Vec<f32>,
}

impl Linear {
    /// From a row-major `[out, in]` matrix, as files hold it.
    ///
    /// # Errors
    /// [`ModelError::Compute`] when the sizes do not fit.
    pub fn from_rows(rows: &[f32], inputs: usize, bias: Vec<f32>) -> Result<Self, ModelError> {
        let outputs = bias.len();
        let weight = Tensor::from_slice(rows, (outputs, inputs), &Device::Cpu)?.t()?.contiguous()?;
        Ok(Self { weight, bias })
    }
}

/// One transformer layer.
pub struct Layer {
    /// Query, key and value side by side: `[hidden, 3 · hidden]`. The query part carries the attention scale.
    pub qkv: Linear,
    pub attention_out: Linear,
    pub attention_norm: Norm,
    pub expand: Linear,
    pub contract: Linear,
    pub output_norm: Norm,
}

/// All of an encoder.
pub struct Weights {
    pub shape: Shape,
    pub words: WordTable,
    /// Position embedding plus the embedding of token type 0, row by row: `positions · hidden`.
    pub positions: Vec<f32>,
    pub embedding_norm: Norm,
    pub layers: Vec<Layer>,
}

/// A named, dequantised tensor of a file: row-major, f32. The file readers turn this into [`Weights`].
pub trait TensorSource {
    /// # Errors
    /// [`ModelError::Corrupt`] when the tensor is absent or of another size than `numbers`.
    fn tensor(&self, name: &str, numbers: usize) -> Result<Vec<f32>, ModelError>;
}

/// The names that the tensors of a layer have in a file.
pub struct LayerNames {
    pub query: String,
    pub key: String,
    pub value: String,
    pub attention_out: String,
    pub attention_norm: String,
    pub expand: String,
    pub contract: String,
    pub output_norm: String,
    /// What follows the name for a matrix and for a bias.
    pub weight: &'static str,
    pub bias: &'static str,
}

/// Reads one layer, joining query, key and value into one matrix and folding `1/√head` into the query.
///
/// # Errors
/// As [`TensorSource::tensor`].
pub fn read_layer(source: &impl TensorSource, shape: &Shape, names: &LayerNames) -> Result<Layer, ModelError> {
    let (hidden, wide) = (shape.hidden, shape.feed_forward);
    let weight = |name: &str, numbers| source.tensor(&format!("{name}{}", names.weight), numbers);
    let bias = |name: &str, numbers| source.tensor(&format!("{name}{}", names.bias), numbers);
    let norm = |name: &str| -> Result<Norm, ModelError> {
        Ok(Norm { weight: weight(name, hidden)?, bias: bias(name, hidden)? })
    };
    let linear = |name: &str, inputs: usize, outputs: usize| -> Result<Linear, ModelError> {
        Linear::from_rows(&weight(name, inputs * outputs)?, inputs, bias(name, outputs)?)
    };

    #[expect(clippy::cast_precision_loss, reason = "a head has a few dozen dimensions")]
    let scale = 1.0 / ((hidden / shape.heads) as f32).sqrt();
    let mut rows = Vec::with_capacity(3 * hidden * hidden);
    let mut joined_bias = Vec::with_capacity(3 * hidden);
    for (name, scale) in [(&names.query, scale), (&names.key, 1.0), (&names.value, 1.0)] {
        rows.extend(weight(name, hidden * hidden)?.iter().map(|w| w * scale));
        joined_bias.extend(bias(name, hidden)?.iter().map(|b| b * scale));
    }
    Ok(Layer {
        qkv: Linear::from_rows(&rows, hidden, joined_bias)?,
        attention_out: linear(&names.attention_out, hidden, hidden)?,
        attention_norm: norm(&names.attention_norm)?,
        expand: linear(&names.expand, hidden, wide)?,
        contract: linear(&names.contract, wide, hidden)?,
        output_norm: norm(&names.output_norm)?,
    })
}
