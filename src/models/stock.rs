//! candle's own BERT over the same weights: the oracle of the parity test and the contender of
//! `teller bench encode`. Never used to serve.
//! Must not know where the weights came from.

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config, HiddenAct, PositionEmbeddingType};

use super::ModelError;
use super::weights::{Layer, Linear, Norm, Shape, Weights};

/// The stock model.
pub struct StockEncoder {
    model: BertModel,
}

impl StockEncoder {
    /// Lays the weights out as the stock model wants them.
    ///
    /// # Errors
    /// [`ModelError::Compute`].
    pub fn new(weights: &Weights) -> Result<Self, ModelError> {
        let shape = weights.shape;
        let mut tensors = HashMap::new();
        let mut words = vec![0.0_f32; shape.vocabulary * shape.hidden];
        for (token, row) in words.chunks_exact_mut(shape.hidden).enumerate() {
            weights.words.add_row(token, row);
        }
        let matrix = |values: Vec<f32>, rows: usize| Tensor::from_vec(values, (rows, shape.hidden), &Device::Cpu);
        tensors.insert("embeddings.word_embeddings.weight".into(), matrix(words, shape.vocabulary)?);
        let positions = matrix(weights.positions.clone(), shape.positions)?;
        tensors.insert("embeddings.position_embeddings.weight".into(), positions);
        // Token type 0 is already in the position rows.
        tensors.insert("embeddings.token_type_embeddings.weight".into(), matrix(vec![0.0; 2 * shape.hidden], 2)?);
        insert_norm(&mut tensors, "embeddings.LayerNorm", &weights.embedding_norm)?;
        for (l, layer) in weights.layers.iter().enumerate() {
            insert_layer(&mut tensors, &format!("encoder.layer.{l}"), layer, shape)?;
        }
        let builder = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
        Ok(Self { model: BertModel::load(builder, &config(shape))? })
    }

    /// Encodes texts of one length (the stock model pads; equal lengths spare it that): mean, unit length.
    ///
    /// # Errors
    /// [`ModelError::Compute`].
    pub fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        let length = texts.first().map_or(0, |text| text.len());
        let ids: Vec<u32> = texts.iter().flat_map(|text| text.iter().copied()).collect();
        let ids = Tensor::from_vec(ids, (texts.len(), length), &Device::Cpu)?;
        let states = self.model.forward(&ids, &ids.zeros_like()?, None)?;
        let mean = states.mean(1)?;
        let unit = mean.broadcast_div(&mean.sqr()?.sum_keepdim(1)?.sqrt()?)?;
        Ok(unit.to_vec2()?)
    }
}

fn config(shape: Shape) -> Config {
    Config {
        vocab_size: shape.vocabulary,
        hidden_size: shape.hidden,
        num_hidden_layers: shape.layers,
        num_attention_heads: shape.heads,
        intermediate_size: shape.feed_forward,
        hidden_act: HiddenAct::Gelu,
        hidden_dropout_prob: 0.0,
        max_position_embeddings: shape.positions,
        type_vocab_size: 2,
        layer_norm_eps: f64::from(shape.epsilon),
        position_embedding_type: PositionEmbeddingType::Absolute,
        ..Config::default()
    }
}

type Tensors = HashMap<String, Tensor>;

fn insert_norm(tensors: &mut Tensors, name: &str, norm: &Norm) -> Result<(), ModelError> {
    for (part, values) in [("weight", &norm.weight), ("bias", &norm.bias)] {
        tensors.insert(format!("{name}.{part}"), Tensor::new(values.as_slice(), &Device::Cpu)?);
    }
    Ok(())
}

fn insert_linear(tensors: &mut Tensors, name: &str, linear: &Linear) -> Result<(), ModelError> {
    tensors.insert(format!("{name}.weight"), linear.weight.t()?.contiguous()?);
    tensors.insert(format!("{name}.bias"), Tensor::new(linear.bias.as_slice(), &Device::Cpu)?);
    Ok(())
}

fn insert_layer(tensors: &mut Tensors, name: &str, layer: &Layer, shape: Shape) -> Result<(), ModelError> {
    let hidden = shape.hidden;
    #[expect(clippy::cast_precision_loss, reason = "a head has a few dozen dimensions")]
    let unscale = f64::from(((hidden / shape.heads) as f32).sqrt());
    let weight = layer.qkv.weight.t()?.contiguous()?;
    let bias = Tensor::new(layer.qkv.bias.as_slice(), &Device::Cpu)?;
    for (i, (part, factor)) in [("query", unscale), ("key", 1.0), ("value", 1.0)].into_iter().enumerate() {
        let (weight, bias) = (weight.narrow(0, i * hidden, hidden)?, bias.narrow(0, i * hidden, hidden)?);
        tensors.insert(format!("{name}.attention.self.{part}.weight"), (weight * factor)?.contiguous()?);
        tensors.insert(format!("{name}.attention.self.{part}.bias"), (bias * factor)?);
    }
    insert_linear(tensors, &format!("{name}.attention.output.dense"), &layer.attention_out)?;
    insert_norm(tensors, &format!("{name}.attention.output.LayerNorm"), &layer.attention_norm)?;
    insert_linear(tensors, &format!("{name}.intermediate.dense"), &layer.expand)?;
    insert_linear(tensors, &format!("{name}.output.dense"), &layer.contract)?;
    insert_norm(tensors, &format!("{name}.output.LayerNorm"), &layer.output_norm)
}
