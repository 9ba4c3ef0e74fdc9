//! What a careless or hostile client sends: a clear refusal each, never a 500.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::client::{Who, get, post, post_bytes, send};
use crate::support;

#[tokio::test]
async fn a_body_that_is_no_json_object_says_why() {
    let app = support::app().await;
    let cases: [(&[u8], &str); 9] = [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{\"message\": \"\xff\xfe\"}", "not UTF-8 from byte 13"),
        (b"{\"message\": \"hi\"", "EOF"),
        (b"{hello}", "line 1 column 2"),
        (b"hello", "not a JSON object"),
        (b"[\"hi\", null, null, null, null]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{\"message\": \"hi\"} {}", "trailing characters"),
    ];
    for (body, words) in cases {
        let detail = post_bytes(&app, &Who::Nobody, "/v1/chat", body).await.refused(400);
        assert!(detail.contains(words), "{:?}: {detail}", String::from_utf8_lossy(body));
    }
}

#[tokio::test]
async fn a_field_that_cannot_be_used_is_named() {
    let app = support::app().await;
    let cases = [
        ("/v1/chat", json!({"message": "hi", "colour": 1}), "colour"),
        ("/v1/chat", json!({}), "message"),
        ("/v1/chat", json!({"message": 5}), "message"),
        ("/v1/chat", json!({"message": null}), "message"),
        ("/v1/chat", json!({"message": ""}), "message"),
        ("/v1/chat", json!({"message": " \n\t"}), "message"),
        ("/v1/chat", json!({"message": "x".repeat(3000)}), "message"),
        ("/v1/chat", json!({"message": "a\u{0}b"}), "message"),
        ("/v1/chat", json!({"message": "a\u{1b}[31mb"}), "message"),
        ("/v1/chat", json!({"message": "hi", "locale": "fr"}), "locale"),
        ("/v1/chat", json!({"message": "hi", "session_id": "../etc"}), "session_id"),
        ("/v1/chat", json!({"message": "hi", "session_id": "x".repeat(65)}), "session_id"),
        ("/v1/chat", json!({"message": "hi", "customer_id": ["C1"]}), "customer_id"),
        ("/v1/chat", json!({"message": "hi", "channel": "a b"}), "channel"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "limit": 0}), "limit"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "limit": 21}), "limit"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "limit": -1}), "limit"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "limit": 1e300}), "limit"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "personalised": "no"}), "personalised"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "category": "yachts"}), "category"),
        ("/v1/recommendations", json!({"customer_id": "C000001", "profile": {}}), "profile"),
        ("/v1/recommendations", json!({}), "customer_id"),
        ("/v1/recommendations", json!({"profile": {"age": 400}}), "profile.age"),
        ("/v1/recommendations", json!({"profile": {"age": "old"}}), "profile.age"),
        ("/v1/recommendations", json!({"profile": {"religion": "none"}}), "profile.religion"),
        ("/v1/recommendations", json!({"profile": {"monthly_income": "lots"}}), "profile.monthly_income"),
    ];
    for (path, body, field) in cases {
        let answer = post(&app, &Who::Key, path, &body).await;
        answer.refused(400);
        assert_eq!(answer.field(), field, "{path} {body}: {}", answer.text());
    }
    let twice = post_bytes(&app, &Who::Nobody, "/v1/chat", r#"{"message": "a", "message": "b"}"#).await;
    twice.refused(400);
    assert_eq!(twice.field(), "message");
}

