//! [`EdgeStore`]: the promises of the trait over the writer thread and the shards.
//!
//! Reads run on tokio's blocking threads, beside each other and beside the writer. Writes queue for the one writer
//! thread; a caller who stops waiting does not undo what it queued. Must not name the engine.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use super::folder::{Folder, disk};
use super::writer::{OpenShard, Shared, Writer};
use crate::store::vectors::{
    Collection, CollectionSpec, Hit, KeyKind, Point, Query, VectorError, VectorStore, check, rank,
};

/// Writes waiting for the writer thread; the next caller waits before its batch is queued.
const QUEUED_JOBS: usize = 32;

/// Knobs that the defaults are right for.
#[derive(Debug, Clone)]
pub struct EdgeOptions {
    /// How long an acknowledged write may be safe from a kill but not yet from a power cut.
    pub flush_every: Duration,
    /// Size of one file of the engine's own log.
    pub log_file_bytes: usize,
    /// Closed files of that log above which a shard is loaded anew to be rid of them.
    pub log_files: usize,
}

impl Default for EdgeOptions {
    fn default() -> Self {
        Self { flush_every: Duration::from_secs(5), log_file_bytes: 8 << 20, log_files: 32 }
    }
}

type Job = Box<dyn FnOnce(&mut Writer) + Send>;

/// The embedded store: one folder, one process. Dropping it flushes and closes, as `close` does.
#[derive(Debug)]
pub struct EdgeStore {
    shared: Arc<Shared>,
    /// `None` only while dropping.
    jobs: Option<mpsc::Sender<Job>>,
    /// Dropping it stops the timer.
    timer_stop: Option<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl EdgeStore {
    /// Takes the folder, creating it if need be. Collections are opened one by one, by `open_collection`.
    ///
    /// # Errors
    /// [`VectorError::InUse`] when another process holds the folder, [`VectorError::Unavailable`] when the disk
    /// refuses.
    pub fn open(folder: &Path) -> Result<Self, VectorError> {
        Self::open_with(folder, EdgeOptions::default())
    }

    /// [`EdgeStore::open`] with other options.
    ///
    /// # Errors
    /// As [`EdgeStore::open`].
    pub fn open_with(folder: &Path, options: EdgeOptions) -> Result<Self, VectorError> {
        let held = Folder::take(folder)?;
        let shared = Arc::new(Shared::default());
        let flush_every = options.flush_every;
        let mut writer = Writer::new(held, Arc::clone(&shared), options);
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUED_JOBS);
        let (timer_stop, stopped) = channel();
        let ticks = jobs.downgrade();
        let work = move || {
            while let Some(job) = queue.blocking_recv() {
                job(&mut writer);
            }
            if let Err(error) = writer.close() {
                tracing::error!(%error, "the vector store closed without flushing; the journal has the rest");
            }
        };
        let tick = move || {
            while stopped.recv_timeout(flush_every) == Err(RecvTimeoutError::Timeout) {
                let Some(jobs) = ticks.upgrade() else { break };
                let flush: Job = Box::new(flush_by_timer);
                if jobs.blocking_send(flush).is_err() {
                    break;
                }
            }
        };
        let start = |name: &str, run: Box<dyn FnOnce() + Send>| {
            Builder::new().name(name.to_owned()).spawn(run).map_err(|e| disk("start the writer of", folder, &e))
        };
        let writer = start("vectors-writer", Box::new(work))?;
        let timer = start("vectors-timer", Box::new(tick))?;
        Ok(Self { shared, jobs: Some(jobs), timer_stop: Some(timer_stop), threads: vec![timer, writer] })
    }

