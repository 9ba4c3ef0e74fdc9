//! The records contract.
