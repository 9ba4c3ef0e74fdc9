//! Every test of teller, in one binary: one link, one demo bank, one place to look.

mod browser;
mod chat;
mod config;
mod customers;
mod http;
mod layers;
mod models;
mod privacy;
mod recommend;
mod records;
mod support;
mod telemetry;
mod text;
