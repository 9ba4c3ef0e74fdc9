//! Every test of teller, in one binary: one link, one demo bank, one place to look.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::assigning_clones,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::float_cmp,
    clippy::comparison_chain,
    clippy::manual_let_else,
    reason = "a test ends where something is not as it must be, and finds its models by the environment"
)]

mod browser;
mod catalog;
mod chat;
mod cli;
mod config;
mod customers;
mod evaluation;
mod http;
mod knowledge;
mod layers;
mod models;
mod privacy;
mod recommend;
mod records;
mod support;
mod telemetry;
mod text;
mod vectors;