#[tokio::test]
async fn a_parameter_that_cannot_be_used_is_named() {
    let app = support::app().await;
    let cases = [
        ("/v1/customers?limit=0", "limit"),
        ("/v1/customers?limit=101", "limit"),
        ("/v1/customers?limit=many", "limit"),
        ("/v1/customers?after=%20", "after"),
        ("/v1/customers?query=a%00b", "query"),
        ("/v1/customers?colour=1", "colour"),
        ("/v1/products?category=yachts", "category"),
    ];
    for (path, field) in cases {
        let answer = get(&app, &Who::Key, path).await;
        answer.refused(400);
        assert_eq!(answer.field(), field, "{path}: {}", answer.text());
    }
    let long = format!("/v1/customers?query={}", "x".repeat(65));
    get(&app, &Who::Key, &long).await.refused(400);
    for path in ["/v1/customers/%FF", "/v1/customers/a%20b", "/v1/products/%00", "/v1/decisions/..%2F.."] {
        get(&app, &Who::Key, path).await.refused(400);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_said_to() {
    let app = support::app().await;
    for path in ["/v1/customers/C999999999", "/v1/products/NO-SUCH", "/v1/decisions/NO-SUCH"] {
        get(&app, &Who::Key, path).await.refused(404);
    }
    let holds = json!({"profile": {"holdings": ["NO-SUCH"]}});
    let answer = post(&app, &Who::Key, "/v1/recommendations", &holds).await;
    answer.refused(404);
    assert_eq!(answer.field(), "profile.holdings");
}

#[tokio::test]
async fn another_media_type_is_refused() {
    let app = support::app().await;
    for stated in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")] {
        let mut request = Request::post("/v1/chat");
        if let Some(stated) = stated {
            request = request.header("content-type", stated);
        }
        let answer = send(&app, request.body(Body::from(r#"{"message": "hi"}"#)).unwrap()).await;
        answer.refused(415);
        assert_eq!(answer.field(), "content-type");
    }
    let request = Request::post("/v1/chat").header("content-type", "Application/JSON; charset=utf-8");
    send(&app, request.body(Body::from(r#"{"message": "你好"}"#)).unwrap()).await.ok();
}

#[tokio::test]
async fn a_body_larger_than_the_limit_is_refused_and_one_as_large_is_read() {
    let app = support::app().await;
    let sized = |bytes: usize| {
        let frame = r#"{"message":""}"#.len();
        format!(r#"{{"message":"{}"}}"#, "x".repeat(bytes - frame))
    };
    post_bytes(&app, &Who::Nobody, "/v1/chat", sized(64 * 1024 + 1)).await.refused(413);
    post_bytes(&app, &Who::Nobody, "/v1/chat", sized(1 << 20)).await.refused(413);
    let read = post_bytes(&app, &Who::Nobody, "/v1/chat", sized(64 * 1024)).await;
    read.refused(400);
    assert_eq!(read.field(), "message");
}

#[tokio::test]
async fn a_body_nested_without_end_is_refused() {
    let app = support::app().await;
    let deep = format!("{{\"message\": {}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    post_bytes(&app, &Who::Nobody, "/v1/chat", deep).await.refused(400);
    let profile = format!("{{\"profile\": {{\"age\": {}1{}}}}}", "[".repeat(20_000), "]".repeat(20_000));
    post_bytes(&app, &Who::Key, "/v1/recommendations", profile).await.refused(400);
}

#[tokio::test]
async fn an_address_without_a_route_is_a_problem_that_does_not_repeat_it() {
    let app = support::app().await;
    for path in
        ["/v2/chat", "/v1/chat/", "/secret-4111111111111111", "/assets/none.js", "/assets/..%2Fmain.rs", "/docs/none"]
    {
        let detail = get(&app, &Who::Nobody, path).await.refused(404);
        assert!(!detail.contains("4111"), "{detail}");
    }
}

#[tokio::test]
async fn another_method_is_told_the_right_one() {
    let app = support::app().await;
    for (method, path, allowed) in
        [("GET", "/v1/chat", "POST"), ("DELETE", "/v1/products", "GET,HEAD"), ("OPTIONS", "/", "GET,HEAD")]
    {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = send(&app, request).await;
        answer.refused(405);
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let app = support::app().await;
    for path in ["/", "/healthz", "/v1/products"] {
        let answer = send(&app, Request::head(path).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0), "{path}");
    }
}

#[tokio::test]
async fn line_breaks_and_tabs_are_no_control_characters() {
    let app = support::app().await;
    let reply: Value = post(&app, &Who::Nobody, "/v1/chat", &json!({"message": "你好\r\n\t请问"})).await.ok();
    assert!(reply["reply"]["text"].is_string());
}
