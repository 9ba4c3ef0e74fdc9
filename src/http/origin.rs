//! Requests that another website makes a browser send are refused: where a request claims to come from, and whom it
//! is addressed to. Must not know routes, nor who is signed in beyond whether the cookie is there.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::auth::{USER_COOKIE, cookie};
use super::problem::Problem;
use crate::app::App;

/// Lets a request on, or refuses it.
pub async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let verdict = addressed_here(app.settings.server.demo_login, headers, request.uri())
        .and_then(|()| sent_from_here(request.method(), headers, request.uri()));
    match verdict {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Signing in without a password is for this machine only. A website whose name is made to point at 127.0.0.1 (DNS
/// rebinding) shows in the host that the browser names.
fn addressed_here(demo_login: bool, headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
    match host(headers, uri) {
        Some(authority) if demo_login && !is_loopback(authority) => {
            Err(Problem::denied("a server with demo sign-in answers only as localhost or 127.0.0.1").field("host"))
        }
        _ => Ok(()),
    }
}

/// A request that changes something must come from our own pages when a browser sends it. The API key needs no such
/// check: no browser adds it by itself. The cookie does, so with it one of the two headers must say where from.
fn sent_from_here(method: &Method, headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
    if method.is_safe() || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let site = headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or_default());
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let from_here = match (site, origin) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == host(headers, uri)
        }
        (None, None) => cookie(headers, USER_COOKIE).is_none(),
    };
    if from_here {
        Ok(())
    } else {
        Err(Problem::denied(
            "sent from another site: with a cookie, send the header `origin` with this server's address",
        )
        .field("origin"))
    }
}

fn host<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Option<&'r str> {
    let stated = headers.get(header::HOST).map(|value| value.to_str().unwrap_or_default());
    stated.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

fn is_loopback(authority: &str) -> bool {
    let name = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
