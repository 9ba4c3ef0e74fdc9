//! The journal of writes the engine holds in memory only. Must not know the engine.
//!
//! qdrant-edge 0.7.2 writes a log of its own but never reads it back: after a kill, everything since its last flush
//! would be gone. So each write is appended here before the engine gets it, repeated when the collection is opened
//! again, and forgotten once the engine has flushed. Repeating is harmless: both changes set a state.
//!
//! A record is its length (u32, little endian), the first 8 bytes of the SHA-256 of its body, and the body (JSON).
//! A record cut short by a kill or a power cut ends the journal; it was never acknowledged.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::folder::disk;
use crate::store::vectors::{Payload, Point, SparseVector, VectorError};

/// Bytes before a record's body: length and checksum.
const HEAD: usize = 12;

/// A write.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Upsert(Vec<Point>),
    Delete(Vec<String>),
}

/// The open journal of one collection.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes of whole records.
    len: u64,
}

impl Journal {
    /// Opens (or begins) the journal and reads what it holds, oldest first.
    pub fn open(path: PathBuf) -> Result<(Self, Vec<Change>), VectorError> {
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = file.map_err(|e| disk("open", &path, &e))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|e| disk("read", &path, &e))?;
        let mut changes = Vec::new();
        let mut len = 0;
        while let Some(body) = record(&bytes[len..]) {
            let change = serde_json::from_slice::<Record<'_>>(body).map_err(|e| {
                VectorError::Engine(format!("{}: record at byte {len} is not teller's: {e}", path.display()))
            })?;
            changes.push(change.into());
            len += HEAD + body.len();
        }
        if len < bytes.len() {
            let (path, cut) = (path.display(), bytes.len() - len);
            tracing::warn!(%path, cut_bytes = cut, "dropped an unfinished record at the end of the vector journal");
        }
        let mut journal = Self { path, file, len: 0 };
        journal.cut(len as u64)?;
        Ok((journal, changes))
    }

    /// Bytes held: 0 once everything is in the engine's own files.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Appends a change and hands it to the operating system, which keeps it if this process is killed.
    pub fn append(&mut self, change: &Change) -> Result<(), VectorError> {
        let mut bytes = vec![0; HEAD];
        serde_json::to_writer(&mut bytes, &Record::from(change)).map_err(|e| VectorError::Engine(e.to_string()))?;
        let body = &bytes[HEAD..];
        let length = u32::try_from(body.len())
            .map_err(|_| VectorError::Engine("a batch above 4 GiB: send smaller ones".to_owned()))?;
        let sum = checksum(body);
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        bytes[4..HEAD].copy_from_slice(&sum);
        if let Err(error) = self.file.write_all(&bytes) {
            let failure = disk("write", &self.path, &error);
            self.cut(self.len)?; // a full disk may have taken half of the record
            return Err(failure);
        }
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Forgets what was appended after the journal was `len` bytes long: a change the engine refused.
    pub fn cut(&mut self, len: u64) -> Result<(), VectorError> {
        self.file
            .set_len(len)
            .and_then(|()| self.file.seek(SeekFrom::Start(len)))
            .map_err(|e| disk("shorten", &self.path, &e))?;
        self.len = len;
        Ok(())
    }

    /// Forgets everything, durably: an old record that came back after a power cut would undo later writes.
    pub fn clear(&mut self) -> Result<(), VectorError> {
        self.cut(0)?;
        self.file.sync_all().map_err(|e| disk("sync", &self.path, &e))
    }
}

/// The body of the record that `bytes` begin with, if it is there whole.
fn record(bytes: &[u8]) -> Option<&[u8]> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let length = u32::from_le_bytes(head.first_chunk().copied()?);
    let body = rest.get(..usize::try_from(length).ok()?)?;
    (checksum(body) == head[4..]).then_some(body)
}

fn checksum(body: &[u8]) -> [u8; 8] {
    let mut sum = [0; 8];
    sum.copy_from_slice(&Sha256::digest(body)[..8]);
    sum
}

#[derive(Serialize, Deserialize)]
enum Record<'a> {
    Upsert(Vec<Entry<'a>>),
    Delete(Cow<'a, [String]>),
}

#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    id: Cow<'a, str>,
    #[serde(with = "bits")]
    dense: Cow<'a, [f32]>,
    indices: Cow<'a, [u32]>,
    #[serde(with = "bits")]
    values: Cow<'a, [f32]>,
    payload: Cow<'a, Payload>,
}

impl<'a> From<&'a Change> for Record<'a> {
    fn from(change: &'a Change) -> Self {
        match change {
            Change::Delete(ids) => Self::Delete(Cow::Borrowed(ids)),
            Change::Upsert(points) => Self::Upsert(
                points
                    .iter()
                    .map(|point| Entry {
                        id: Cow::Borrowed(&point.id),
                        dense: Cow::Borrowed(&point.dense),
                        indices: Cow::Borrowed(point.sparse.as_ref().map_or(&[], |sparse| &sparse.indices)),
                        values: Cow::Borrowed(point.sparse.as_ref().map_or(&[], |sparse| &sparse.values)),
                        payload: Cow::Borrowed(&point.payload),
                    })
                    .collect(),
            ),
        }
    }
}

impl From<Record<'_>> for Change {
    fn from(record: Record<'_>) -> Self {
        match record {
            Record::Delete(ids) => Self::Delete(ids.into_owned()),
            Record::Upsert(entries) => Self::Upsert(
                entries
                    .into_iter()
                    .map(|entry| Point {
                        id: entry.id.into_owned(),
                        dense: entry.dense.into_owned(),
                        sparse: (!entry.indices.is_empty()).then(|| SparseVector {
                            indices: entry.indices.into_owned(),
                            values: entry.values.into_owned(),
                        }),
                        payload: entry.payload.into_owned(),
                    })
                    .collect(),
            ),
        }
    }
}

/// Floats as their bit patterns: the numbers read back are exactly those written, whatever JSON does to decimals.
mod bits {
    use std::borrow::Cow;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(numbers: &[f32], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(numbers.iter().map(|x| x.to_bits()))
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Cow<'static, [f32]>, D::Error> {
        let bits = Vec::<u32>::deserialize(from)?;
        Ok(Cow::Owned(bits.into_iter().map(f32::from_bits).collect()))
    }
}
