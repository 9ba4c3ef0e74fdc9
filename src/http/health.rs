//! What operators and balancers ask: is the process there, can it answer, and its metrics. Must not know what the
//! parts do.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::auth::{Caller, sign_in_first};
use super::problem::Problem;
use super::problems::{CallerProblems, CommonProblems};
use crate::app::{App, Readiness};
use crate::telemetry;

/// A part that has not answered a ping for so long counts as absent.
const PING_LIMIT: Duration = Duration::from_secs(5);
/// How the Prometheus text format names itself.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// That the process runs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Alive {
    /// Always `ok`.
    status: &'static str,
}

/// Whether requests can be answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ready {
    /// `ready` or `not_ready`.
    status: &'static str,
    checks: Checks,
}

/// Each part: `ok` or `failed`; the log has the reason.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Checks {
    /// The SQL database.
    records: &'static str,
    /// Qdrant.
    vectors: &'static str,
    /// The model and its queue.
    encoder: &'static str,
}

/// Is the process running?
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()),
    responses((status = 200, body = Alive), CommonProblems))]
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// Can it answer?
///
/// Asks the database, Qdrant and the model.
#[utoipa::path(get, path = "/readyz", tag = "operations", security(()),
    responses((status = 200, body = Ready), (status = 503, body = Ready, description = "a part does not answer")))]
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    let late = || Some(format!("no answer within {} s", PING_LIMIT.as_secs()));
    let readiness = tokio::time::timeout(PING_LIMIT, app.ready()).await.unwrap_or_else(|_| Readiness {
        records: late(),
        vectors: late(),
        encoder: late(),
    });
    let checks = Checks {
        records: check("records", readiness.records.as_deref()),
        vectors: check("vectors", readiness.vectors.as_deref()),
        encoder: check("encoder", readiness.encoder.as_deref()),
    };
    if readiness.is_ready() {
        Json(Ready { status: "ready", checks }).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(Ready { status: "not_ready", checks })).into_response()
    }
}

/// The reason is for the log only: it may name hosts.
fn check(part: &str, reason: Option<&str>) -> &'static str {
    match reason {
        None => "ok",
        Some(reason) => {
            tracing::warn!(part, reason, "not ready");
            "failed"
        }
    }
}

/// Metrics for Prometheus
///
/// Open where the server listens on loopback only; elsewhere the API key is needed.
#[utoipa::path(get, path = "/metrics", tag = "operations", security((), ("api_key" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), CallerProblems, CommonProblems))]
pub async fn metrics(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    match caller {
        Caller::Admin => (),
        _ if app.settings.server.addr.ip().is_loopback() => (),
        Caller::Anonymous => return Err(sign_in_first()),
        Caller::Customer(_) | Caller::Advisor(_) => return Err(Problem::denied("metrics need the API key")),
    }
    let handle = telemetry::metrics::install().map_err(|error| Problem::of(error.fault(), None, &error))?;
    Ok(([(header::CONTENT_TYPE, METRICS_TYPE)], handle.render()).into_response())
}
