//! Reader of BERT weights in `safetensors` with the names of the original implementation: all-MiniLM-L6-v2.
//! Must not know the forward pass.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use half::f16;

use super::ModelError;
use super::weights::{LayerNames, Norm, Shape, TensorSource, Weights, WordTable, read_layer};

/// all-MiniLM-L6-v2, as its `config.json` says. The weights file itself holds no sizes but the tensors'.
const HEADS: usize = 12;
const EPSILON: f32 = 1e-12;

/// An opened file.
pub struct SafetensorsFile {
    path: PathBuf,
    tensors: HashMap<String, Tensor>,
}

impl SafetensorsFile {
    /// # Errors
    /// [`ModelError::File`] when unreadable, [`ModelError::Corrupt`] when it is no safetensors file.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path).map_err(|source| ModelError::File { path: path.to_owned(), source })?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu)
            .map_err(|error| ModelError::Corrupt { path: path.to_owned(), reason: error.to_string() })?;
        Ok(Self { path: path.to_owned(), tensors })
    }

    fn corrupt(&self, reason: String) -> ModelError {
        ModelError::Corrupt { path: self.path.clone(), reason }
    }

    fn shape(&self) -> Result<Shape, ModelError> {
        let dims = |name: &str| -> Result<(usize, usize), ModelError> {
            let tensor = self.tensors.get(name).ok_or_else(|| self.corrupt(format!("tensor {name} is absent")))?;
            tensor.dims2().map_err(|error| self.corrupt(format!("tensor {name}: {error}")))
        };
        let (vocabulary, hidden) = dims("embeddings.word_embeddings.weight")?;
        let (positions, _) = dims("embeddings.position_embeddings.weight")?;
        let (feed_forward, _) = dims("encoder.layer.0.intermediate.dense.weight")?;
        let layers = (0..).take_while(|l| self.tensors.contains_key(&format!("encoder.layer.{l}.output.dense.weight")));
        Ok(Shape {
            hidden,
            layers: layers.count(),
            heads: HEADS,
            feed_forward,
            vocabulary,
            positions,
            epsilon: EPSILON,
        })
    }

    /// Turns the file into weights.
    ///
    /// # Errors
    /// [`ModelError::Corrupt`] when a tensor is absent or of another size.
    pub fn into_weights(self) -> Result<Weights, ModelError> {
        let shape = self.shape()?;
        let hidden = shape.hidden;
        let words = self.tensor("embeddings.word_embeddings.weight", shape.vocabulary * hidden)?;
        let words = WordTable::Half(words.into_iter().map(f16::from_f32).collect());
        let mut positions = self.tensor("embeddings.position_embeddings.weight", shape.positions * hidden)?;
        let kinds = self.tensor("embeddings.token_type_embeddings.weight", 2 * hidden)?;
        for row in positions.chunks_exact_mut(hidden) {
            row.iter_mut().zip(&kinds).for_each(|(p, k)| *p += k);
        }
        let embedding_norm = Norm {
            weight: self.tensor("embeddings.LayerNorm.weight", hidden)?,
            bias: self.tensor("embeddings.LayerNorm.bias", hidden)?,
        };
        let layers = (0..shape.layers).map(|l| read_layer(&self, &shape, &layer_names(l))).collect::<Result<_, _>>()?;
        Ok(Weights { shape, words, positions, embedding_norm, layers })
    }
}

impl TensorSource for SafetensorsFile {
    fn tensor(&self, name: &str, numbers: usize) -> Result<Vec<f32>, ModelError> {
        let tensor = self.tensors.get(name).ok_or_else(|| self.corrupt(format!("tensor {name} is absent")))?;
        let values: Vec<f32> = tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
        if values.len() == numbers {
            Ok(values)
        } else {
            Err(self.corrupt(format!("tensor {name} holds {} numbers where {numbers} belong", values.len())))
        }
    }
}

fn layer_names(layer: usize) -> LayerNames {
    let name = |part: &str| format!("encoder.layer.{layer}.{part}");
    LayerNames {
        query: name("attention.self.query"),
        key: name("attention.self.key"),
        value: name("attention.self.value"),
        attention_out: name("attention.output.dense"),
        attention_norm: name("attention.output.LayerNorm"),
        expand: name("intermediate.dense"),
        contract: name("output.dense"),
        output_norm: name("output.LayerNorm"),
        weight: ".weight",
        bias: ".bias",
    }
}
