//! The demo bank for the chat's tests: catalogue and articles as authored, and for each test a service of its own on
//! the real encoder, the shared index and an empty database.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use teller::app::App;
use teller::catalog::{self, Catalog};
use teller::chat::service::{ChatParts, ChatService};
use teller::chat::{ChatError, ChatResponse, ChatTurn};
use teller::clock::{Clock, FixedClock};
use teller::config::ChatSettings;
use teller::domain::customer::{Consents, Customer, CustomerKind, Holding, LifeStage, RiskAssessment};
use teller::domain::{CustomerId, Locale, ProductId};
use teller::knowledge::{KnowledgeBase, load};
use teller::models::ModelError;
use teller::models::encoder::{TextEncoder, TextRole};
use teller::models::queue::{EncoderQueue, QueueLimits};
use teller::recommend::Recommender;
use teller::store::records::{CustomerRecord, Records};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support;

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(catalog::load::load(&root().join("demo")).unwrap()));
static KNOWLEDGE: LazyLock<Arc<KnowledgeBase>> =
    LazyLock::new(|| Arc::new(KnowledgeBase::new(load::load_articles(&root().join("demo/articles")).unwrap())));

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

pub fn catalog() -> &'static Arc<Catalog> {
    &CATALOG
}

pub fn knowledge() -> &'static Arc<KnowledgeBase> {
    &KNOWLEDGE
}

/// Everything slow, made once: the test bank's indexed catalogue and articles, and an encoder whose passes can be
/// counted.
struct Shared {
    app: Arc<App>,
    encoder: Arc<dyn TextEncoder>,
}

/// One runtime for all tests: pools and queues must not outlive the runtime they were made on.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static SHARED: LazyLock<Shared> = LazyLock::new(|| RUNTIME.block_on(share()));

async fn share() -> Shared {
    Shared { app: support::app().await, encoder: crate::models::encoder() }
}

fn queue(encoder: Arc<dyn TextEncoder>) -> Arc<EncoderQueue> {
    let limits = QueueLimits { max_queued_tokens: 16_384, batch_tokens: 2_048, workers: 1 };
    Arc::new(EncoderQueue::start(encoder, limits).unwrap())
}

/// A bank of its own for one test: an empty database and a clock, on the shared models and indexes.
pub struct Bank {
    pub service: ChatService,
    pub records: Records,
    pub clock: Arc<FixedClock>,
    /// Texts encoded so far.
    pub encoded: Arc<AtomicUsize>,
    pub folder: TempDir,
}

/// Runs a test on a bank of its own.
pub fn with<F: Future<Output = ()>>(test: impl FnOnce(Bank) -> F) {
    with_knowledge(Arc::clone(knowledge()), test);
}

/// Runs a test on a bank whose articles are not those of the demo.
pub fn with_knowledge<F: Future<Output = ()>>(knowledge: Arc<KnowledgeBase>, test: impl FnOnce(Bank) -> F) {
    LazyLock::force(&SHARED);
    RUNTIME.block_on(async { test(Bank::open(knowledge).await).await });
}

impl Bank {
    async fn open(knowledge: Arc<KnowledgeBase>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let records = Records::open(&format!("sqlite://{}/teller.db", folder.path().display())).await.unwrap();
        let clock = Arc::new(FixedClock::at("2026-11-24T02:00:00Z".parse().unwrap()));
        let encoded = Arc::new(AtomicUsize::new(0));
        let counting = Counting { inner: Arc::clone(&SHARED.encoder), encoded: Arc::clone(&encoded) };
        let encoder: Arc<dyn TextEncoder> = Arc::new(counting);
        let encoder = queue(encoder);
        let app = &SHARED.app;
        let recommender = Recommender::new(
            Arc::clone(&app.catalog),
            records.clone(),
            Arc::clone(&app.vectors),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::clone(&encoder),
        );
        let service = ChatService::new(ChatParts {
            settings: ChatSettings::default(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            records: records.clone(),
            vectors: Arc::clone(&app.vectors),
            encoder,
            intents: Arc::clone(&app.intents),
            catalog: Arc::clone(&app.catalog),
            knowledge,
            recommender: Arc::new(recommender),
        });
        Self { service: service.unwrap(), records, clock, encoded, folder }
    }

    /// A message that begins a session of nobody known.
    pub async fn ask(&self, message: &str) -> ChatResponse {
        self.turn(ChatTurn { message: message.to_owned(), ..ChatTurn::default() }).await.unwrap()
    }

    /// A message that goes on with the session of `before`.
    pub async fn reply_to(&self, before: &ChatResponse, message: &str) -> ChatResponse {
        let session_id = Some(before.session_id.clone());
        self.turn(ChatTurn { message: message.to_owned(), session_id, ..ChatTurn::default() }).await.unwrap()
    }

    pub async fn turn(&self, turn: ChatTurn) -> Result<ChatResponse, ChatError> {
        self.service.turn(turn).await
    }

    /// Stores a customer with a term deposit and returns the id.
    pub async fn customer(&self, id: &str, personalisation: bool) -> CustomerId {
        let id = CustomerId::new(id).unwrap();
        let day = |text: &str| text.parse().unwrap();
        let customer = Customer {
            id: id.clone(),
            kind: CustomerKind::Individual,
            name: "林晓".to_owned(),
            locale: Locale::Zh,
            birth_date: day("1988-03-02"),
            occupation: "教师".to_owned(),
            region: "上海".to_owned(),
            resident: true,
            monthly_income_fen: 1_800_000,
            life_stage: LifeStage::YoungFamily,
            risk: Some(RiskAssessment { class: 3, assessed_on: day("2026-03-01"), valid_to: day("2027-02-28") }),
            knowledge: 2,
            consents: Consents { personalisation, marketing: false },
            advisor_id: "A001".to_owned(),
            customer_since: day("2019-05-01"),
        };
        let holding = Holding {
            customer_id: id.clone(),
            product_id: ProductId::new("DEP-TERM-1Y").unwrap(),
            balance_fen: 20_000_000,
            opened_on: day("2026-02-01"),
        };
        let record = CustomerRecord { customer, holdings: vec![holding], transactions: Vec::new() };
        self.records.insert_customers(&[record]).await.unwrap();
        id
    }
}

/// The real encoder, counting.
struct Counting {
    inner: Arc<dyn TextEncoder>,
    encoded: Arc<AtomicUsize>,
}

impl TextEncoder for Counting {
    fn identity(&self) -> &str {
        self.inner.identity()
    }

    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn tokenize(&self, role: TextRole, text: &str) -> Result<Vec<u32>, ModelError> {
        self.inner.tokenize(role, text)
    }

    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        self.encoded.fetch_add(texts.len(), Ordering::SeqCst);
        self.inner.encode(texts)
    }
}
