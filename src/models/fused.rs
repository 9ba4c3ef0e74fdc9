//! The row-wise parts of a transformer layer, each in one vectorised pass over memory: bias + GELU,
//! bias + residual + layer normalisation, and attention over a packed batch.
//!
//! The stock operators spend their time in scalar `erf` and `exp`, in separate bias passes and in fresh
//! buffers. Here the inner loops are plain Rust that `pulp` compiles for the CPU found at run time
//! (AVX-512, AVX2 or neither), so there is no `unsafe` and one source for every path.
//! Must not know layers, weights' files or tokens.

use candle_core::{CpuStorage, CustomOp1, InplaceOp1, InplaceOp2, Layout, Result, Shape as TensorShape, bail};
use pulp::Arch;
use rayon::prelude::*;

use super::weights::Norm;

/// Numbers below which a pass runs on the calling thread: waking another costs more than it saves
/// (measured on 2 cores: break-even near 16 rows of 384).
const PARALLEL_FROM: usize = 16 * 1024;
/// Lanes that sums are kept in: wide enough for two AVX-512 registers, and always the same, so the result
/// does not depend on the CPU.
const LANES: usize = 32;

/// `eˣ` for x ≤ 88, relative error below 2e-7: range reduction by ln 2, then the degree-6 polynomial of
/// the Cephes library (S. Moshier, `expf`).
#[inline(always)]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it rounds to an integer in the low mantissa bits
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let mantissa = p * r * r + r + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    mantissa * power
}

/// GELU with the exact `erf`, by Abramowitz & Stegun 7.1.26 (absolute error of `erf` below 2e-7).
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = (x * std::f32::consts::FRAC_1_SQRT_2).abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let mut p = 1.061_405_4;
    p = p * t - 1.453_152;
    p = p * t + 1.421_413_7;
    p = p * t - 0.284_496_74;
    p = p * t + 0.254_829_6;
    let erf = 1.0 - p * t * exp(-z * z);
    0.5 * x * (1.0 + erf.copysign(x))
}

/// Runs `work` on every row, on all threads when there is enough to do.
fn each_row(values: &mut [f32], width: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    if values.len() < PARALLEL_FROM {
        values.chunks_exact_mut(width).enumerate().for_each(|(i, row)| work(i, row));
    } else {
        let rows = (values.len() / width).div_ceil(2 * rayon::current_num_threads()).max(1);
        values.par_chunks_mut(width * rows).enumerate().for_each(|(block, part)| {
            part.chunks_exact_mut(width).enumerate().for_each(|(i, row)| work(block * rows + i, row));
        });
    }
}

/// Sum with [`LANES`] running sums, added up in a fixed order.
#[inline(always)]
fn sum(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|v| f(*v)).sum();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += f(*value);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => bail!("a packed row operation needs contiguous rows"),
    }
}

fn contiguous_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let Some((from, to)) = layout.contiguous_offsets() else { bail!("a packed row operation needs contiguous rows") };
    match storage {
        CpuStorage::F32(values) => Ok(&mut values[from..to]),
        _ => bail!("a packed row operation needs f32"),
    }
}

/// `x ← gelu(x + bias)`, row by row.
pub struct BiasGelu<'a> {
    pub bias: &'a [f32],
}

impl InplaceOp1 for BiasGelu<'_> {
    fn name(&self) -> &'static str {
        "bias-gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let arch = Arch::new();
        each_row(contiguous_mut(storage, layout)?, self.bias.len(), |_, row| {
            arch.dispatch(|| {
                for (x, b) in row.iter_mut().zip(self.bias) {
                    *x = gelu(*x + b);
                }
            });
        });
        Ok(())
    }
}

/// `x ← norm(x + y + bias)`, row by row; `y` is the product that the bias belongs to.
pub struct AddNorm<'a> {
    pub bias: &'a [f32],
    pub norm: &'a Norm,
    pub epsilon: f32,
}

impl InplaceOp2 for AddNorm<'_> {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(&self, x: &mut CpuStorage, layout_x: &Layout, y: &CpuStorage, layout_y: &Layout) -> Result<()> {
        let width = self.bias.len();
        let y = contiguous(y, layout_y)?;
        let arch = Arch::new();
        each_row(contiguous_mut(x, layout_x)?, width, |i, row| {
            let y = &y[i * width..(i + 1) * width];
            arch.dispatch(|| {
                for ((x, y), b) in row.iter_mut().zip(y).zip(self.bias) {
                    *x += y + b;
                }
                normalise(row, self.norm, self.epsilon);
            });
        });
        Ok(())
    }
}