    /// Runs `job` on the writer thread, after those queued before it.
    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T, VectorError> + Send + 'static,
    ) -> Result<T, VectorError> {
        let gone = || VectorError::Unavailable("its writer thread has ended".to_owned());
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |writer| {
            // The caller may be gone (a request cut off): the write stands all the same.
            let _ = reply.send(job(writer));
        });
        self.jobs.as_ref().ok_or_else(gone)?.send(job).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Runs `job` on a blocking thread, with the open shard of `collection`.
    async fn read<T: Send + 'static>(
        &self,
        collection: Collection,
        job: impl FnOnce(&OpenShard) -> Result<T, VectorError> + Send + 'static,
    ) -> Result<T, VectorError> {
        let shared = Arc::clone(&self.shared);
        let joined = tokio::task::spawn_blocking(move || shared.with(collection, job)).await;
        joined.unwrap_or_else(|error| Err(VectorError::Engine(format!("a read did not end: {error}"))))
    }
}

fn flush_by_timer(writer: &mut Writer) {
    if !writer.is_closed()
        && let Err(error) = writer.flush_all()
    {
        tracing::error!(%error, "could not flush vectors; trying again at the next turn of the timer");
    }
}

impl Drop for EdgeStore {
    fn drop(&mut self) {
        self.timer_stop = None;
        self.jobs = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the vector store panicked");
            }
        }
    }
}

#[async_trait]
impl VectorStore for EdgeStore {
    async fn open_collection(&self, collection: Collection, spec: &CollectionSpec) -> Result<(), VectorError> {
        let spec = spec.clone();
        self.write(move |writer| writer.open(collection, &spec)).await
    }

    async fn drop_collection(&self, collection: Collection) -> Result<(), VectorError> {
        self.write(move |writer| writer.remove(collection)).await
    }

    async fn index_key(&self, collection: Collection, key: &str, kind: KeyKind) -> Result<(), VectorError> {
        let key = key.to_owned();
        self.write(move |writer| writer.index_key(collection, &key, kind)).await
    }

    async fn upsert(&self, collection: Collection, points: Vec<Point>) -> Result<(), VectorError> {
        self.write(move |writer| writer.upsert(collection, points)).await
    }

    async fn delete(&self, collection: Collection, ids: &[String]) -> Result<(), VectorError> {
        let ids = ids.to_vec();
        self.write(move |writer| writer.delete(collection, ids)).await
    }

    async fn search(&self, collection: Collection, query: Query) -> Result<Vec<Hit>, VectorError> {
        let job = move |open: &OpenShard| {
            check::query(collection, &open.spec, &query)?;
            if rank::finds_nothing(&query) {
                return Ok(Vec::new());
            }
            let mut fetch = rank::first_fetch(&query);
            loop {
                let hits = open.shard.search(&query.needle, &query.filter, fetch)?;
                match rank::cut(hits, &query, fetch) {
                    rank::Cut::Settled(hits) => return Ok(hits),
                    rank::Cut::Wider(more) => fetch = more,
                }
            }
        };
        self.read(collection, job).await
    }

    async fn get(&self, collection: Collection, ids: &[String]) -> Result<Vec<Option<Point>>, VectorError> {
        let ids = ids.to_vec();
        self.read(collection, move |open| open.shard.get(&ids)).await
    }

    async fn count(&self, collection: Collection) -> Result<u64, VectorError> {
        self.read(collection, |open| open.shard.count()).await
    }

    async fn optimize(&self, collection: Collection) -> Result<(), VectorError> {
        self.write(move |writer| writer.optimize(collection)).await
    }

    async fn flush(&self) -> Result<(), VectorError> {
        self.write(Writer::flush_all).await
    }

    async fn ping(&self) -> Result<(), VectorError> {
        let shared = Arc::clone(&self.shared);
        let joined = tokio::task::spawn_blocking(move || shared.healthy()).await; // it waits for a shard being loaded
        joined.unwrap_or_else(|error| Err(VectorError::Engine(format!("a ping did not end: {error}"))))
    }

    async fn close(&self) -> Result<(), VectorError> {
        self.write(Writer::close).await
    }
}
