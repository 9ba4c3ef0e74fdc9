//! The composition root: the only file that names concrete models and stores. It opens them, checks that they fit
//! each other, wires the services and closes everything in order.
//! Must not know HTTP, arguments or how a decision is made.

pub mod demo;
mod demo_files;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::catalog::Catalog;
use crate::chat::service::{ChatParts, ChatService};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::knowledge::KnowledgeBase;
use crate::models::cache::ModelCache;
use crate::models::encoder::{LocalEncoder, TextRole};
use crate::models::intent::IntentModel;
use crate::models::queue::{EncoderQueue, QueueLimits};
use crate::privacy::token::SigningKey;
use crate::recommend::Recommender;
use crate::store::records::Records;
use crate::store::vectors::edge::EdgeStore;
use crate::store::vectors::server::ServerStore;
use crate::store::vectors::{Collection, CollectionSpec, VectorStore};

/// Set in the records' meta table once a bank is complete.
const READY: &str = "bank.ready";

/// The outside world of one bank: what it is opened on, before there is a bank in it.
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub encoder: Arc<EncoderQueue>,
    pub vectors: Arc<dyn VectorStore>,
    pub records: Records,
    /// Held for as long as the process uses the data folder.
    lock: File,
}

/// A bank that can answer. Clones are the same bank.
#[derive(Clone)]
pub struct App {
    pub settings: Settings,
    pub clock: Arc<dyn Clock>,
    pub records: Records,
    pub vectors: Arc<dyn VectorStore>,
    pub encoder: Arc<EncoderQueue>,
    pub intents: Arc<IntentModel>,
    pub catalog: Arc<Catalog>,
    pub knowledge: Arc<KnowledgeBase>,
    pub recommender: Arc<Recommender>,
    pub chat: Arc<ChatService>,
    pub signing_key: SigningKey,
    _lock: Arc<File>,
}

/// What each part answered when it was asked whether it is there: `None` is yes, otherwise the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    pub records: Option<String>,
    pub vectors: Option<String>,
    pub encoder: Option<String>,
}

impl Readiness {
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.records.is_none() && self.vectors.is_none() && self.encoder.is_none()
    }
}

impl Parts {
    /// Opens models, records and vectors as the settings say.
    ///
    /// # Errors
    /// A data folder that cannot be used or is in use, a model file that is missing or corrupt, a database or a
    /// vector server that does not answer: each names what to do.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let folder = &settings.data.folder;
        std::fs::create_dir_all(folder).with_context(|| format!("data folder {}", folder.display()))?;
        let lock = take(folder)?;
        let (models, id) = (ModelCache::new(settings.models.folder.clone()), settings.models.encoder.clone());
        let encoder = tokio::task::spawn_blocking(move || LocalEncoder::open(&models, &id)).await??;
        let queue = &settings.queue;
        let limits = QueueLimits {
            max_queued_tokens: queue.max_queued_tokens,
            batch_tokens: queue.batch_tokens,
            workers: queue.workers,
        };
        Self::with_encoder(settings, lock, Arc::new(EncoderQueue::start(Arc::new(encoder), limits)?)).await
    }

    async fn with_encoder(settings: &Settings, lock: File, encoder: Arc<EncoderQueue>) -> anyhow::Result<Self> {
        let folder = &settings.data.folder;
        let records = match &settings.records.url {
            Some(url) => Records::open(url.expose()).await?,
            None => Records::open(&format!("sqlite://{}", folder.join("teller.db").display())).await?,
        };
        let vectors: Arc<dyn VectorStore> = match &settings.vectors.qdrant_url {
            Some(url) => {
                let key = settings.vectors.qdrant_api_key.as_ref().map(|key| key.expose().to_owned());
                Arc::new(ServerStore::connect(url, key).await?)
            }
            None => Arc::new(EdgeStore::open(&folder.join("vectors"))?),
        };
        Ok(Self { clock: Arc::new(SystemClock), encoder, vectors, records, lock })
    }

    /// Whether a complete bank is in here.
    ///
    /// # Errors
    /// The records'.
    pub async fn hold_a_bank(&self) -> anyhow::Result<bool> {
        Ok(self.records.meta(READY).await?.is_some())
    }

    /// How every collection is made: by this encoder, in its dimension.
    fn collection_spec(&self) -> CollectionSpec {
        CollectionSpec { dimension: self.encoder.dimension(), encoder: self.encoder.identity().to_owned() }
    }

    /// Closes vectors and records; what was written is on disk afterwards.
    ///
    /// # Errors
    /// The first part that could not be closed; the other is closed all the same.
    pub async fn close(&self) -> anyhow::Result<()> {
        close(self.vectors.as_ref(), &self.records).await
    }
}

