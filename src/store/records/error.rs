//! What can go wrong with the records, and how a database's own errors are read.
//! Must not know queries. No message shows a URL or a password.

use std::path::PathBuf;

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::domain::Fault;

/// What went wrong with the records.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("records.url: {0}")]
    BadUrl(String),
    #[error("folder {0} for the database does not exist: create it, or name another file")]
    NoFolder(PathBuf),
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    #[error("{0} is not a database that can be read: restore it from a backup, or name another file")]
    Damaged(String),
    /// Migrations that this program does not know.
    #[error("the database was made by a newer teller ({0}): run that version, or name another database")]
    Newer(String),
    /// A key is taken, or another writer was quicker; the database's own words say which key.
    #[error("already there: {0}")]
    Conflict(String),
    #[error("{what} {id} does not exist")]
    Missing { what: &'static str, id: String },
    /// What a caller hands in contradicts itself.
    #[error("{what} {id}: {reason}")]
    BadRecord { what: &'static str, id: String, reason: String },
    /// `row` is the row's key where it is known.
    #[error(
        "{table}.{column}{} cannot be read: {reason}: mend the row, or restore the database from a backup",
        row.as_ref().map(|row| format!(" of {row}")).unwrap_or_default()
    )]
    Corrupt { table: &'static str, column: String, row: Option<String>, reason: String },
    #[error("the database refused: {0}")]
    Engine(String),
}

impl RecordsError {
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::BadUrl(_) | Self::NoFolder(_) | Self::Newer(_) => Fault::Caller,
            Self::Unavailable(_) | Self::Damaged(_) => Fault::Unavailable,
            Self::Conflict(_) => Fault::Busy { retry_after_seconds: 1 },
            Self::Missing { .. } => Fault::NotFound,
            Self::BadRecord { .. } | Self::Corrupt { .. } | Self::Engine(_) => Fault::Bug,
        }
    }

    pub(super) fn corrupt(table: &'static str, column: &str, row: &str, reason: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, column: column.to_owned(), row: Some(row.to_owned()), reason: reason.to_string() }
    }
}

impl From<DbErr> for RecordsError {
    fn from(error: DbErr) -> Self {
        read_from("records")(error)
    }
}

impl From<sqlx::Error> for RecordsError {
    fn from(error: sqlx::Error) -> Self {
        of_driver("records", &error)
    }
}

/// Reads an error that came while rows of `table` were read.
pub(super) fn read_from(table: &'static str) -> impl Fn(DbErr) -> RecordsError {
    move |error| match (error.sql_err(), &error) {
        (Some(SqlErr::UniqueConstraintViolation(key)), _) => RecordsError::Conflict(key),
        (_, DbErr::ConnectionAcquire(reason)) => RecordsError::Unavailable(reason.to_string()),
        (
            _,
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)),
        ) => of_driver(table, error),
        (_, DbErr::Conn(reason)) => RecordsError::Unavailable(reason.to_string()),
        // SeaORM's word for a NULL or a JSON text where the entity allows none.
        (_, DbErr::Type(reason) | DbErr::Json(reason)) => {
            let column = reason.split('"').nth(1).unwrap_or("?").to_owned();
            RecordsError::Corrupt { table, column, row: None, reason: reason.clone() }
        }
        _ => RecordsError::Engine(error.to_string()),
    }
}

fn of_driver(table: &'static str, error: &sqlx::Error) -> RecordsError {
    match error {
        sqlx::Error::ColumnDecode { index, source } => RecordsError::Corrupt {
            table,
            column: index.trim_matches('"').to_owned(),
            row: None,
            reason: source.to_string(),
        },
        sqlx::Error::Database(refusal) => of_refusal(refusal.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => RecordsError::Unavailable(error.to_string()),
        _ => RecordsError::Engine(error.to_string()),
    }
}

/// `SQLite` answers with numbers (the low byte is the kind), `PostgreSQL` with five characters (two name the class).
fn of_refusal(refusal: &dyn sqlx::error::DatabaseError) -> RecordsError {
    let said = refusal.message().to_owned();
    let code = refusal.code().unwrap_or_default().into_owned();
    if code.len() < 5
        && let Ok(number) = code.parse::<u32>()
    {
        return match number & 0xff {
            // busy, locked, read-only, input/output, full, cannot open
            5 | 6 | 8 | 10 | 13 | 14 => RecordsError::Unavailable(said),
            11 | 26 => RecordsError::Damaged("the file".to_owned()),
            _ if said.contains(super::migrations::ID_TAKEN) => RecordsError::Conflict(said),
            _ => RecordsError::Engine(said),
        };
    }
    match code.get(..2).unwrap_or_default() {
        // connection, no such database, bad password, out of resources, lock timeout, shutting down
        "08" | "3D" | "28" | "53" | "55" | "57" => RecordsError::Unavailable(said),
        // serialization failure, deadlock
        "40" => RecordsError::Conflict(said),
        _ => RecordsError::Engine(said),
    }
}
