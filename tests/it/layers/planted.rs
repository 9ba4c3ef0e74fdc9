//! Proof that the checker sees: every kind of breach, planted, is found; clean text is left alone.

use super::rules::{MAX_FILE_LINES, MAX_FUNCTION_LINES, check};

/// The breaches of a file with this text behind its first line.
fn breaches(path: &str, text: &str) -> Vec<String> {
    check(path, &format!("//! Planted. Must not know the rules.\n{text}\n"))
}

fn assert_caught(path: &str, text: &str, part: &str) {
    let found = breaches(path, text);
    assert_eq!(found.len(), 1, "{path} {text:?}: {found:?}");
    assert!(found[0].starts_with(&format!("{path}:")) && found[0].contains(part), "{found:?} should contain {part}");
}

#[test]
fn imports_against_the_layers_are_caught_in_every_spelling() {
    for (path, text, part) in [
        ("src/domain/ids.rs", "use crate::config::Settings;", "domain (layer 0) imports config (layer 1)"),
        ("src/models/encoder.rs", "use crate::store::Records;", "models (layer 2) imports store (layer 2)"),
        ("src/catalog.rs", "use crate::customers::view::View;", "imports customers"),
        ("src/knowledge/terms.rs", "use crate::{domain::Fault, catalog::Catalog};", "imports catalog"),
        (
            "src/recommend.rs",
            "use crate::{\n    domain::{Fault, Locale},\n    chat::{self, policy::Policy},\n    text,\n};",
            "imports chat",
        ),
        ("src/recommend.rs", "pub use crate::chat::ChatError as Error;", "imports chat"),
        ("src/recommend.rs", "fn f() -> u8 { crate::chat::service::count() }", "imports chat"),
        ("src/risk.rs", "type T = Vec<crate::http::Problem>;", "imports http"),
        ("src/risk.rs", "#[derive(crate::http::Shown)] struct S;", "imports http"),
        ("src/risk.rs", "macro_rules! m { () => { $crate::http::x() } }", "imports http"),
        ("src/privacy/mask.rs", "use super::super::config::Settings;", "imports config"),
        ("src/chat.rs", "use super::http::routes;", "imports http"),
        ("src/clock.rs", "use crate::telemetry::Stopwatch;", "imports telemetry"),
        ("src/domain.rs", "use crate::text::normalise;", "imports text"),
        ("src/http/pages.rs", "use crate::eval::report;", "imports eval"),
        ("src/cli.rs", "use crate::helpers::x;", "no module with a layer"),
        ("src/store.rs", "pub fn f() { mod_call(); crate::app::build(); }", "imports app"),
    ] {
        assert_caught(path, text, part);
    }
}

#[test]
fn crates_outside_their_fences_are_caught_in_every_spelling() {
    for (path, text, part) in [
        ("src/chat.rs", "use candle_core::Tensor;", "`candle_core` may be named in models only"),
        ("src/cli/bench.rs", "fn f(t: &candle_core::Tensor) {}", "candle_core"),
        ("src/knowledge/terms.rs", "use tokenizers::Tokenizer;", "tokenizers"),
        ("src/store/vectors.rs", "use qdrant_client::Qdrant;", "store/vectors/server only"),
        ("src/store/vectors/server.rs", "use qdrant_edge::EdgeShard;", "store/vectors/edge only"),
        ("src/store/vectors/edgewise.rs", "use qdrant_edge::EdgeShard;", "qdrant_edge"),
        ("src/customers.rs", "use sea_orm::{Set, entity::prelude::*};", "sea_orm"),
        ("src/app.rs", "sea_orm_migration::run();", "sea_orm_migration"),
        ("src/chat/service.rs", "use axum::http::StatusCode;", "axum"),
        ("src/cli/eval.rs", "let s: axum::Router = r;", "http and cli/serve"),
        ("src/app.rs", "#[derive(clap::Parser)] struct A;", "clap"),
        ("src/store/records.rs", "pub fn f() -> anyhow::Result<()> { Ok(()) }", "anyhow"),
        ("src/models.rs", "extern crate axum;", "axum"),
        ("src/models.rs", "use ::axum as web;", "axum"),
        ("src/models/cache.rs", "let v = std::env::var(\"HOME\");", "config.rs only"),
        ("src/cli.rs", "use std::env::{self, vars_os};", "config.rs only"),
        ("src/cli.rs", "use std::env;\nfn f() { env::var_os(\"A\"); }", "config.rs only"),
    ] {
        assert_caught(path, text, part);
    }
}

#[test]
fn files_and_functions_out_of_shape_are_caught() {
    let body = "    f();\n".repeat(MAX_FUNCTION_LINES - 2);
    assert_caught("src/risk.rs", &format!("fn long() {{\n{body}}}"), "fn long has 70 lines");
    assert_caught(
        "src/risk.rs",
        &format!("impl A {{\nfn long(\n  a: [u8; 3],\n) {{\n{body}}}\n}}"),
        "fn long has 72 lines",
    );
    assert_caught("src/risk.rs", &"\n".repeat(MAX_FILE_LINES), "lines; split it");
    assert_caught("src/risk/mod.rs", "", "mod.rs");
    for text in ["use std::fmt;\n", "// plain\n", "\n//! late\n", ""] {
        assert_eq!(check("src/risk.rs", text).len(), 1, "{text:?}");
        assert_eq!(check("tests/it/risk.rs", text).len(), 1, "{text:?}");
    }
}

