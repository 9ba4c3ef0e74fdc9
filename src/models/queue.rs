//! The bounded queue before the encoder: admits by tokens, batches by tokens, runs on threads of its own.
//!
//! The contract, in prose. A text is admitted if, with it, at most `max_queued_tokens` wait; otherwise an
//! interactive caller is refused at once with the seconds after which, at the rate measured so far, there is
//! room again, and a bulk caller waits for room. Every admitted text is answered exactly once, unless its
//! caller has gone: then its place is freed and it is never encoded. Texts are taken in order of arrival.
//! Must not know what texts mean; time is measured only to know the drain rate.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

use super::ModelError;
use super::encoder::{TextEncoder, TextRole};
use crate::telemetry;

/// Limits of the queue, in tokens.
#[derive(Debug, Clone, Copy)]
pub struct QueueLimits {
    /// Most tokens that may wait.
    pub max_queued_tokens: usize,
    /// Most tokens encoded in one pass (a single longer text still runs, alone).
    pub batch_tokens: usize,
    /// Threads that run passes.
    pub workers: usize,
}

type Answer = Result<Vec<f32>, ModelError>;

struct Job {
    ids: Vec<u32>,
    reply: oneshot::Sender<Answer>,
}

struct State {
    waiting: VecDeque<Job>,
    queued_tokens: usize,
    /// Smoothed tokens per second; 0 until the first pass has been measured.
    rate: f64,
    open: bool,
}

struct Shared {
    encoder: Arc<dyn TextEncoder>,
    limits: QueueLimits,
    state: Mutex<State>,
    /// Wakes a worker.
    work: Condvar,
    /// Wakes bulk callers waiting for room.
    room: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle on the queue; cheap to clone. The workers stop when the last handle is dropped.
#[derive(Clone)]
pub struct EncoderQueue {
    shared: Arc<Shared>,
    _closer: Arc<Closer>,
}

/// Closes the queue when the last handle goes.
struct Closer(Arc<Shared>);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.lock().open = false;
        self.0.work.notify_all();
        self.0.room.notify_waiters();
    }
}

impl EncoderQueue {
    /// Starts the worker threads.
    ///
    /// # Errors
    /// [`ModelError::Stopped`] when the system gives no thread.
    pub fn start(encoder: Arc<dyn TextEncoder>, limits: QueueLimits) -> Result<Self, ModelError> {
        let state = State { waiting: VecDeque::new(), queued_tokens: 0, rate: 0.0, open: true };
        let shared =
            Arc::new(Shared { encoder, limits, state: Mutex::new(state), work: Condvar::new(), room: Notify::new() });
        for number in 0..limits.workers.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("encoder-{number}"))
                .spawn(move || work(&shared))
                .map_err(|_| ModelError::Stopped)?;
        }
        let closer = Arc::new(Closer(Arc::clone(&shared)));
        Ok(Self { shared, _closer: closer })
    }

    #[must_use]
    pub fn identity(&self) -> &str {
        self.shared.encoder.identity()
    }

    #[must_use]
    pub fn dimension(&self) -> usize {
        self.shared.encoder.dimension()
    }

    #[must_use]
    pub fn queued_tokens(&self) -> usize {
        self.shared.lock().queued_tokens
    }

    /// The vector of one text, for a caller that is waiting now. Dropping the future gives the place back.
    ///
    /// # Errors
    /// [`ModelError::Busy`] when the queue is full, [`ModelError::Stopped`], or the encoder's own.
    pub async fn encode(&self, role: TextRole, text: &str) -> Result<Vec<f32>, ModelError> {
        let ids = self.shared.encoder.tokenize(role, text)?;
        let receiver = match self.admit(ids)? {
            Admission::In(receiver) => receiver,
            Admission::Full(_) => return Err(self.busy()),
        };
        receiver.await.unwrap_or(Err(ModelError::Stopped))
    }

    /// The vectors of many texts, in order, for indexing: waits for room instead of being refused.
    ///
    /// # Errors
    /// [`ModelError::Stopped`], or the encoder's own.
    pub async fn encode_all(&self, role: TextRole, texts: &[String]) -> Result<Vec<Vec<f32>>, ModelError> {
        let mut receivers = Vec::with_capacity(texts.len());
        for text in texts {
            let mut ids = self.shared.encoder.tokenize(role, text)?;
            receivers.push(loop {
                let room = self.shared.room.notified();
                match self.admit(ids)? {
                    Admission::In(receiver) => break receiver,
                    Admission::Full(back) => ids = back,
                }
                room.await;
            });
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for receiver in receivers {
            vectors.push(receiver.await.unwrap_or(Err(ModelError::Stopped))?);
        }
        Ok(vectors)
    }

    fn admit(&self, ids: Vec<u32>) -> Result<Admission, ModelError> {
        let mut state = self.shared.lock();
        if !state.open {
            return Err(ModelError::Stopped);
        }
        // An empty queue admits any text: one longer than the limit must not wait for ever.
        let after = state.queued_tokens + ids.len();
        if after > self.shared.limits.max_queued_tokens && state.queued_tokens > 0 {
            drop_abandoned(&mut state);
            if state.queued_tokens + ids.len() > self.shared.limits.max_queued_tokens && state.queued_tokens > 0 {
                return Ok(Admission::Full(ids));
            }
        }
        let (reply, receiver) = oneshot::channel();
        state.queued_tokens += ids.len();
        telemetry::queue_tokens(state.queued_tokens);
        state.waiting.push_back(Job { ids, reply });
        drop(state);
        self.shared.work.notify_one();
        Ok(Admission::In(receiver))
    }

    fn busy(&self) -> ModelError {
        telemetry::queue_refused();
        let state = self.shared.lock();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let seconds = if state.rate > 0.0 { (state.queued_tokens as f64 / state.rate).ceil() as u64 } else { 1 };
        ModelError::Busy { queued_tokens: state.queued_tokens, retry_after_seconds: seconds.clamp(1, 60) }
    }
}

