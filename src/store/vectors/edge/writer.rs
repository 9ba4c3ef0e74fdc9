//! The one thread that writes: every change, flush, optimize, load and close of a shard happens here, in turn,
//! because the engine panics when a flush meets a write. Must not know how readers wait for it.
//!
//! A change is journalled, then applied, then acknowledged. A flush makes the engine's files whole and empties the
//! journal. A shard whose write failed or panicked refuses later ones, so it is loaded again before the next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::folder::Folder;
use super::journal::{Change, Journal};
use super::{EdgeOptions, Shard};
use crate::store::vectors::{Collection, CollectionSpec, KeyKind, Point, VectorError, check};

/// Journal size at which a flush does not wait for the timer.
const FULL_JOURNAL_BYTES: u64 = 64 << 20;

/// What readers and the writer share. Readers hold a slot's read lock while they are in the engine; the writer
/// takes the write lock only to put a shard in or take it out.
#[derive(Debug, Default)]
pub(super) struct Shared {
    slots: [RwLock<Slot>; Collection::ALL.len()],
    closed: AtomicBool,
}

#[derive(Debug, Default)]
#[expect(clippy::large_enum_variant, reason = "there are three of them")]
enum Slot {
    #[default]
    NotOpen,
    Open(OpenShard),
    /// Loading it again failed; the reason. The next write tries once more.
    Broken(String),
}

#[derive(Debug)]
pub(super) struct OpenShard {
    pub spec: CollectionSpec,
    pub shard: Shard,
}

impl Shared {
    /// Runs `job` on the open shard.
    pub fn with<T>(
        &self,
        collection: Collection,
        job: impl FnOnce(&OpenShard) -> Result<T, VectorError>,
    ) -> Result<T, VectorError> {
        self.refuse_if_closed()?;
        match &*self.slots[collection as usize].read().unwrap_or_else(PoisonError::into_inner) {
            Slot::Open(open) => job(open),
            Slot::NotOpen => Err(VectorError::NotOpen { collection: collection.name() }),
            Slot::Broken(reason) => Err(VectorError::Unavailable(format!("{}: {reason}", collection.name()))),
        }
    }

    /// # Errors
    /// [`VectorError::Unavailable`] when closed.
    pub fn refuse_if_closed(&self) -> Result<(), VectorError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(closed());
        }
        Ok(())
    }

    /// # Errors
    /// [`VectorError::Unavailable`] when closed, or when a collection could not be loaded again.
    pub fn healthy(&self) -> Result<(), VectorError> {
        self.refuse_if_closed()?;
        Collection::ALL.into_iter().try_for_each(|collection| match self.with(collection, |_| Ok(())) {
            Err(VectorError::NotOpen { .. }) => Ok(()),
            other => other,
        })
    }

    fn put(&self, collection: Collection, slot: Slot) -> Slot {
        let mut place = self.slots[collection as usize].write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, slot)
    }
}

/// The writer's own state.
pub(super) struct Writer {
    shared: Arc<Shared>,
    options: EdgeOptions,
    /// `None` once closed: the folder is then free for another process.
    folder: Option<Folder>,
    books: [Option<Book>; Collection::ALL.len()],
}

/// What the writer keeps of an open collection.
struct Book {
    spec: CollectionSpec,
    journal: Journal,
    /// The last write failed: load the shard again before the next.
    suspect: bool,
}

impl Writer {
    pub fn new(folder: Folder, shared: Arc<Shared>, options: EdgeOptions) -> Self {
        Self { shared, options, folder: Some(folder), books: Default::default() }
    }

    pub fn open(&mut self, collection: Collection, spec: &CollectionSpec) -> Result<(), VectorError> {
        check::dimension(collection, spec)?;
        let folder = self.folder()?;
        if let Some(book) = &self.books[collection as usize] {
            return check::spec(collection, &book.spec, spec);
        }
        let (shard, journal) = if let Some(found) = folder.spec(collection)? {
            check::spec(collection, &found, spec)?;
            load(folder, collection, spec, &self.options)?
        } else {
            folder.remove(collection)?; // what a creation cut short left behind
            let shard = guarded(|| Shard::create(&folder.shard(collection), spec, &self.options))?;
            let (journal, _) = Journal::open(folder.journal(collection))?;
            folder.write_spec(collection, spec)?;
            (shard, journal)
        };
        self.books[collection as usize] = Some(Book { spec: spec.clone(), journal, suspect: false });
        self.shared.put(collection, Slot::Open(OpenShard { spec: spec.clone(), shard }));
        Ok(())
    }

    pub fn remove(&mut self, collection: Collection) -> Result<(), VectorError> {
        let folder = self.folder()?;
        shut(collection, self.shared.put(collection, Slot::NotOpen));
        folder.remove(collection)?;
        self.books[collection as usize] = None;
        Ok(())
    }

    pub fn upsert(&mut self, collection: Collection, points: Vec<Point>) -> Result<(), VectorError> {
        check::batch(collection, &self.book(collection)?.spec, &points)?;
        if points.is_empty() { Ok(()) } else { self.change(collection, Change::Upsert(points)) }
    }

    pub fn delete(&mut self, collection: Collection, ids: Vec<String>) -> Result<(), VectorError> {
        self.book(collection)?;
        if ids.is_empty() { Ok(()) } else { self.change(collection, Change::Delete(ids)) }
    }

