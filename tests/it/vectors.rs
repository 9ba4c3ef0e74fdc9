//! The vector store's contract: one suite, run on the embedded engine, over the real protocol on a server of the
//! tests' own (`fake_server`), and on a real Qdrant server where `TELLER_QDRANT_URL` names one.

mod comparison;
mod contract;
mod edge;
mod fake_server;
mod server;

use std::sync::Arc;

use teller::store::vectors::edge::EdgeStore;
use teller::store::vectors::server::ServerStore;
use teller::store::vectors::{Collection, CollectionSpec, Hit, Needle, PayloadValue, Point, Query, VectorStore};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use fake_server::FakeServer;

/// Dimension of the test vectors.
pub const DIMENSION: usize = 4;

pub type Store = Arc<dyn VectorStore>;

/// Where points are: one store at a time is opened on it, and finds what the one before it left.
pub enum Place {
    Folder(TempDir),
    Fake(FakeServer),
    Real { url: String, key: Option<String>, prefix: String },
}

impl Place {
    pub fn embedded() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    pub fn over_grpc() -> Self {
        Self::Fake(FakeServer::start())
    }

    pub async fn open(&self) -> Store {
        match self {
            Self::Folder(folder) => Arc::new(EdgeStore::open(folder.path()).unwrap()),
            Self::Fake(server) => Arc::new(ServerStore::connect(&server.url(), None).await.unwrap()),
            Self::Real { url, key, prefix } => {
                Arc::new(ServerStore::connect_with_prefix(url, key.clone(), prefix).await.unwrap())
            }
        }
    }
}

pub fn spec() -> CollectionSpec {
    CollectionSpec { dimension: DIMENSION, encoder: "test@1".to_owned() }
}

/// A point without words.
pub fn point(id: &str, dense: [f32; DIMENSION]) -> Point {
    let payload = [("name".to_owned(), PayloadValue::Keyword(id.to_owned()))].into();
    Point { id: id.to_owned(), dense: dense.to_vec(), sparse: None, payload }
}

/// The `limit` points nearest to `dense`, of all there are.
pub fn near(dense: [f32; DIMENSION], limit: usize) -> Query {
    Query { needle: Needle::Dense(dense.to_vec()), limit, filter: Vec::new(), exclude: Vec::new() }
}

pub fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[test]
fn a_real_qdrant_server_keeps_the_contract() {
    let Ok(url) = std::env::var("TELLER_QDRANT_URL") else {
        eprintln!("TELLER_QDRANT_URL is not set: the suite did not run against a real Qdrant server");
        return;
    };
    let key = std::env::var("TELLER_QDRANT_API_KEY").ok();
    let runtime = Runtime::new().unwrap();
    // Collections of this run's own, taken away again; a run that fails leaves them to be looked at.
    let place = |name: &str| {
        let prefix = format!("teller_test_{}_{name}_", std::process::id());
        Place::Real { url: url.clone(), key: key.clone(), prefix }
    };
    let take_away = async |place: &Place| {
        let store = place.open().await;
        for collection in Collection::ALL {
            store.drop_collection(collection).await.unwrap();
        }
    };
    for (name, case) in contract::CASES {
        eprintln!("{url}: {name}");
        let place = place(name);
        runtime.block_on(async {
            case(&place).await;
            take_away(&place).await;
        });
    }
    let place = place("comparison");
    comparison::run(&place, 8);
    runtime.block_on(take_away(&place));
}