enum Admission {
    In(oneshot::Receiver<Answer>),
    /// No room: the ids come back for another try.
    Full(Vec<u32>),
}

/// Frees the places of callers that have gone.
fn drop_abandoned(state: &mut State) {
    state.waiting.retain(|job| !job.reply.is_closed());
    state.queued_tokens = state.waiting.iter().map(|job| job.ids.len()).sum();
}

fn work(shared: &Shared) {
    while let Some(batch) = next_batch(shared) {
        let watch = telemetry::Stopwatch::start();
        let texts: Vec<&[u32]> = batch.iter().map(|job| job.ids.as_slice()).collect();
        let tokens: usize = texts.iter().map(|ids| ids.len()).sum();
        let encoded = shared.encoder.encode(&texts);
        let seconds = watch.seconds();
        telemetry::encoded(seconds);
        {
            let mut state = shared.lock();
            #[expect(clippy::cast_precision_loss, reason = "a batch has a few thousand tokens")]
            let rate = tokens as f64 / seconds.max(1e-6);
            state.rate = if state.rate > 0.0 { 0.8 * state.rate + 0.2 * rate } else { rate };
        }
        answer(shared, batch, encoded);
    }
}

/// Waits for work and takes as many texts as fit one pass; `None` once the queue is closed and empty.
fn next_batch(shared: &Shared) -> Option<Vec<Job>> {
    let mut state = shared.lock();
    loop {
        drop_abandoned(&mut state);
        if !state.waiting.is_empty() {
            break;
        }
        if !state.open {
            return None;
        }
        state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    let mut batch: Vec<Job> = Vec::new();
    let mut tokens = 0;
    while let Some(job) = state.waiting.front() {
        if !batch.is_empty() && tokens + job.ids.len() > shared.limits.batch_tokens {
            break;
        }
        tokens += job.ids.len();
        batch.extend(state.waiting.pop_front());
    }
    state.queued_tokens -= tokens;
    telemetry::queue_tokens(state.queued_tokens);
    drop(state);
    shared.room.notify_waiters();
    Some(batch)
}

/// Answers a batch. If the pass as a whole failed, each text is tried alone, so that one bad text does not
/// take its neighbours with it.
fn answer(shared: &Shared, batch: Vec<Job>, encoded: Result<Vec<Vec<f32>>, ModelError>) {
    match encoded {
        Ok(vectors) => {
            for (job, vector) in batch.into_iter().zip(vectors) {
                let _ = job.reply.send(Ok(vector));
            }
        }
        Err(error) if batch.len() == 1 => {
            if let Some(job) = batch.into_iter().next() {
                let _ = job.reply.send(Err(error));
            }
        }
        Err(_) => {
            for job in batch {
                let alone = shared.encoder.encode(&[&job.ids]);
                let _ = job.reply.send(alone.and_then(|mut v| v.pop().ok_or(ModelError::Stopped)));
            }
        }
    }
}