#[test]
fn stopping_the_program_is_caught_in_the_sources() {
    for text in [
        "x.unwrap();",
        "x\n    .expect(\"why\");",
        "todo!()",
        "panic!(\"no\")",
        "unimplemented!()",
        "unreachable!()",
        "dbg!(x)",
    ] {
        let text = format!("fn f() {{ {text} }}");
        assert_caught("src/risk.rs", &text, "in the sources");
        assert_eq!(breaches("tests/it/risk.rs", &text), [""; 0], "tests may stop");
    }
}

#[test]
fn tests_that_say_nothing_are_caught() {
    for (text, part) in [
        ("#[test]\n#[ignore]\nfn f() {}", "ignored"),
        ("#[ignore = \"slow\"] fn f() {}", "ignored"),
        ("fn f() { std::thread::sleep(d); }", "sleeps"),
        ("fn f() { tokio::time::sleep(d).await; }", "sleeps"),
        ("fn f() { assert!(true); }", "asserts nothing"),
    ] {
        assert_caught("tests/it/risk.rs", text, part);
    }
}

#[test]
fn clean_text_is_left_alone() {
    for (path, text) in [
        ("src/lib.rs", "pub mod cli;\npub use crate::cli::main;"),
        ("src/main.rs", "fn main() { teller::cli::main() }"),
        ("src/recommend.rs", "use crate::catalog::Catalog;\nuse crate::{domain::{Fault, ids::*}, text};"),
        ("src/recommend/person.rs", "use super::needs::Need;\nuse super::super::recommend::profile;"),
        ("src/telemetry.rs", "use crate::domain::Fault;"),
        ("src/text.rs", "fn f(c: char) -> bool { crate::domain::locale::is_han(c) }"),
        ("src/models/forward.rs", "use candle_core::{Tensor, D};\nfn f(t: tokenizers::Tokenizer) {}"),
        ("src/models.rs", "pub use candle_nn::Module;"),
        ("src/store/vectors/server/opened.rs", "use qdrant_client::Qdrant;"),
        ("src/store/vectors/edge.rs", "use qdrant_edge::EdgeShard;"),
        ("src/store/records/rows.rs", "use sea_orm::Set;"),
        ("src/http/problem.rs", "use axum::response::Response;\n#[derive(utoipa::ToSchema)] struct S;"),
        ("src/domain/ids.rs", "#[derive(utoipa::ToSchema)] struct S;"),
        ("src/cli/serve.rs", "use axum::serve;\nuse anyhow::Result;\nuse clap::Args;"),
        ("src/app/demo.rs", "use anyhow::Context;"),
        ("src/config.rs", "let v = std::env::var_os(name);"),
        ("src/cli.rs", "let a = std::env::args_os(); let t = std::env::temp_dir(); let p = env!(\"X\");"),
        (
            "src/risk.rs",
            "/// See [`crate::http::routes`].\n// use crate::http::routes;\n/* crate::http::x() /* nested */ axum::x */ fn f() {}",
        ),
        (
            "src/risk.rs",
            "const A: &str = \"use axum::x; crate::http::y .unwrap()\"; const B: &str = r#\"axum::\"x\" todo!()\"#;",
        ),
        (
            "src/risk.rs",
            "const Q: char = '\"'; const R: char = '\\''; const S: u8 = b'\"'; fn f<'a>(x: &'a str) -> &'a str { x }",
        ),
        ("src/risk.rs", "fn f(x: Option<u8>) -> u8 { x.unwrap_or(0) + x.unwrap_or_default() }"),
        ("src/risk.rs", "#[expect(clippy::x, reason = \"why\")]\nfn f() {}"),
        ("src/risk.rs", "fn f<'a>(x: &'a [u8]) -> impl Iterator<Item = u8> + use<'a> { g(x) }"),
        ("src/risk.rs", "trait T { fn long(&self) -> [u8; 3]; }\ntype F = fn(&str) -> String;"),
        (
            "tests/it/risk.rs",
            "use teller::http;\nuse axum::Router;\nfn f() { x.unwrap(); }\nconst S: &str = \"sleep(\";",
        ),
    ] {
        assert_eq!(breaches(path, text), [""; 0], "{path} {text:?}");
    }
    let short = "    f();\n".repeat(MAX_FUNCTION_LINES - 3);
    assert_eq!(breaches("src/risk.rs", &format!("fn short() {{\n{short}}}")), [""; 0]);
    assert_eq!(breaches("src/risk.rs", &"\n".repeat(MAX_FILE_LINES - 3)), [""; 0]);
}
