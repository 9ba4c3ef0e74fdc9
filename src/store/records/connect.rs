//! From a URL to an open database: which engine, its settings, its pool, and migrations under a lock.
//! Must not know tables.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sea_orm_migration::MigratorTrait;

use super::error::RecordsError;
use super::migrations::Migrator;

/// How long a statement waits for another process that writes to the same `SQLite` file.
const SQLITE_BUSY: Duration = Duration::from_secs(15);
/// Readers beside the one writer; each holds a thread of its own.
const SQLITE_CONNECTIONS: u32 = 8;
/// Per process: several replicas share a server whose own limit is 100 as it comes.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a first connection, and later a free one of the pool, is waited for.
const POSTGRES_WAIT: Duration = Duration::from_secs(5);
/// Key of the advisory lock under which one process at a time migrates: "teller" in ASCII.
const MIGRATION_LOCK: i64 = 0x7465_6c6c_6572;

/// Where the records are. Not `Debug`: the options hold the password.
pub(super) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

/// Reads a URL. The file's path is taken as it stands: `%20` is three characters.
pub(super) fn target(url: &str) -> Result<Target, RecordsError> {
    if let Some(rest) = url.strip_prefix("sqlite:") {
        return sqlite_file(rest.strip_prefix("//").unwrap_or(rest)).map(Target::Sqlite);
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        // The parser's reason names a part of the URL, never its text.
        let options: PgConnectOptions = url
            .parse()
            .map_err(|e| RecordsError::BadUrl(format!("{e}: write postgres://user:password@host:5432/database")))?;
        return Ok(Target::Postgres(Box::new(options.application_name("teller").disable_statement_logging())));
    }
    let scheme = url
        .split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| scheme.len() <= 16 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+'));
    let found = scheme.map(|scheme| format!("{scheme}: is no database that teller knows: ")).unwrap_or_default();
    Err(RecordsError::BadUrl(format!(
        "{found}write sqlite:///folder/teller.db or postgres://user:password@host:5432/database"
    )))
}

fn sqlite_file(text: &str) -> Result<PathBuf, RecordsError> {
    let text = text.strip_suffix("?mode=rwc").unwrap_or(text);
    if text.is_empty() || text == ":memory:" {
        return Err(RecordsError::BadUrl("name a file to keep the records in: sqlite:///folder/teller.db".to_owned()));
    }
    if text.contains('?') {
        return Err(RecordsError::BadUrl(
            "nothing may follow the file in a sqlite URL: leave out '?' and the rest".to_owned(),
        ));
    }
    Ok(PathBuf::from(text))
}

/// Opens and migrates. The flag says that the engine has room for one writer at a time.
pub(super) async fn open(target: &Target) -> Result<(DatabaseConnection, bool), RecordsError> {
    match target {
        Target::Sqlite(file) => Ok((open_sqlite(file).await.map_err(|error| named(error, file))?, true)),
        Target::Postgres(options) => Ok((open_postgres(options).await?, false)),
    }
}

async fn open_sqlite(file: &Path) -> Result<DatabaseConnection, RecordsError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(RecordsError::NoFolder(folder.to_owned()));
    }
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Safe against a killed process; a power cut may lose the last moments but never leaves half a transaction.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(SQLITE_BUSY)
        .disable_statement_logging();
    let lock = lock_for_migration(file.to_owned()).await?;
    let pool = SqlitePoolOptions::new()
        .max_connections(SQLITE_CONNECTIONS)
        .acquire_timeout(SQLITE_BUSY)
        .connect_with(options)
        .await?;
    let db = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    let migrated = migrate(&db).await;
    drop(lock);
    finish(db, migrated).await
}

/// Holds `teller.db.lock` until dropped: `SQLite` itself cannot make a look and a change of tables one step for us.
async fn lock_for_migration(file: PathBuf) -> Result<File, RecordsError> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let path = file.with_file_name(name);
    let locked = tokio::task::spawn_blocking(move || {
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        lock.lock()?;
        Ok::<File, std::io::Error>(lock)
    });
    match locked.await {
        Ok(Ok(lock)) => Ok(lock),
        Ok(Err(error)) => Err(RecordsError::Unavailable(error.to_string())),
        Err(error) => Err(RecordsError::Engine(error.to_string())),
    }
}

/// Says which file it is about.
fn named(error: RecordsError, file: &Path) -> RecordsError {
    match error {
        RecordsError::Unavailable(reason) => RecordsError::Unavailable(format!("{}: {reason}", file.display())),
        RecordsError::Damaged(_) => RecordsError::Damaged(file.display().to_string()),
        other => other,
    }
}

async fn open_postgres(options: &PgConnectOptions) -> Result<DatabaseConnection, RecordsError> {
    // A connection of its own: it says at once why there is none (a pool would retry in silence), and then holds the
    // lock. Closing it lets go of the lock, also when this process dies.
    let connecting = PgConnection::connect_with(options);
    let mut guard = if let Ok(connected) = tokio::time::timeout(POSTGRES_WAIT, connecting).await {
        connected?
    } else {
        let host = options.get_host();
        let seconds = POSTGRES_WAIT.as_secs();
        return Err(RecordsError::Unavailable(format!("{host} took longer than {seconds} s to connect")));
    };
    sqlx::query("SET lock_timeout = '60s'").execute(&mut guard).await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(&mut guard).await?;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(POSTGRES_WAIT)
        .connect_with(options.clone())
        .await?;
    let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    let migrated = migrate(&db).await;
    guard.close().await?;
    finish(db, migrated).await
}

async fn migrate(db: &DatabaseConnection) -> Result<(), RecordsError> {
    Migrator::up(db, None).await.map_err(|error| match error {
        // SeaORM's one custom error here: migrations on record that this program does not have.
        DbErr::Custom(reason) => RecordsError::Newer(reason.split('\'').nth(1).unwrap_or("unknown").to_owned()),
        other => other.into(),
    })
}

/// A database that could not be migrated is not left open.
async fn finish(
    db: DatabaseConnection,
    migrated: Result<(), RecordsError>,
) -> Result<DatabaseConnection, RecordsError> {
    if let Err(error) = migrated {
        db.close().await?;
        return Err(error);
    }
    Ok(db)
}

/// A query that touches a table, so that a file swapped or emptied behind our back shows.
pub(super) async fn ping(db: &DatabaseConnection) -> Result<(), RecordsError> {
    db.query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), "SELECT COUNT(*) FROM meta")).await?;
    Ok(())
}
