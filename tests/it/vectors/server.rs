//! What only a store on a server has to do: notice a server that is absent or silent.

use std::time::Duration;

use teller::domain::Fault;
use teller::store::vectors::server::ServerStore;
use teller::telemetry::Stopwatch;
use tokio::net::TcpListener;

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

#[tokio::test]
async fn a_key_that_no_header_carries_is_refused_and_never_told() {
    for wrong in ["hunter2\nand a line", "hunter2 银行"] {
        let error = refused("http://127.0.0.1:1", Some(wrong)).await;
        assert!(error.contains("API key") && !error.contains("hunter2"), "{error}");
    }
}
