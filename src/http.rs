//! The way in over HTTP: routes, the layers around them, and serving until told to stop.
//!
//! A request passes, from the outside in: name, span and metric; headers for browsers; the net under panics; the
//! limit in time; where it comes from; its route. Every refusal on the way is `application/problem+json`.
//! Must not know rules, models or storage: handlers settle who may ask, hand over plain values and show the result.

pub mod auth;
pub mod chat;
mod customers;
mod decisions;
pub mod extract;
mod handoffs;
mod health;
pub mod layers;
mod openapi;
mod origin;
mod pages;
pub mod problem;
mod problems;
mod products;
mod recommend;
mod sign_in;

use std::future::{Future, IntoFuture};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::domain::Fault;
use crate::telemetry;

/// A request that has not been answered by then is given up.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// After being told to stop, requests in flight have so long to finish.
pub const SHUTDOWN_LIMIT: Duration = Duration::from_secs(35);
/// How often samples of the histograms are put together, so that they do not pile up between scrapes.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// Why serving ended badly.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("serving: {0}")]
    Serve(#[from] std::io::Error),
    #[error("closing: {0}")]
    Close(String),
}

impl HttpError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::Unavailable
    }
}

/// One address of the server.
struct Route {
    method: &'static str,
    path: &'static str,
    handler: MethodRouter<Arc<App>>,
}

/// Every address, once. `/docs/…` (the files of the documentation page) stands apart: it is not part of the API.
fn table() -> Vec<Route> {
    let get_route = |path, handler| Route { method: "get", path, handler };
    let post_route = |path, handler| Route { method: "post", path, handler };
    vec![
        post_route("/v1/chat", post(chat::chat)),
        post_route("/v1/recommendations", post(recommend::recommend)),
        get_route("/v1/customers", get(customers::list)),
        get_route("/v1/customers/{id}", get(customers::show)),
        get_route("/v1/products", get(products::list)),
        get_route("/v1/products/{id}", get(products::show)),
        get_route("/v1/branches", get(products::branches)),
        get_route("/v1/decisions/{id}", get(decisions::show)),
        get_route("/v1/handoffs", get(handoffs::list)),
        get_route("/v1/me", get(sign_in::me)),
        post_route("/v1/sign-in", post(sign_in::sign_in)),
        post_route("/v1/sign-out", post(sign_in::sign_out)),
        get_route("/healthz", get(health::alive)),
        get_route("/readyz", get(health::ready)),
        get_route("/metrics", get(health::metrics)),
        get_route("/openapi.json", get(openapi::document)),
        get_route("/", get(pages::chat)),
        get_route("/advisor", get(pages::advisor)),
        get_route("/sign-in", get(pages::sign_in)),
        get_route("/assets/{file}", get(pages::asset)),
        get_route("/docs", get(pages::docs)),
    ]
}

/// Method (`get`, `post`) and path template of every address.
#[must_use]
pub fn routes() -> Vec<(&'static str, &'static str)> {
    table().into_iter().map(|route| (route.method, route.path)).collect()
}

/// The server of a bank, ready to be served or called.
pub fn router(app: Arc<App>) -> Router {
    let api = table().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    let documented = api.route("/docs/", get(pages::docs_file)).route("/docs/{*file}", get(pages::docs_file));
    layered(documented.with_state(Arc::clone(&app)), app, REQUEST_LIMIT)
}

/// Puts the layers around routes.
pub fn layered(routes: Router, app: Arc<App>, limit: Duration) -> Router {
    routes
        .fallback(layers::no_route)
        .method_not_allowed_fallback(layers::no_method)
        .layer(from_fn_with_state(app, origin::check))
        .layer(from_fn(move |request, next| layers::limit_time(limit, request, next)))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn(layers::secure))
        .layer(from_fn(layers::observe))
}

/// Serves until `shutdown` comes: then takes no more connections, finishes what is in flight for at most
/// [`SHUTDOWN_LIMIT`], and closes the bank.
///
/// # Errors
/// [`HttpError::Serve`] when the listener fails, [`HttpError::Close`] when a store cannot be closed.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), HttpError> {
    serve_router(router(Arc::clone(&app)), listener, shutdown, SHUTDOWN_LIMIT).await?;
    app.close().await.map_err(|error| HttpError::Close(error.to_string()))
}

/// [`serve`] for any router, without closing a bank.
///
/// # Errors
/// [`HttpError::Serve`] when the listener fails.
pub async fn serve_router(
    router: Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    limit: Duration,
) -> Result<(), HttpError> {
    let (told, mut stop) = watch::channel(false);
    let mut stopping = stop.clone();
    tokio::spawn(async move {
        shutdown.await;
        let _ = told.send(true);
    });
    let until_told = async move {
        let _ = stop.wait_for(|stopped| *stopped).await;
    };
    let served = axum::serve(listener, router).with_graceful_shutdown(until_told).into_future();
    let late = async move {
        let _ = stopping.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(limit).await;
    };
    tokio::select! {
        ended = served => Ok(ended?),
        () = late => {
            tracing::warn!(limit_seconds = limit.as_secs(), "requests still in flight are given up");
            Ok(())
        }
        () = keep_metrics() => Ok(()),
    }
}

/// Runs for ever.
async fn keep_metrics() {
    let Ok(handle) = telemetry::metrics::install() else { return std::future::pending().await };
    let mut ticks = tokio::time::interval(METRICS_UPKEEP);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}
