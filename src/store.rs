//! Where things are kept: embeddings in Qdrant (`vectors`), records in a SQL database (`records`).
//! Must not know models, rules or replies: it stores and finds plain values.

pub mod records;
pub mod vectors;
