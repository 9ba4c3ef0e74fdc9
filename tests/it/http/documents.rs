//! The `OpenAPI` document says what the server does: no address more, none less.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use teller::http::routes;

use super::client::{Who, get, send};
use crate::support;

async fn document() -> Value {
    get(&support::app().await, &Who::Nobody, "/openapi.json").await.ok()
}

/// Method, path and description of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (method.clone(), path.clone(), operation.clone()))
    });
    all.collect()
}

#[tokio::test]
async fn every_route_is_in_the_document_and_the_other_way_round() {
    let document = document().await;
    let described: BTreeSet<(String, String)> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let served: BTreeSet<(String, String)> =
        routes().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(described, served);
}

#[tokio::test]
async fn every_route_answers_its_method_and_refuses_the_other() {
    let app = support::app().await;
    for (method, path) in routes() {
        let path = path.replace("{id}", "X").replace("{file}", "chat.js");
        let other = if method == "get" { "POST" } else { "GET" };
        for (method, refused) in [(method.to_uppercase(), false), (other.to_owned(), true)] {
            let request = Request::builder().method(method.as_str()).uri(&path).body(Body::empty()).unwrap();
            let status = send(&app, request).await.status.as_u16();
            assert_eq!(status == 405, refused, "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn every_operation_is_described_with_its_problems() {
    let document = document().await;
    for (method, path, operation) in operations(&document) {
        let place = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{place} has no summary");
        assert!(operation.get("security").is_some(), "{place} does not say who may");
        let responses = operation["responses"].as_object().unwrap();
        let reads_body = operation.get("requestBody").is_some();
        let protected =
            !operation["security"].as_array().unwrap().iter().any(|way| way.as_object().unwrap().is_empty());
        let mut expected = if path.starts_with("/v1") { vec!["500", "503", "504"] } else { Vec::new() };
        expected.extend(if reads_body { vec!["400", "413", "415"] } else { Vec::new() });
        expected.extend(if protected && path.starts_with("/v1") { vec!["401", "403"] } else { Vec::new() });
        expected.extend(if path.contains("{id}") { vec!["400", "404"] } else { Vec::new() });
        for status in expected {
            let content = &responses.get(status).unwrap_or_else(|| panic!("{place} does not say {status}"))["content"];
            let schema = &content["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/ProblemBody", "{place} {status}");
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let document = document().await;
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => (),
        }
    }
}
