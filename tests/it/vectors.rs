//! The vector store's contract: one suite, run on the embedded engine, and on a real Qdrant server where
//! `TELLER_QDRANT_URL` names one.

mod contract;
mod edge;

use std::sync::Arc;

use teller::domain::Fault;
use teller::store::vectors::edge::EdgeStore;
use teller::store::vectors::server::ServerStore;
use teller::store::vectors::{Collection, CollectionSpec, PayloadValue, Point, VectorStore};

/// Dimension of the test vectors.
pub const DIMENSION: usize = 4;

pub fn spec() -> CollectionSpec {
    CollectionSpec { dimension: DIMENSION, encoder: "test@1".to_owned() }
}

/// A point without words.
pub fn point(id: &str, dense: [f32; DIMENSION]) -> Point {
    let payload = [("name".to_owned(), PayloadValue::Keyword(id.to_owned()))].into();
    Point { id: id.to_owned(), dense: dense.to_vec(), sparse: None, payload }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embedded_engine_keeps_the_contract() {
    for case in contract::CASES {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn VectorStore> = Arc::new(EdgeStore::open(folder.path()).unwrap());
        eprintln!("edge: {}", case.0);
        (case.1)(Arc::clone(&store)).await;
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn qdrant_server_keeps_the_contract() {
    let Ok(url) = std::env::var("TELLER_QDRANT_URL") else {
        eprintln!("TELLER_QDRANT_URL is not set: the suite did not run against a real Qdrant server");
        return;
    };
    let key = std::env::var("TELLER_QDRANT_API_KEY").ok();
    for (number, case) in contract::CASES.iter().enumerate() {
        let prefix = format!("teller_test_{}_{number}_", std::process::id());
        let store = ServerStore::connect_with_prefix(&url, key.clone(), &prefix).await.unwrap();
        let store: Arc<dyn VectorStore> = Arc::new(store);
        eprintln!("server: {}", case.0);
        (case.1)(Arc::clone(&store)).await;
        for collection in Collection::ALL {
            store.drop_collection(collection).await.unwrap();
        }
    }
}

#[tokio::test]
async fn absent_server_is_noticed_when_connecting() {
    let error = ServerStore::connect("http://127.0.0.1:1", None).await.err().unwrap();
    assert_eq!(error.fault(), Fault::Unavailable, "{error}");
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
}
