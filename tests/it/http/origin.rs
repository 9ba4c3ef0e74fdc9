//! What another website makes a browser send is refused.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use teller::app::App;
use teller::http::auth::Caller;

use super::client::{Answer, cast, key, send};
use crate::support;

async fn recommend(app: &Arc<App>, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/v1/recommendations").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(Body::from(json!({"profile": {}}).to_string())).unwrap()).await
}

#[tokio::test]
async fn with_a_cookie_only_our_own_pages_may_change_something() {
    let app = support::app().await;
    let advisor = Caller::Advisor(cast(&app).await.advisor);
    let token = advisor.token(&app, app.clock.now() + chrono::Duration::hours(1)).unwrap();
    let cookie = format!("teller_user={token}");
    let cases: [(&[(&str, &str)], u16); 9] = [
        (&[("sec-fetch-site", "same-origin")], 200),
        (&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("origin", "http://localhost:8080")], 200),
        (&[("origin", "http://localhost:9999")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("origin", "http://localhost:8080.evil.example")], 403),
        (&[], 403),
    ];
    for (headers, status) in cases {
        let mut all = vec![("host", "localhost:8080"), ("cookie", cookie.as_str())];
        all.extend_from_slice(headers);
        let answer = recommend(&app, &all).await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_key_needs_no_origin() {
    let app = support::app().await;
    let bearer = format!("Bearer {}", key(&app));
    assert_eq!(recommend(&app, &[("authorization", &bearer)]).await.status.as_u16(), 200);
}

#[tokio::test]
async fn another_site_cannot_sign_somebody_in() {
    let app = support::app().await;
    let user = cast(&app).await.advisor;
    let request = Request::post("/v1/sign-in").header("content-type", "application/json");
    let request = request.header("host", "localhost:8080").header("origin", "https://evil.example");
    let body = json!({"role": "advisor", "user": user}).to_string();
    send(&app, request.body(Body::from(body)).unwrap()).await.refused(403);
}

#[tokio::test]
async fn a_demo_server_answers_only_under_the_names_of_this_machine() {
    let app = support::app().await;
    let ask = async |app: &Arc<App>, host: &str| {
        send(app, Request::get("/v1/me").header("host", host).body(Body::empty()).unwrap()).await.status.as_u16()
    };
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.0.0.2", "[::1]:8080"] {
        assert_eq!(ask(&app, host).await, 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example:8080", "192.168.1.2", "[::2]", ""] {
        assert_eq!(ask(&app, host).await, 403, "{host}");
    }
    let plain = support::app_with(|settings| settings.server.demo_login = false).await;
    assert_eq!(ask(&plain, "bank.example").await, 200);
}
