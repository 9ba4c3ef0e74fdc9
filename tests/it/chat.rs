//! The chat: its pure steps one by one, and whole turns on the real encoder, engine, database and demo bank.

mod bank;
mod content;
mod guard;
mod policy;
mod retrieve;
mod signals;
mod turns;
mod wording;
