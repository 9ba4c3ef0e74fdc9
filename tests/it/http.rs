//! The HTTP surface, asked as a browser or a program asks it: what comes back, to whom, and in which form.

mod bad_input;
mod chat;
mod client;
mod documents;
mod layers;
mod lists;
mod origin;
mod pages;
mod permissions;
mod problems;
mod property;
mod shutdown;
mod sign_in;
