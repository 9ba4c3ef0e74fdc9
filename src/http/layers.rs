//! What happens to every request, whatever its route: an id, a span and a metric, a limit in time, a net under
//! panics, and the headers that make answers safe in a browser. Must not know what any route does.
//!
//! A log line names the route's template, never the path or the query asked for: they may hold what a customer typed.

use std::any::Any;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::problem::Problem;
use crate::telemetry::{self, Stopwatch};

/// Names a request in the log and in the answer; taken over from a balancer that has named it already.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What metrics and log say for a path that no route has.
const UNMATCHED: &str = "unmatched";
/// Longest request id taken over, in bytes.
const MAX_REQUEST_ID_BYTES: usize = 64;
/// Answers of the API: nothing in them is for a browser to run, show or keep.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Names, times, logs and counts a request.
pub async fn observe(request: Request, next: Next) -> Response {
    let stopwatch = Stopwatch::start();
    let id = request_id(request.headers());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let span = tracing::info_span!("request", id = %id.to_str().unwrap_or_default(), method = %request.method(), route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, seconds) = (response.status().as_u16(), stopwatch.seconds());
    telemetry::http_request(route, status, seconds);
    span.in_scope(|| tracing::info!(status, seconds, "answered"));
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn request_id(headers: &HeaderMap) -> HeaderValue {
    let fits = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        !bytes.is_empty() && bytes.len() <= MAX_REQUEST_ID_BYTES && bytes.iter().all(plain)
    };
    headers.get(REQUEST_ID).filter(fits).cloned().unwrap_or_else(new_id)
}

fn new_id() -> HeaderValue {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        return HeaderValue::from_static("unnamed");
    }
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("unnamed"))
}

/// Gives up on a request after `limit`; what it was waiting for is dropped.
pub async fn limit_time(limit: Duration, request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!(limit_seconds = limit.as_secs(), "given up");
    let detail = format!("no answer within {} seconds: try again shortly", limit.as_secs());
    Problem::new(StatusCode::GATEWAY_TIMEOUT, detail).into_response()
}

/// What a panicking handler answers.
#[must_use]
pub fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let said = payload.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(said, "a handler panicked");
    Problem::bug().into_response()
}

/// Adds the headers that an answer has not set itself.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let defaults = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, API_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
    ];
    for (name, value) in defaults {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// For a path without a route. The path is not repeated: it may hold anything.
pub async fn no_route() -> Problem {
    Problem::not_found("there is nothing at this address: /docs lists what there is")
}

/// For a route asked with another method; the header `allow` names the right ones.
pub async fn no_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this address does not take this method: the header `allow` names those it does",
    )
}
