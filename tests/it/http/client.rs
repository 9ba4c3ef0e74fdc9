//! A client without a network: requests go straight into the router. Refusals are checked for their form on the way.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use teller::app::App;
use teller::domain::CustomerId;
use teller::http::auth::Caller;
use teller::http::router;
use teller::store::records::{CustomerFilter, Records};
use teller::store::vectors::edge::EdgeStore;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::support;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The refusal, checked: right status, right form. Returns its `detail`.
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_problem(self);
        self.json()["detail"].as_str().unwrap().to_owned()
    }

    /// The refusal's `field`.
    pub fn field(&self) -> String {
        self.json()["field"].as_str().unwrap_or_default().to_owned()
    }

    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.json()
    }
}

/// Every refusal is problem+json with all its members.
pub fn assert_problem(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text());
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status.as_u16());
    assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("urn:teller:problem:")), "{problem}");
    for member in ["title", "detail"] {
        let text = problem[member].as_str().unwrap_or_default();
        assert!(!text.is_empty() && !text.contains('\n'), "{member} of {problem}");
    }
    assert!(problem.get("field").is_none_or(|field| field.as_str().is_some_and(|name| !name.is_empty())), "{problem}");
}

pub async fn send_to(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 16 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub async fn send(app: &Arc<App>, request: Request<Body>) -> Answer {
    send_to(router(Arc::clone(app)), request).await
}

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Nobody,
    WrongKey,
    Key,
    User(Caller),
}

pub fn customer(id: &CustomerId) -> Who {
    Who::User(Caller::Customer(id.clone()))
}

pub fn advisor(id: &str) -> Who {
    Who::User(Caller::Advisor(id.to_owned()))
}

/// The server's key.
pub fn key(app: &App) -> String {
    app.settings.server.api_key.as_ref().expect("the test bank has a key").expose().to_owned()
}

/// Adds what proves who sends.
pub fn signed(app: &App, who: &Who, request: Builder) -> Builder {
    match who {
        Who::Nobody => request,
        Who::WrongKey => request.header("authorization", "Bearer not-the-key-of-this-server"),
        Who::Key => request.header("authorization", format!("Bearer {}", key(app))),
        Who::User(caller) => {
            let token = caller.token(app, app.clock.now() + chrono::Duration::hours(1)).unwrap();
            request.header("cookie", format!("theme=dark; teller_user={token}")).header("sec-fetch-site", "same-origin")
        }
    }
}

pub async fn get(app: &Arc<App>, who: &Who, path: &str) -> Answer {
    send(app, signed(app, who, Request::get(path)).body(Body::empty()).unwrap()).await
}

pub async fn post(app: &Arc<App>, who: &Who, path: &str, body: &Value) -> Answer {
    post_bytes(app, who, path, body.to_string()).await
}

pub async fn post_bytes(app: &Arc<App>, who: &Who, path: &str, body: impl Into<Body>) -> Answer {
    let request = signed(app, who, Request::post(path)).header("content-type", "application/json");
    send(app, request.body(body.into()).unwrap()).await
}

/// The bank's services over empty stores of its own, which a test may close. The folder lives as long as the test.
pub async fn with_own_stores() -> (Arc<App>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut app = (*support::app().await).clone();
    app.records = Records::open(&format!("sqlite://{}", folder.path().join("own.db").display())).await.unwrap();
    app.vectors = Arc::new(EdgeStore::open(&folder.path().join("vectors")).unwrap());
    (Arc::new(app), folder)
}

/// A customer with its advisor, and a customer of another advisor.
pub struct Cast {
    pub own: CustomerId,
    pub advisor: String,
    pub foreign: CustomerId,
    pub other_advisor: String,
}

pub async fn cast(app: &App) -> Cast {
    let all = app.records.customers_page(&CustomerFilter::default(), None, 200).await.unwrap();
    let first = all.first().expect("the test bank has customers");
    let other = all.iter().find(|one| one.advisor_id != first.advisor_id).expect("and two advisors");
    Cast {
        own: first.id.clone(),
        advisor: first.advisor_id.clone(),
        foreign: other.id.clone(),
        other_advisor: other.advisor_id.clone(),
    }
}