/// Layer normalisation of one row, in place.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "a row has a few hundred numbers")]
pub fn normalise(row: &mut [f32], norm: &Norm, epsilon: f32) {
    let count = row.len() as f32;
    let mean = sum(row, |v| v) / count;
    let variance = sum(row, |v| (v - mean) * (v - mean)) / count;
    let inverse = 1.0 / (variance + epsilon).sqrt();
    for ((x, w), b) in row.iter_mut().zip(&norm.weight).zip(&norm.bias) {
        *x = (*x - mean) * inverse * w + b;
    }
}

/// Attention over a packed batch: `[tokens, 3 · hidden]` (query, key, value) → `[tokens, hidden]`, each
/// token attending to the tokens of its own text only. No padding exists, so there is no mask, and a text's
/// result cannot depend on its neighbours.
pub struct PackedAttention<'a> {
    pub bias: &'a [f32],
    pub heads: usize,
    /// First token of each text, then the number of tokens.
    pub bounds: &'a [usize],
}

impl CustomOp1 for PackedAttention<'_> {
    fn name(&self) -> &'static str {
        "packed-attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, TensorShape)> {
        let qkv = contiguous(storage, layout)?;
        let hidden = self.bias.len() / 3;
        let (tokens, size) = (qkv.len() / self.bias.len(), hidden / self.heads);
        let arch = Arch::new();
        let one = |text: usize, head: usize| {
            let rows = &qkv[self.bounds[text] * 3 * hidden..self.bounds[text + 1] * 3 * hidden];
            arch.dispatch(|| attend(rows, self.bias, hidden, head * size, size))
        };
        let texts = self.bounds.len() - 1;
        let jobs: Vec<(usize, usize)> = (0..texts).flat_map(|t| (0..self.heads).map(move |h| (t, h))).collect();
        let parts: Vec<Vec<f32>> = if tokens * hidden < PARALLEL_FROM {
            jobs.iter().map(|(text, head)| one(*text, *head)).collect()
        } else {
            jobs.par_iter().with_min_len(self.heads.div_ceil(4)).map(|(text, head)| one(*text, *head)).collect()
        };
        let mut out = vec![0.0_f32; tokens * hidden];
        for ((text, head), part) in jobs.iter().zip(parts) {
            for (i, row) in part.chunks_exact(size).enumerate() {
                let at = (self.bounds[*text] + i) * hidden + head * size;
                out[at..at + size].copy_from_slice(row);
            }
        }
        Ok((CpuStorage::F32(out), TensorShape::from((tokens, hidden))))
    }
}

/// One head of one text: softmax(q kᵀ) v over `rows` (`[length, 3 · hidden]`), returning `[length, size]`.
#[inline(always)]
fn attend(rows: &[f32], bias: &[f32], hidden: usize, offset: usize, size: usize) -> Vec<f32> {
    let length = rows.len() / (3 * hidden);
    // Keys transposed ([size, length]): the scores of all tokens then grow side by side in vector lanes.
    let mut keys = vec![0.0_f32; size * length];
    let mut values = vec![0.0_f32; length * size];
    for (i, row) in rows.chunks_exact(3 * hidden).enumerate() {
        for d in 0..size {
            keys[d * length + i] = row[hidden + offset + d] + bias[hidden + offset + d];
            values[i * size + d] = row[2 * hidden + offset + d] + bias[2 * hidden + offset + d];
        }
    }
    let mut out = vec![0.0_f32; length * size];
    let mut scores = vec![0.0_f32; length];
    for (row, out) in rows.chunks_exact(3 * hidden).zip(out.chunks_exact_mut(size)) {
        scores.fill(0.0);
        for d in 0..size {
            let q = row[offset + d] + bias[offset + d];
            for (score, key) in scores.iter_mut().zip(&keys[d * length..(d + 1) * length]) {
                *score += q * key;
            }
        }
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for score in &mut scores {
            *score = exp(*score - highest);
        }
        let inverse = 1.0 / sum(&scores, |s| s);
        for (score, value) in scores.iter().zip(values.chunks_exact(size)) {
            let share = score * inverse;
            for (o, v) in out.iter_mut().zip(value) {
                *o += share * v;
            }
        }
    }
    out
}
