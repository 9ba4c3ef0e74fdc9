//! What every request passes through: ids, time limits, panics, and a log that repeats nothing a customer typed.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get as on_get;
use teller::http::{REQUEST_LIMIT, layered};
use teller::telemetry::{LogFormat, dispatch};

use super::client::{Who, get, send, send_to, with_own_stores};
use crate::support;

#[tokio::test]
async fn every_answer_has_an_id_and_a_plain_one_is_taken_over() {
    let app = support::app().await;
    let first = get(&app, &Who::Nobody, "/healthz").await;
    let second = get(&app, &Who::Nobody, "/nowhere").await;
    assert_eq!(first.header("x-request-id").len(), 36);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    for (stated, kept) in [("balancer-1.7_x", true), ("a b", false), ("", false), (&"x".repeat(65), false)] {
        let request = Request::get("/healthz").header("x-request-id", stated).body(Body::empty()).unwrap();
        assert_eq!(send(&app, request).await.header("x-request-id") == stated, kept, "{stated}");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let app = support::app().await;
    let routes = Router::new().route("/slow", on_get(std::future::pending::<String>));
    let slow = layered(routes, app, Duration::from_millis(20));
    send_to(slow, Request::get("/slow").body(Body::empty()).unwrap()).await.refused(504);
}

#[tokio::test]
async fn a_panic_is_a_problem_that_tells_nothing() {
    async fn panics() -> String {
        panic!("secret 4111111111111111")
    }
    let app = support::app().await;
    let routes = layered(Router::new().route("/panic", on_get(panics)), app, REQUEST_LIMIT);
    let answer = send_to(routes, Request::get("/panic").body(Body::empty()).unwrap()).await;
    let detail = answer.refused(500);
    assert!(!detail.contains("4111"), "{detail}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(!answer.header("x-request-id").is_empty());
}

/// A log that can be read back.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_the_route_and_never_what_was_asked() {
    use tracing::instrument::WithSubscriber;
    let app = support::app().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let log = dispatch(LogFormat::Json, "info", str::to_owned, move || writer.clone()).unwrap();
    let request = Request::get("/v1/customers/WANG-WU?query=zhang-san").header("x-request-id", "req-1");
    send(&app, request.body(Body::empty()).unwrap()).with_subscriber(log).await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for words in ["/v1/customers/{id}", "req-1", "\"status\":401"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("WANG-WU") && !text.contains("zhang-san"), "{text}");
}

#[tokio::test]
async fn readiness_asks_every_part() {
    let app = support::app().await;
    let ready = get(&app, &Who::Nobody, "/readyz").await.ok();
    let expected =
        serde_json::json!({"status": "ready", "checks": {"records": "ok", "vectors": "ok", "encoder": "ok"}});
    assert_eq!(ready, expected);
}

#[tokio::test]
async fn a_part_that_does_not_answer_shows_in_readiness_and_not_in_liveness() {
    let (app, _folder) = with_own_stores().await;
    app.records.close().await.unwrap();
    let ready = get(&app, &Who::Nobody, "/readyz").await;
    assert_eq!(ready.status.as_u16(), 503);
    assert_eq!(ready.json()["status"], "not_ready");
    assert_eq!(ready.json()["checks"]["records"], "failed");
    assert_eq!(get(&app, &Who::Nobody, "/healthz").await.ok()["status"], "ok");
    let answer = get(&app, &Who::Key, "/v1/customers").await;
    let detail = answer.refused(503);
    assert!(!answer.header("retry-after").is_empty());
    assert!(!detail.contains("pool"), "the reason is for the log: {detail}");
}
