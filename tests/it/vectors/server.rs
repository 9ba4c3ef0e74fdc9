//! What only a store on a server has to do: notice a server that is absent, silent, too old or closed to us, and
//! one that goes away while it is used.

use std::time::Duration;

use teller::domain::Fault;
use teller::store::vectors::server::ServerStore;
use teller::store::vectors::{Collection, VectorStore};
use teller::telemetry::Stopwatch;
use tokio::net::TcpListener;

use super::fake_server::{FakeServer, VERSION};
use super::{ids, near, point, spec};

const C: Collection = Collection::Products;

/// Connecting must fail as something that may be there later, soon, and say where it looked.
async fn refused(url: &str, key: Option<&str>) -> String {
    let watch = Stopwatch::start();
    let error = ServerStore::connect(url, key.map(str::to_owned)).await.err().expect("a refusal");
    assert_eq!(error.fault(), Fault::Unavailable, "{error}");
    assert!(watch.elapsed() < Duration::from_secs(8), "it took {:?}", watch.elapsed());
    error.to_string()
}

#[tokio::test]
async fn an_absent_server_is_noticed_when_connecting() {
    // A port that was free a moment ago, and port 1.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for url in [format!("http://{free}"), "http://127.0.0.1:1".to_owned()] {
        let error = refused(&url, None).await;
        assert!(error.contains(&url), "{error}");
    }
}

#[tokio::test]
async fn a_silent_server_is_noticed_when_connecting() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let error = refused(&url, None).await;
    assert!(error.contains(&url), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_too_old_is_refused() {
    for version in ["1.15.9", "0.11.0", "2.0.0", ""] {
        let server = FakeServer::start_as(version, None);
        let error = refused(&server.url(), None).await;
        assert!(error.contains("teller needs 1.16"), "{error}");
    }
    for version in ["1.16.0", VERSION, "1.20.0-dev"] {
        let server = FakeServer::start_as(version, None);
        ServerStore::connect(&server.url(), None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_refused_and_never_told() {
    let server = FakeServer::start_as(VERSION, Some("the right key"));
    for wrong in [None, Some("hunter2"), Some("hunter2\nand a line"), Some("hunter2 银行")] {
        let error = refused(&server.url(), wrong).await;
        assert!(!error.contains("hunter2"), "{error}");
    }
    ServerStore::connect(&server.url(), Some("the right key".to_owned())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_noticed_and_used_again_when_it_is_back() {
    let mut server = FakeServer::start();
    let store = ServerStore::connect(&server.url(), None).await.unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, vec![point("a", [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    server.go_down();
    let away = [
        store.ping().await,
        store.search(C, near([1.0, 0.0, 0.0, 0.0], 1)).await.map(drop),
        store.upsert(C, vec![point("b", [1.0, 0.0, 0.0, 0.0])]).await,
    ];
    for away in away {
        let error = away.unwrap_err();
        assert_eq!(error.fault(), Fault::Unavailable, "{error}");
    }
    server.go_up();
    store.ping().await.unwrap();
    assert_eq!(ids(&store.search(C, near([1.0, 0.0, 0.0, 0.0], 5)).await.unwrap()), ["a"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_collection_is_never_taken_for_ours() {
    let server = FakeServer::start();
    let stranger = qdrant_client::Qdrant::from_url(&server.url()).skip_compatibility_check().build().unwrap();
    let mut vectors = qdrant_client::qdrant::VectorsConfigBuilder::default();
    let params = qdrant_client::qdrant::VectorParamsBuilder::new(4, qdrant_client::qdrant::Distance::Cosine);
    vectors.add_named_vector_params("dense", params);
    let theirs = qdrant_client::qdrant::CreateCollectionBuilder::new("teller_products").vectors_config(vectors);
    stranger.create_collection(theirs).await.unwrap();
    let store = ServerStore::connect(&server.url(), None).await.unwrap();
    let error = store.open_collection(C, &spec()).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Caller, "{error}");
    let beside = ServerStore::connect_with_prefix(&server.url(), None, "other_bank_").await.unwrap();
    beside.open_collection(C, &spec()).await.unwrap();
}
