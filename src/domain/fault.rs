//! Whose fault an error is: the one classification that every module's error enum answers.
//! Must not know HTTP: `http/problem.rs` alone turns a fault into a status.

/// Whose fault an error is, and so what the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request itself is wrong: change it.
    Caller,
    /// The thing named does not exist.
    NotFound,
    /// The caller may not see or do this.
    Denied,
    /// Too much is asked right now: come back after so many seconds.
    Busy { retry_after_seconds: u64 },
    /// A part outside our process (disk, database, vector server, model file) does not answer.
    Unavailable,
    /// Our own mistake.
    Bug,
}
