//! The queue before the encoder: bounded in tokens, batched in tokens, fair, and free of the abandoned.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use teller::domain::Fault;
use teller::models::ModelError;
use teller::models::encoder::{TextEncoder, TextRole};
use teller::models::queue::{EncoderQueue, QueueLimits};

/// An encoder that waits at a gate before each pass and notes what was in it. A text's tokens are its bytes.
struct Gated {
    gate: Mutex<Receiver<()>>,
    passes: Mutex<Vec<Vec<Vec<u32>>>>,
    begun: Sender<()>,
}

impl TextEncoder for Gated {
    fn identity(&self) -> &'static str {
        "gated@1"
    }

    fn dimension(&self) -> usize {
        1
    }

    fn tokenize(&self, _: TextRole, text: &str) -> Result<Vec<u32>, ModelError> {
        Ok(text.bytes().map(u32::from).collect())
    }

    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        self.begun.send(()).unwrap();
        self.gate.lock().unwrap().recv().unwrap();
        self.passes.lock().unwrap().push(texts.iter().map(|text| text.to_vec()).collect());
        #[expect(clippy::cast_precision_loss, reason = "a test's few tokens")]
        Ok(texts.iter().map(|text| vec![text.iter().sum::<u32>() as f32]).collect())
    }
}

struct Bench {
    queue: EncoderQueue,
    encoder: Arc<Gated>,
    open: Sender<()>,
    begun: Receiver<()>,
}

fn bench(max_queued_tokens: usize, batch_tokens: usize) -> Bench {
    let ((open, gate), (begun_sender, begun)) = (channel(), channel());
    let encoder = Arc::new(Gated { gate: Mutex::new(gate), passes: Mutex::default(), begun: begun_sender });
    let limits = QueueLimits { max_queued_tokens, batch_tokens, workers: 1 };
    let queue = EncoderQueue::start(Arc::clone(&encoder) as Arc<dyn TextEncoder>, limits).unwrap();
    Bench { queue, encoder, open, begun }
}

fn ask(queue: &EncoderQueue, text: &'static str) -> tokio::task::JoinHandle<Result<Vec<f32>, ModelError>> {
    let queue = queue.clone();
    tokio::spawn(async move { queue.encode(TextRole::Query, text).await })
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses_with_seconds_to_wait_and_never_grows() {
    let bench = bench(10, 10);
    let first = ask(&bench.queue, "first");
    bench.begun.recv().unwrap();
    let (second, third) = (ask(&bench.queue, "12345"), ask(&bench.queue, "67890"));
    until(|| bench.queue.queued_tokens() == 10).await;
    let refused = bench.queue.encode(TextRole::Query, "x").await.unwrap_err();
    assert!(matches!(refused.fault(), Fault::Busy { retry_after_seconds: 1..=60 }), "{refused}");
    assert_eq!(bench.queue.queued_tokens(), 10);
    bench.open.send(()).unwrap();
    bench.open.send(()).unwrap();
    for admitted in [first, second, third] {
        admitted.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_texts_are_batched_by_tokens_in_order_of_arrival() {
    let bench = bench(100, 6);
    let first = ask(&bench.queue, "a");
    bench.begun.recv().unwrap();
    let mut rest = Vec::new();
    for (text, queued) in [("bbb", 3), ("ccc", 6), ("dddd", 10)] {
        rest.push(ask(&bench.queue, text));
        until(|| bench.queue.queued_tokens() == queued).await;
    }
    for _ in 0..3 {
        bench.open.send(()).unwrap();
    }
    first.await.unwrap().unwrap();
    for asked in rest {
        asked.await.unwrap().unwrap();
    }
    let lengths: Vec<Vec<usize>> =
        bench.encoder.passes.lock().unwrap().iter().map(|pass| pass.iter().map(Vec::len).collect()).collect();
    assert_eq!(lengths, [vec![1], vec![3, 3], vec![4]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_caller_gets_the_vector_of_its_own_text() {
    let bench = bench(100, 100);
    for _ in 0..5 {
        bench.open.send(()).unwrap();
    }
    let texts = ["a", "bb", "ccc"].map(String::from);
    let vectors = bench.queue.encode_all(TextRole::Passage, &texts).await.unwrap();
    assert_eq!(vectors, [vec![97.0], vec![196.0], vec![297.0]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_request_is_never_encoded() {
    let bench = bench(100, 3);
    let first = ask(&bench.queue, "a");
    bench.begun.recv().unwrap();
    let gone = ask(&bench.queue, "bbb");
    until(|| bench.queue.queued_tokens() == 3).await;
    let kept = ask(&bench.queue, "ccc");
    until(|| bench.queue.queued_tokens() == 6).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    bench.open.send(()).unwrap();
    bench.open.send(()).unwrap();
    first.await.unwrap().unwrap();
    kept.await.unwrap().unwrap();
    let passes = bench.encoder.passes.lock().unwrap();
    assert!(passes.iter().flatten().all(|text| *text != b"bbb".map(u32::from)), "{passes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bulk_work_waits_for_room_instead_of_being_refused() {
    let bench = bench(4, 4);
    let texts = ["aaa", "bbb", "ccc", "ddd"].map(String::from);
    let queue = bench.queue.clone();
    let all = tokio::spawn(async move { queue.encode_all(TextRole::Passage, &texts).await });
    for _ in 0..4 {
        bench.open.send(()).unwrap();
    }
    assert_eq!(all.await.unwrap().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_longer_than_the_limits_still_runs_alone() {
    let bench = bench(4, 4);
    bench.open.send(()).unwrap();
    assert!(bench.queue.encode(TextRole::Query, "longer than four").await.is_ok());
}
