//! The vector store contract.
