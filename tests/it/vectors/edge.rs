//! What only the embedded engine has to do: own its folder, and keep what it acknowledged.

use teller::domain::Fault;
use teller::store::vectors::edge::EdgeStore;
use teller::store::vectors::{Collection, VectorError, VectorStore};

use super::{point, spec};

const C: Collection = Collection::Products;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_has_one_store_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = EdgeStore::open(folder.path()).unwrap();
    let error = EdgeStore::open(folder.path()).err().unwrap();
    assert!(matches!(error, VectorError::InUse(_)), "{error}");
    assert_eq!(error.fault(), Fault::Caller);
    first.close().await.unwrap();
    drop(first);
    EdgeStore::open(folder.path()).unwrap().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_are_there_after_closing_and_after_a_store_that_was_only_dropped() {
    let folder = tempfile::tempdir().unwrap();
    for (round, closes) in [(0_u8, true), (1, false), (2, true)] {
        let store = EdgeStore::open(folder.path()).unwrap();
        store.open_collection(C, &spec()).await.unwrap();
        assert_eq!(store.count(C).await.unwrap(), u64::from(round));
        store.upsert(C, vec![point(&format!("p{round}"), [1.0, f32::from(round), 0.0, 0.0])]).await.unwrap();
        if closes {
            store.close().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_store_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = EdgeStore::open(folder.path()).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.ping().await, Err(VectorError::Unavailable(_))));
    let refused = store.upsert(C, vec![point("a", [1.0, 0.0, 0.0, 0.0])]).await;
    assert!(matches!(refused, Err(VectorError::Unavailable(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reopened_collection_of_another_dimension_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = EdgeStore::open(folder.path()).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let store = EdgeStore::open(folder.path()).unwrap();
    let mut other = spec();
    other.dimension = 8;
    assert!(matches!(store.open_collection(C, &other).await, Err(VectorError::OtherDimension { .. })));
    store.close().await.unwrap();
}