    fn change(&mut self, collection: Collection, change: Change) -> Result<(), VectorError> {
        let book = self.book(collection)?;
        let before = book.journal.len();
        book.journal.append(&change)?;
        let applied = if book.suspect {
            self.reload(collection) // which repeats the journal, this change included
        } else {
            self.shared.with(collection, |open| guarded(|| apply(&open.shard, change)))
        };
        let book = self.book(collection)?;
        if applied.is_err() {
            book.suspect = true;
            book.journal.cut(before)?;
        } else if book.journal.len() >= FULL_JOURNAL_BYTES
            && let Err(error) = self.flush(collection)
        {
            // The change is applied and journalled all the same; the timer tries the flush again.
            tracing::warn!(collection = collection.name(), %error, "could not flush vectors");
        }
        applied
    }

    pub fn index_key(&mut self, collection: Collection, key: &str, kind: KeyKind) -> Result<(), VectorError> {
        check::index_key(collection, key)?;
        self.outside_the_journal(collection, |shard| shard.index_key(key, kind))
    }

    pub fn optimize(&mut self, collection: Collection) -> Result<(), VectorError> {
        self.outside_the_journal(collection, Shard::optimize)
    }

    /// Changes the shard in a way the journal does not know, and so makes it durable at once.
    fn outside_the_journal(
        &mut self,
        collection: Collection,
        job: impl FnOnce(&Shard) -> Result<(), VectorError>,
    ) -> Result<(), VectorError> {
        if self.book(collection)?.suspect {
            self.reload(collection)?;
        }
        let done = self.shared.with(collection, |open| guarded(|| job(&open.shard)));
        self.book(collection)?.suspect = done.is_err();
        done.and_then(|()| self.flush(collection))
    }

    /// Flushes the collections that have something to flush; the first failure is reported, all are tried.
    pub fn flush_all(&mut self) -> Result<(), VectorError> {
        self.folder()?;
        let mut result = Ok(());
        for collection in Collection::ALL {
            if self.books[collection as usize].as_ref().is_some_and(|book| book.journal.len() > 0) {
                result = result.and(self.flush(collection));
            }
        }
        result
    }

    fn flush(&mut self, collection: Collection) -> Result<(), VectorError> {
        let log_files = self.shared.with(collection, |open| {
            guarded(|| {
                open.shard.flush();
                open.shard.closed_log_files()
            })
        })?;
        self.book(collection)?.journal.clear()?;
        if log_files > self.options.log_files { self.reload(collection) } else { Ok(()) }
    }

    /// Closes the shard and loads it again. Readers wait, at most as long as the loading takes.
    fn reload(&mut self, collection: Collection) -> Result<(), VectorError> {
        let spec = self.book(collection)?.spec.clone();
        let shared = Arc::clone(&self.shared);
        let mut slot = shared.slots[collection as usize].write().unwrap_or_else(PoisonError::into_inner);
        shut(collection, std::mem::take(&mut *slot));
        match self.folder().and_then(|folder| load(folder, collection, &spec, &self.options)) {
            Ok((shard, journal)) => {
                *slot = Slot::Open(OpenShard { spec: spec.clone(), shard });
                self.books[collection as usize] = Some(Book { spec, journal, suspect: false });
                Ok(())
            }
            Err(error) => {
                *slot = Slot::Broken(format!("it cannot be loaded again: {error}"));
                self.book(collection)?.suspect = true;
                Err(error)
            }
        }
    }

    /// Flushes, closes every shard and lets go of the folder. What cannot be flushed stays in the journal.
    pub fn close(&mut self) -> Result<(), VectorError> {
        if self.folder.is_none() {
            return Ok(());
        }
        let flushed = self.flush_all();
        self.shared.closed.store(true, Ordering::Release);
        for collection in Collection::ALL {
            shut(collection, self.shared.put(collection, Slot::NotOpen));
        }
        self.books = Default::default();
        self.folder = None;
        flushed
    }

    pub fn is_closed(&self) -> bool {
        self.folder.is_none()
    }

    fn folder(&self) -> Result<&Folder, VectorError> {
        self.folder.as_ref().ok_or_else(closed)
    }

    fn book(&mut self, collection: Collection) -> Result<&mut Book, VectorError> {
        self.folder()?;
        self.books[collection as usize].as_mut().ok_or(VectorError::NotOpen { collection: collection.name() })
    }
}

fn closed() -> VectorError {
    VectorError::Unavailable("it is closed".to_owned())
}

/// Opens the shard of a collection that is on disk, repeating what the journal holds.
fn load(
    folder: &Folder,
    collection: Collection,
    spec: &CollectionSpec,
    options: &EdgeOptions,
) -> Result<(Shard, Journal), VectorError> {
    let shard = guarded(|| Shard::load(&folder.shard(collection), spec, options))?;
    let (mut journal, changes) = Journal::open(folder.journal(collection))?;
    if changes.is_empty() {
        return Ok((shard, journal));
    }
    tracing::info!(collection = collection.name(), changes = changes.len(), "repeating vector writes not yet flushed");
    guarded(|| {
        changes.into_iter().try_for_each(|change| apply(&shard, change))?;
        shard.flush();
        Ok(())
    })?;
    journal.clear()?;
    Ok((shard, journal))
}

fn apply(shard: &Shard, change: Change) -> Result<(), VectorError> {
    match change {
        Change::Upsert(points) => shard.upsert(points),
        Change::Delete(ids) => shard.delete(&ids),
    }
}

/// Closes a shard. It flushes as it goes; should that fail, the journal still has what was not flushed.
fn shut(collection: Collection, slot: Slot) {
    let shut = guarded(|| {
        drop(slot);
        Ok(())
    });
    if let Err(error) = shut {
        tracing::warn!(collection = collection.name(), %error, "a vector shard did not close cleanly");
    }
}

/// Runs a call into the engine; its panics (a full disk during a flush is one) become errors.
fn guarded<T>(call: impl FnOnce() -> Result<T, VectorError>) -> Result<T, VectorError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(VectorError::Engine(format!("the engine panicked: {}", said.unwrap_or("no message"))))
    })
}
