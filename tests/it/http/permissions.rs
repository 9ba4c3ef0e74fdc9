//! Who may do what: every protected address against every kind of caller.

use std::sync::Arc;

use serde_json::{Value, json};
use teller::app::App;

use super::client::{Answer, Cast, Who, advisor, cast, customer, get, post};
use crate::support;

/// The callers, in the order of the columns below.
fn callers(cast: &Cast) -> [Who; 6] {
    [Who::Nobody, Who::WrongKey, customer(&cast.own), advisor(&cast.advisor), advisor(&cast.other_advisor), Who::Key]
}

async fn ask(app: &Arc<App>, who: &Who, path: &str, body: Option<&Value>) -> Answer {
    match body {
        Some(body) => post(app, who, path, body).await,
        None => get(app, who, path).await,
    }
}

#[tokio::test]
async fn every_role_gets_exactly_what_it_may() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let (own, foreign) = (cast.own.as_str(), cast.foreign.as_str());
    let list = post(&app, &Who::Key, "/v1/recommendations", &json!({"customer_id": own})).await.ok();
    let decision = format!("/v1/decisions/{}", list["decision_id"].as_str().unwrap());
    let rows: Vec<(String, Option<Value>, [u16; 6])> = vec![
        // nobody, wrong key, the customer, the advisor, another advisor, the key
        ("/v1/customers".into(), None, [401, 401, 403, 200, 200, 200]),
        (format!("/v1/customers/{own}"), None, [401, 401, 403, 200, 403, 200]),
        (format!("/v1/customers/{foreign}"), None, [401, 401, 403, 403, 200, 200]),
        ("/v1/customers/C999999999".into(), None, [401, 401, 403, 404, 404, 404]),
        ("/v1/handoffs".into(), None, [401, 401, 403, 200, 200, 200]),
        (decision, None, [401, 401, 403, 200, 403, 200]),
        ("/v1/decisions/none-such".into(), None, [401, 401, 403, 404, 404, 404]),
        ("/v1/recommendations".into(), Some(json!({"customer_id": own})), [401, 401, 200, 200, 403, 200]),
        ("/v1/recommendations".into(), Some(json!({"customer_id": foreign})), [401, 401, 403, 403, 200, 200]),
        ("/v1/recommendations".into(), Some(json!({"customer_id": "C999999999"})), [401, 401, 403, 404, 404, 404]),
        ("/v1/recommendations".into(), Some(json!({"profile": {"age": 40}})), [401, 401, 403, 200, 200, 200]),
        ("/v1/recommendations".into(), Some(json!({})), [401, 401, 200, 400, 400, 400]),
        ("/v1/chat".into(), Some(json!({"message": "你好"})), [200, 401, 200, 200, 200, 200]),
        ("/v1/chat".into(), Some(json!({"message": "你好", "customer_id": own})), [403, 401, 200, 403, 403, 200]),
        ("/v1/products".into(), None, [200; 6]),
        ("/v1/branches".into(), None, [200; 6]),
        ("/v1/me".into(), None, [200, 401, 200, 200, 200, 200]),
        ("/healthz".into(), None, [200; 6]),
        ("/advisor".into(), None, [303, 303, 200, 200, 200, 200]),
    ];
    for (path, body, expected) in rows {
        for (who, status) in callers(&cast).iter().zip(expected) {
            let answer = ask(&app, who, &path, body.as_ref()).await;
            assert_eq!(answer.status.as_u16(), status, "{who:?} {path} {body:?}: {}", answer.text());
            if status >= 400 {
                answer.refused(status);
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_for_nobody_says_how_to_get_in() {
    let app = support::app().await;
    let answer = get(&app, &Who::Nobody, "/v1/customers").await;
    answer.refused(401);
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

#[tokio::test]
async fn an_advisors_list_holds_the_own_portfolio_only() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let list = get(&app, &advisor(&cast.advisor), "/v1/customers?limit=100").await.ok();
    let ids: Vec<&str> = list["customers"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&cast.own.as_str()));
    assert!(!ids.contains(&cast.foreign.as_str()));
}

#[tokio::test]
async fn an_advisor_sees_the_own_decision_about_a_profile_and_nobody_elses() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let body = json!({"profile": {"age": 40}});
    let list = post(&app, &advisor(&cast.advisor), "/v1/recommendations", &body).await.ok();
    let path = format!("/v1/decisions/{}", list["decision_id"].as_str().unwrap());
    let entry = get(&app, &advisor(&cast.advisor), &path).await.ok();
    assert_eq!(entry["actor"], format!("advisor:{}", cast.advisor));
    get(&app, &advisor(&cast.other_advisor), &path).await.refused(403);
}

#[tokio::test]
async fn an_advisor_sees_waiting_visitors_and_own_customers_only() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let asks = json!({"message": "转人工"});
    for who in [Who::Nobody, customer(&cast.own), customer(&cast.foreign)] {
        post(&app, &who, "/v1/chat", &asks).await.ok();
    }
    let list = get(&app, &advisor(&cast.advisor), "/v1/handoffs").await.ok();
    let who: Vec<&Value> = list["handoffs"].as_array().unwrap().iter().map(|one| &one["customer_id"]).collect();
    assert!(who.contains(&&json!(cast.own)) && who.contains(&&Value::Null), "{list}");
    assert!(!who.contains(&&json!(cast.foreign)), "{list}");
    let all = get(&app, &Who::Key, "/v1/handoffs").await.ok();
    assert!(all.to_string().contains(cast.foreign.as_str()), "{all}");
}

#[tokio::test]
async fn metrics_are_open_on_loopback_and_need_the_key_elsewhere() {
    let app = support::app().await;
    get(&app, &Who::Nobody, "/healthz").await.ok();
    let metrics = get(&app, &Who::Nobody, "/metrics").await;
    assert_eq!(metrics.status.as_u16(), 200);
    assert!(metrics.text().contains("teller_http_requests_total{route=\"/healthz\",status_class=\"2xx\"}"));

    let open = support::app_with(|settings| {
        settings.server.addr = "0.0.0.0:8080".parse().unwrap();
        settings.server.demo_login = false;
    })
    .await;
    get(&open, &Who::Nobody, "/metrics").await.refused(401);
    assert_eq!(get(&open, &Who::Key, "/metrics").await.status.as_u16(), 200);
}

#[tokio::test]
async fn without_demo_sign_in_a_cookie_is_nobody() {
    let app = support::app_with(|settings| settings.server.demo_login = false).await;
    let cast = cast(&app).await;
    get(&app, &advisor(&cast.advisor), "/v1/customers").await.refused(401);
}

#[tokio::test]
async fn a_server_without_a_key_lets_no_key_in() {
    let app = support::app_with(|settings| settings.server.api_key = None).await;
    get(&app, &Who::WrongKey, "/v1/customers").await.refused(401);
    let request = axum::http::Request::get("/v1/customers").header("authorization", "Bearer ");
    super::client::send(&app, request.body(axum::body::Body::empty()).unwrap()).await.refused(401);
}