async fn close(vectors: &dyn VectorStore, records: &Records) -> anyhow::Result<()> {
    let vectors = vectors.close().await;
    let records = records.close().await;
    vectors?;
    Ok(records?)
}

/// The folder belongs to one process at a time. The lock is the operating system's: it ends with the process.
fn take(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("teller.lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("data folder: {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "data folder {} is in use by another teller: stop it, or name another folder with --data",
                folder.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("data folder: {}", path.display())),
    }
}

impl App {
    /// Opens the bank in the settings' data folder.
    ///
    /// # Errors
    /// As [`Parts::open`] and [`App::assemble`].
    pub async fn open(settings: Settings) -> anyhow::Result<Self> {
        let parts = Parts::open(&settings).await?;
        Self::assemble(settings, parts).await
    }

    /// Wires a bank from opened parts.
    ///
    /// # Errors
    /// A folder without a (complete) bank, collections made with another encoder, an intent head for another encoder.
    pub async fn assemble(settings: Settings, parts: Parts) -> anyhow::Result<Self> {
        if !parts.hold_a_bank().await? {
            bail!(
                "data folder {} holds no bank: run `teller demo create --data {0}`, or serve with --demo",
                settings.data.folder.display()
            );
        }
        let spec = parts.collection_spec();
        for collection in Collection::ALL {
            parts.vectors.open_collection(collection, &spec).await?;
        }
        let Parts { clock, encoder, vectors, records, lock } = parts;
        let catalog =
            Arc::new(Catalog::new(records.products().await?, records.bank_facts().await?, records.branches().await?)?);
        let knowledge = Arc::new(KnowledgeBase::new(records.articles().await?));
        let intents = Arc::new(IntentModel::embedded(encoder.identity())?);
        let recommender = Arc::new(Recommender::new(
            Arc::clone(&catalog),
            records.clone(),
            Arc::clone(&vectors),
            Arc::clone(&clock),
            Arc::clone(&encoder),
        ));
        let chat = Arc::new(ChatService::new(ChatParts {
            settings: settings.chat.clone(),
            clock: Arc::clone(&clock),
            records: records.clone(),
            vectors: Arc::clone(&vectors),
            encoder: Arc::clone(&encoder),
            intents: Arc::clone(&intents),
            catalog: Arc::clone(&catalog),
            knowledge: Arc::clone(&knowledge),
            recommender: Arc::clone(&recommender),
        })?);
        let signing_key = SigningKey::load_or_create(&settings.data.folder)?;
        Ok(Self {
            settings,
            clock,
            records,
            vectors,
            encoder,
            intents,
            catalog,
            knowledge,
            recommender,
            chat,
            signing_key,
            _lock: Arc::new(lock),
        })
    }

    /// Asks every part whether it is there: the database and the vector store by a ping, the encoder by a word.
    pub async fn ready(&self) -> Readiness {
        let (records, vectors, encoder) =
            tokio::join!(self.records.ping(), self.vectors.ping(), self.encoder.encode(TextRole::Query, "ready"));
        Readiness {
            records: records.err().map(|error| error.to_string()),
            vectors: vectors.err().map(|error| error.to_string()),
            encoder: encoder.err().map(|error| error.to_string()),
        }
    }

    /// Flushes the vectors and closes the stores. Requests in flight must have ended.
    ///
    /// # Errors
    /// The first store that could not be closed; the other is closed all the same.
    pub async fn close(&self) -> anyhow::Result<()> {
        close(self.vectors.as_ref(), &self.records).await
    }
}
