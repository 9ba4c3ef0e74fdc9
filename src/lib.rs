//! teller: AI-assisted customer service and product recommendation for banks.
//!
//! The layers, from the ground up (`docs/ARCHITECTURE.md` has the map, `tests/it/layers.rs` holds it):
//! 0 `domain`, `clock`, `telemetry` · 1 `config`, `privacy` · 2 `models`, `store` · 3 `catalog`, `customers`,
//! `risk`, `knowledge` · 4 `recommend` · 5 `chat` · 6 `app` · 7 `http`, `eval` · 8 `cli`.

pub mod app;
pub mod catalog;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod customers;
pub mod domain;
pub mod eval;
pub mod http;
pub mod knowledge;
pub mod models;
pub mod privacy;
pub mod recommend;
pub mod risk;
pub mod store;
pub mod telemetry;
pub mod text;
