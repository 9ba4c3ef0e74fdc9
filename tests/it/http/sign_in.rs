//! Demo users: signing in, being known, signing out, and cookies that prove nothing.

use axum::body::Body;
use axum::http::Request;
use chrono::Duration;
use serde_json::json;
use teller::http::auth::Caller;

use super::client::{Answer, Who, cast, customer, get, post, send};
use crate::support;

/// The `name=value` part of the cookie that an answer sets.
fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

fn with_cookie(path: &str, cookie: &str) -> Request<Body> {
    Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_demo_user_signs_in_is_known_and_signs_out() {
    let app = support::app().await;
    let cast = cast(&app).await;
    for (role, user) in [("advisor", cast.advisor.as_str()), ("customer", cast.own.as_str())] {
        let answer = post(&app, &Who::Nobody, "/v1/sign-in", &json!({"role": role, "user": user})).await;
        let set = answer.header("set-cookie").to_owned();
        for part in ["teller_user=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
            assert!(set.contains(part), "{part} in {set}");
        }
        let cookie = cookie_of(&answer);
        assert_eq!(answer.ok(), json!({"role": role, "user": user}));
        assert_eq!(send(&app, with_cookie("/v1/me", &cookie)).await.ok(), json!({"role": role, "user": user}));
    }
    let out = post(&app, &customer(&cast.own), "/v1/sign-out", &json!({})).await;
    assert_eq!(out.status.as_u16(), 204);
    assert!(out.header("set-cookie").contains("teller_user=; ") && out.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn nobody_is_anonymous_and_the_key_is_an_administrator() {
    let app = support::app().await;
    assert_eq!(get(&app, &Who::Nobody, "/v1/me").await.ok(), json!({"role": "anonymous"}));
    assert_eq!(get(&app, &Who::Key, "/v1/me").await.ok(), json!({"role": "admin", "user": "api-key"}));
}

#[tokio::test]
async fn only_users_that_exist_sign_in() {
    let app = support::app().await;
    let refused = [
        (json!({"role": "advisor", "user": "A999"}), 404),
        (json!({"role": "customer", "user": "C999999999"}), 404),
        (json!({"role": "advisor", "user": "A001'; --"}), 400),
        (json!({"role": "customer", "user": ""}), 400),
    ];
    for (body, status) in refused {
        let answer = post(&app, &Who::Nobody, "/v1/sign-in", &body).await;
        answer.refused(status);
        assert_eq!(answer.field(), "user", "{body}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    let admin = post(&app, &Who::Nobody, "/v1/sign-in", &json!({"role": "admin", "user": "root"})).await;
    admin.refused(400);
    assert_eq!(admin.field(), "role");
}

#[tokio::test]
async fn a_server_without_demo_sign_in_signs_nobody_in() {
    let app = support::app_with(|settings| settings.server.demo_login = false).await;
    let cast = cast(&app).await;
    post(&app, &Who::Nobody, "/v1/sign-in", &json!({"role": "advisor", "user": cast.advisor})).await.refused(403);
}

#[tokio::test]
async fn a_cookie_that_is_changed_late_or_for_something_else_is_nobody() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let caller = Caller::Advisor(cast.advisor.clone());
    let good = caller.token(&app, app.clock.now() + Duration::hours(1)).unwrap();
    let late = caller.token(&app, app.clock.now() - Duration::seconds(2)).unwrap();
    let session =
        app.signing_key.issue("session", &format!("advisor:{}", cast.advisor), app.clock.now() + Duration::hours(1));
    let mut changed = good.clone();
    let first = if changed.starts_with('A') { "B" } else { "A" };
    changed.replace_range(0..1, first);
    assert_eq!(send(&app, with_cookie("/v1/customers", &format!("teller_user={good}"))).await.status.as_u16(), 200);
    for token in [late, session, changed, String::new(), "x".repeat(5000)] {
        send(&app, with_cookie("/v1/customers", &format!("teller_user={token}"))).await.refused(401);
    }
}
