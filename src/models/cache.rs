//! The folder where model files lie once fetched, and the check that they are what the manifest pins.
//! Must not know where files come from or what is in them.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ModelError;
use super::manifest::{File, Model};

/// The cache folder: `ROOT/MODEL/FILE`, each file with a `.sha256` note beside it.
#[derive(Debug, Clone)]
pub struct ModelCache {
    root: PathBuf,
}

/// A verified hash, good for as long as size and modification time stay as they were.
#[derive(Debug, Serialize, Deserialize)]
struct HashNote {
    bytes: u64,
    modified_nanos: u128,
    sha256: String,
}

impl ModelCache {
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    #[must_use]
    pub fn path(&self, model: &Model, file: &File) -> PathBuf {
        self.root.join(&model.id).join(&file.name)
    }

    /// The path of a file that is there and has the pinned hash.
    ///
    /// The hash of an unchanged file (size and modification time) is taken from the note beside it, so a
    /// start does not read 90 MB twice.
    ///
    /// # Errors
    /// [`ModelError::Missing`], [`ModelError::Corrupt`] or [`ModelError::File`].
    pub fn verified(&self, model: &Model, file: &File) -> Result<PathBuf, ModelError> {
        self.check(model, file, true)
    }

    /// Like [`Self::verified`], reading the whole file whatever the note says.
    ///
    /// # Errors
    /// As [`Self::verified`].
    pub fn verified_afresh(&self, model: &Model, file: &File) -> Result<PathBuf, ModelError> {
        self.check(model, file, false)
    }

    fn check(&self, model: &Model, file: &File, trust_note: bool) -> Result<PathBuf, ModelError> {
        let path = self.path(model, file);
        if !path.exists() {
            return Err(ModelError::Missing {
                model: model.id.clone(),
                file: file.name.clone(),
                sha256: file.sha256.clone(),
                path,
            });
        }
        let found = hash_of(&path, trust_note)?;
        if found == file.sha256 {
            return Ok(path);
        }
        let reason = format!("sha256 is {found}, {} is pinned", file.sha256);
        Err(ModelError::Corrupt { path, reason })
    }

    /// Moves a freshly fetched file into place in one step, if it is the pinned one.
    ///
    /// # Errors
    /// [`ModelError::Corrupt`] when the hash differs (the cache is left as it was), [`ModelError::File`].
    pub fn place(&self, model: &Model, file: &File, fetched: &Path) -> Result<PathBuf, ModelError> {
        let found = sha256(fetched)?;
        if found != file.sha256 {
            let reason = format!("sha256 is {found}, {} is pinned", file.sha256);
            return Err(ModelError::Corrupt { path: fetched.to_owned(), reason });
        }
        let path = self.path(model, file);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(|source| ModelError::File { path: folder.to_owned(), source })?;
        fs::rename(fetched, &path).map_err(|source| ModelError::File { path: path.clone(), source })?;
        hash_of(&path, false)?;
        Ok(path)
    }

    /// A path inside the cache for a download in progress: same file system, so that the move is atomic.
    ///
    /// # Errors
    /// [`ModelError::File`] when the folder cannot be made.
    pub fn staging(&self, name: &str) -> Result<PathBuf, ModelError> {
        let folder = self.root.join(".partial");
        fs::create_dir_all(&folder).map_err(|source| ModelError::File { path: folder.clone(), source })?;
        Ok(folder.join(name))
    }
}

fn hash_of(path: &Path, trust_note: bool) -> Result<String, ModelError> {
    let file_error = |source| ModelError::File { path: path.to_owned(), source };
    let meta = fs::metadata(path).map_err(file_error)?;
    let modified_nanos = meta
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |elapsed| elapsed.as_nanos());
    let note_path = note_path(path);
    if trust_note
        && let Ok(text) = fs::read_to_string(&note_path)
        && let Ok(note) = serde_json::from_str::<HashNote>(&text)
        && note.bytes == meta.len()
        && note.modified_nanos == modified_nanos
    {
        return Ok(note.sha256);
    }
    let sha256 = sha256(path)?;
    let note = HashNote { bytes: meta.len(), modified_nanos, sha256: sha256.clone() };
    // A read-only cache is fine: the note only saves time.
    if let Ok(text) = serde_json::to_string(&note) {
        let _ = fs::write(note_path, text);
    }
    Ok(sha256)
}

fn note_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sha256");
    PathBuf::from(name)
}

/// SHA-256 of a file, lower-case hexadecimal.
fn sha256(path: &Path) -> Result<String, ModelError> {
    let file_error = |source| ModelError::File { path: path.to_owned(), source };
    let mut file = fs::File::open(path).map_err(file_error)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(file_error)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
