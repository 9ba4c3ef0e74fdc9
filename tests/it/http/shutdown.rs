//! A real listener: large bodies get their answer, and stopping finishes what is in flight.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use teller::http::{router, serve, serve_router};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use super::client::with_own_stores;
use crate::support;

/// Longer than anything here takes, so that a test that hangs fails.
const PATIENCE: Duration = Duration::from_secs(20);

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

async fn until_refused(addr: SocketAddr) {
    while TcpStream::connect(addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stopping_finishes_requests_in_flight_and_takes_no_more() {
    let (listener, addr) = listen().await;
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (entered, leave) = (Arc::clone(&entered), Arc::clone(&leave));
        move || async move {
            entered.notify_one();
            leave.notified().await;
            "finished"
        }
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let routes = Router::new().route("/wait", on_get(handler));
    let server = tokio::spawn(serve_router(routes, listener, async { drop(stopped.await) }, PATIENCE));
    let asked = tokio::spawn(async move { reqwest::get(format!("http://{addr}/wait")).await.unwrap().text().await });
    entered.notified().await;
    stop.send(()).unwrap();
    timeout(PATIENCE, until_refused(addr)).await.expect("no more connections");
    assert!(!server.is_finished(), "the request is still in flight");
    leave.notify_one();
    assert_eq!(timeout(PATIENCE, asked).await.unwrap().unwrap().unwrap(), "finished");
    timeout(PATIENCE, server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_the_server_from_stopping() {
    let (listener, addr) = listen().await;
    let entered = Arc::new(Notify::new());
    let handler = {
        let entered = Arc::clone(&entered);
        move || async move {
            entered.notify_one();
            std::future::pending::<&str>().await
        }
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let routes = Router::new().route("/wait", on_get(handler));
    let server = tokio::spawn(serve_router(routes, listener, async { drop(stopped.await) }, Duration::from_millis(50)));
    let asked = tokio::spawn(reqwest::get(format!("http://{addr}/wait")));
    entered.notified().await;
    stop.send(()).unwrap();
    timeout(PATIENCE, server).await.expect("stops within its limit").unwrap().unwrap();
    asked.abort();
}

#[tokio::test]
async fn stopping_closes_the_bank() {
    let (app, _folder) = with_own_stores().await;
    let (listener, addr) = listen().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(Arc::clone(&app), listener, async { drop(stopped.await) }));
    assert_eq!(reqwest::get(format!("http://{addr}/readyz")).await.unwrap().status().as_u16(), 200);
    stop.send(()).unwrap();
    timeout(PATIENCE, server).await.unwrap().unwrap().unwrap();
    assert!(app.records.ping().await.is_err(), "the records are closed");
}

#[tokio::test]
async fn a_client_that_sends_a_megabyte_reads_the_refusal() {
    let app = support::app().await;
    let (listener, addr) = listen().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve_router(router(app), listener, async { drop(stopped.await) }, PATIENCE));
    let request = reqwest::Client::new().post(format!("http://{addr}/v1/chat"));
    let body = format!(r#"{{"message":"{}"}}"#, "x".repeat(1 << 20));
    let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 413);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    drop(answer);
    stop.send(()).unwrap();
    timeout(PATIENCE, server).await.unwrap().unwrap().unwrap();
}
