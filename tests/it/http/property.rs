//! Whatever is sent, a refusal is a problem and never a mistake of ours.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::client::{Who, assert_problem, get, post_bytes};
use crate::support;

fn config() -> Config {
    Config { cases: 192, failure_persistence: None, ..Config::default() }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(vec!["zh", "en", "C000001", "A001", "customer", "advisor", "fund"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Value::from), vec((name(), inner), 0..4).prop_map(object)]
    })
}

fn name() -> impl Strategy<Value = String> {
    let known = [
        "message",
        "session_id",
        "customer_id",
        "locale",
        "channel",
        "profile",
        "limit",
        "personalised",
        "category",
        "user",
        "role",
        "age",
        "holdings",
        "needs",
        "monthly_income",
    ];
    prop_oneof![4 => select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn object(members: Vec<(String, Value)>) -> Value {
    Value::Object(members.into_iter().collect())
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => vec(any::<u8>(), 0..64),
        1 => value().prop_map(|value| value.to_string().into_bytes()),
        6 => vec((name(), value()), 0..5).prop_map(|members| object(members).to_string().into_bytes()),
        1 => any::<String>().prop_map(|text| json!({"message": text}).to_string().into_bytes()),
    ]
}

#[test]
fn whatever_is_sent_is_answered_or_refused_in_form() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(support::app());
    let path = select(vec!["/v1/chat", "/v1/recommendations", "/v1/sign-in", "/v1/sign-out", "/v1/products"]);
    let who = select(vec![Who::Nobody, Who::Key, Who::WrongKey]);
    let mut runner = TestRunner::new(config());
    runner
        .run(&(path, who, body()), |(path, who, body)| {
            let answer = runtime.block_on(post_bytes(&app, &who, path, body));
            if !answer.status.is_success() {
                assert_problem(&answer);
            }
            prop_assert!(answer.status.as_u16() < 500, "{}", answer.text());
            Ok(())
        })
        .unwrap();
}

#[test]
fn whatever_address_is_asked_for_is_answered_or_refused_in_form() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(support::app());
    let part = prop_oneof!["[a-zA-Z0-9._~%-]{0,20}", "(%[0-9A-F]{2}){1,8}"];
    let prefix = select(vec![
        "/",
        "/v1/customers/",
        "/v1/customers?query=",
        "/v1/customers?after=",
        "/v1/products/",
        "/assets/",
        "/docs/",
    ]);
    let mut runner = TestRunner::new(config());
    runner
        .run(&(prefix, part), |(prefix, part)| {
            let path = format!("{prefix}{part}");
            prop_assume!(path.parse::<axum::http::Uri>().is_ok());
            let answer = runtime.block_on(get(&app, &Who::Key, &path));
            if answer.status.is_client_error() || answer.status.is_server_error() {
                assert_problem(&answer);
            }
            prop_assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
            Ok(())
        })
        .unwrap();
}
