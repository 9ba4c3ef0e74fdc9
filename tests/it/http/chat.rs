//! A chat session belongs to whoever holds its token, a customer's name to that customer.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use chrono::Duration;
use serde_json::{Value, json};
use teller::app::App;

use super::client::{Answer, Who, cast, customer, post, send, signed};
use crate::support;

async fn say(app: &Arc<App>, who: &Who, session: &str, token: Option<&str>) -> Answer {
    let mut request = signed(app, who, Request::post("/v1/chat")).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("x-session-token", token);
    }
    let body = json!({"message": "工资卡怎么办理", "session_id": session}).to_string();
    send(app, request.body(Body::from(body)).unwrap()).await
}

async fn begin(app: &Arc<App>, who: &Who) -> (String, String) {
    let answer = post(app, who, "/v1/chat", &json!({"message": "你好"})).await;
    let token = answer.header("x-session-token").to_owned();
    (answer.ok()["session_id"].as_str().unwrap().to_owned(), token)
}

#[tokio::test]
async fn a_reply_has_every_member_of_the_contract() {
    let app = support::app().await;
    let reply =
        post(&app, &Who::Nobody, "/v1/chat", &json!({"message": "我的信用卡丢了怎么办", "channel": "web"})).await.ok();
    for member in ["/session_id", "/message_id", "/reply/kind", "/reply/text", "/reply/locale", "/notice"] {
        assert!(
            reply.pointer(member).and_then(Value::as_str).is_some_and(|text| !text.is_empty()),
            "{member}: {reply}"
        );
    }
    for member in ["/reply/citations", "/reply/suggestions", "/understanding/alternatives"] {
        assert!(reply.pointer(member).is_some_and(Value::is_array), "{member}: {reply}");
    }
    for member in ["intent", "confidence", "out_of_scope", "language"] {
        assert!(reply["understanding"].get(member).is_some(), "{member}: {reply}");
    }
}

#[tokio::test]
async fn the_first_reply_carries_the_token_and_it_opens_the_session() {
    let app = support::app().await;
    let (session, token) = begin(&app, &Who::Nobody).await;
    assert!(!token.is_empty());
    let next = say(&app, &Who::Nobody, &session, Some(&token)).await;
    assert!(!next.headers.contains_key("x-session-token"), "only the first reply carries it");
    assert_eq!(next.ok()["session_id"], session);
}

#[tokio::test]
async fn without_its_own_token_a_session_stays_shut() {
    let app = support::app().await;
    let (session, token) = begin(&app, &Who::Nobody).await;
    let (_, other) = begin(&app, &Who::Nobody).await;
    let soon = app.clock.now() + Duration::hours(1);
    let sign_in = app.signing_key.issue("user", &session, soon);
    let late = app.signing_key.issue("session", &session, app.clock.now() - Duration::seconds(2));
    let cut = &token[..token.len() - 1];
    for wrong in [None, Some(""), Some(other.as_str()), Some(&sign_in), Some(&late), Some(cut)] {
        let answer = say(&app, &Who::Nobody, &session, wrong).await;
        answer.refused(403);
        assert_eq!(answer.field(), "session_id");
    }
    // Not even the key opens somebody's conversation.
    say(&app, &Who::Key, &session, None).await.refused(403);
}

#[tokio::test]
async fn a_signed_in_customers_session_is_not_anothers() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let (session, token) = begin(&app, &customer(&cast.own)).await;
    say(&app, &customer(&cast.own), &session, Some(&token)).await.ok();
    say(&app, &customer(&cast.foreign), &session, Some(&token)).await.refused(403);
    let id = teller::domain::SessionId::new(session).unwrap();
    assert_eq!(app.records.session(&id).await.unwrap().unwrap().customer_id, Some(cast.own));
}

#[tokio::test]
async fn a_customer_that_does_not_exist_is_said_to() {
    let app = support::app().await;
    let answer = post(&app, &Who::Key, "/v1/chat", &json!({"message": "你好", "customer_id": "C999999999"})).await;
    answer.refused(404);
    assert_eq!(answer.field(), "customer_id");
}
