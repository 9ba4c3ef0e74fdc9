//! The vector folder on disk: its lock, and which files belong to which collection.
//!
//! `lock` · `products.json` (the spec: there if and only if the collection is) · `products/` (the engine's shard) ·
//! `products.journal` (writes the engine has not made durable yet). Must not know the engine nor any point.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::store::vectors::{Collection, CollectionSpec, VectorError};

/// A vector folder held by this process alone, until dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Held, never read: the operating system lets go of the lock when the file closes, also after a kill.
    _lock: File,
}

impl Folder {
    /// Takes the folder, creating it if need be.
    ///
    /// # Errors
    /// [`VectorError::InUse`] when another process (or another store of this one) holds it.
    pub fn take(path: &Path) -> Result<Self, VectorError> {
        fs::create_dir_all(path).map_err(|e| disk("create", path, &e))?;
        let file = path.join("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&file);
        let lock = lock.map_err(|e| disk("open", &file, &e))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(VectorError::InUse(path.to_owned())),
            Err(TryLockError::Error(e)) => Err(disk("lock", &file, &e)),
        }
    }

    /// Folder of the engine's shard.
    pub fn shard(&self, collection: Collection) -> PathBuf {
        self.path.join(collection.name())
    }

    pub fn journal(&self, collection: Collection) -> PathBuf {
        self.path.join(format!("{}.journal", collection.name()))
    }

    fn spec_file(&self, collection: Collection) -> PathBuf {
        self.path.join(format!("{}.json", collection.name()))
    }

    /// What the collection was made for; `None` if there is no such collection.
    pub fn spec(&self, collection: Collection) -> Result<Option<CollectionSpec>, VectorError> {
        let file = self.spec_file(collection);
        match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| {
                let (file, name) = (file.display(), collection.name());
                VectorError::Engine(format!("{file} is damaged ({e}): delete it and rebuild {name} with a reindex"))
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(disk("read", &file, &e)),
        }
    }

    /// Writes the spec in one step: after a crash it is there whole or not at all.
    pub fn write_spec(&self, collection: Collection, spec: &CollectionSpec) -> Result<(), VectorError> {
        let file = self.spec_file(collection);
        let fresh = file.with_extension("json.new");
        let bytes = serde_json::to_vec_pretty(spec).map_err(|e| VectorError::Engine(e.to_string()))?;
        File::create(&fresh)
            .and_then(|mut f| f.write_all(&bytes).and_then(|()| f.sync_all()))
            .and_then(|()| fs::rename(&fresh, &file))
            .and_then(|()| self.sync())
            .map_err(|e| disk("write", &file, &e))
    }

    /// Removes what there is of a collection, the spec first: a half-removed collection is one that is not there.
    pub fn remove(&self, collection: Collection) -> Result<(), VectorError> {
        let gone = |path: &Path, result: std::io::Result<()>| match result {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk("remove", path, &e)),
            _ => Ok(()),
        };
        let file = self.spec_file(collection);
        gone(&file, fs::remove_file(&file))?;
        self.sync().map_err(|e| disk("sync", &self.path, &e))?;
        let journal = self.journal(collection);
        gone(&journal, fs::remove_file(&journal))?;
        let shard = self.shard(collection);
        gone(&shard, fs::remove_dir_all(&shard))
    }

    /// Makes renames and removals in the folder durable.
    fn sync(&self) -> std::io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

/// A failure of the disk: not answering, rather than a mistake of ours.
pub(super) fn disk(what: &str, path: &Path, error: &std::io::Error) -> VectorError {
    VectorError::Unavailable(format!("cannot {what} {}: {error}", path.display()))
}
