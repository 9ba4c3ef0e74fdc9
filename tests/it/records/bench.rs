//! A database of its own for each test: a `SQLite` file in a temporary folder, or a `PostgreSQL` database that is dropped
//! at the end. Where `PostgreSQL` does not answer, one line says that its half did not run.

use std::future::Future;
use std::io::Write;
use std::sync::{Arc, Once};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr};
use teller::store::records::Records;

const SERVER: &str = "postgres://postgres@127.0.0.1:5432";

/// Records under test, and a way to the same database that asks nobody.
pub struct Bench {
    pub records: Records,
    pub url: String,
    raw: DatabaseConnection,
    sqlite: bool,
}

impl Bench {
    async fn at(url: String) -> Self {
        let records = Records::open(&url).await.expect("the database opens");
        let raw = Database::connect(&url).await.expect("a second connection");
        let sqlite = url.starts_with("sqlite:");
        Self { records, url, raw, sqlite }
    }

    /// Runs a statement behind the back of the records.
    pub async fn sql(&self, statement: &str) -> Result<(), DbErr> {
        self.raw.execute_unprepared(statement).await.map(drop)
    }

    pub fn is_sqlite(&self) -> bool {
        self.sqlite
    }

    async fn close(&self) {
        self.raw.close_by_ref().await.expect("the second connection closes");
        self.records.close().await.expect("the records close");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Runs the case apart, so that its database is closed, and dropped, whether or not it passes.
async fn run<F, C>(url: String, case: C) -> Result<(), tokio::task::JoinError>
where
    C: FnOnce(Arc<Bench>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let bench = Arc::new(Bench::at(url).await);
    let outcome = tokio::spawn(case(bench.clone())).await;
    bench.close().await;
    outcome
}

fn passed(outcome: Result<(), tokio::task::JoinError>) {
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

pub fn on_sqlite<F, C>(case: C)
where
    C: FnOnce(Arc<Bench>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/teller.db", folder.path().display());
    passed(runtime().block_on(run(url, case)));
}

pub fn on_postgres<F, C>(case: C)
where
    C: FnOnce(Arc<Bench>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let outcome = runtime().block_on(async {
        let server = postgres().await?;
        let name = format!("teller_test_{:016x}", getrandom::u64().expect("randomness"));
        create(&server, &name).await;
        let outcome = run(format!("{SERVER}/{name}"), case).await;
        server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("the database goes");
        Some(outcome)
    });
    if let Some(outcome) = outcome {
        passed(outcome);
    }
}

/// One that orders text as English does where the server can, as banks' databases may: ours must not follow.
async fn create(server: &DatabaseConnection, name: &str) {
    let plain = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
    let english = format!("{plain} LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
    if server.execute_unprepared(&english).await.is_err() {
        server.execute_unprepared(&plain).await.expect("a database of its own");
    }
}

/// A connection to the server, or a line, past the test runner's capture, that there is none.
async fn postgres() -> Option<DatabaseConnection> {
    static SAID: Once = Once::new();
    match Database::connect(format!("{SERVER}/test")).await {
        Ok(server) => Some(server),
        Err(error) => {
            SAID.call_once(|| {
                let line = format!("records: the PostgreSQL half did not run: {SERVER}/test: {error}");
                writeln!(std::io::stderr(), "{line}").expect("stderr");
            });
            None
        }
    }
}
