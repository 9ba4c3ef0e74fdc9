//! One demo bank for all tests that need a whole one: real encoder, real Qdrant engine, real database, on a clock that
//! stands still. It lives on a runtime of its own, because each test brings and ends its own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use teller::app::demo::{Plan, create};
use teller::app::{App, Parts};
use teller::clock::FixedClock;
use teller::config::{Secret, Settings};
use teller::http;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// Enough that every advisor has customers of every kind.
const CUSTOMERS: u32 = 300;

/// The day the demo bank's texts were written for.
const NOW: &str = "2026-11-24T02:00:00Z";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static APP: OnceCell<Arc<App>> = OnceCell::const_new();
static SERVER: OnceCell<Server> = OnceCell::const_new();

/// Where a bank is served.
pub struct Server {
    url: String,
}

impl Server {
    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The bank: with an API key, demo users may sign in.
pub async fn app() -> Arc<App> {
    APP.get_or_init(|| async { RUNTIME.spawn(build()).await.expect("the test bank") }).await.clone()
}

/// The same bank under other settings.
pub async fn app_with(change: impl FnOnce(&mut Settings)) -> Arc<App> {
    let mut other = (*app().await).clone();
    change(&mut other.settings);
    Arc::new(other)
}

/// The bank behind a real listener.
pub async fn server() -> &'static Server {
    let start = || async {
        let app = app().await;
        let listening = RUNTIME.spawn(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            tokio::spawn(http::serve(app, listener, std::future::pending()));
            url
        });
        Server { url: listening.await.expect("the test server") }
    };
    SERVER.get_or_init(start).await
}

/// Settings of a bank in `folder`, with the models that were pulled.
pub fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::default();
    settings.data.folder = folder.to_owned();
    settings.models.folder = crate::models::cache().root().to_owned();
    settings
}

async fn build() -> Arc<App> {
    let mut settings = settings(&own_folder());
    settings.server.demo_login = true;
    settings.server.api_key = Some(Secret::new("a-key-for-tests-only"));
    let mut parts = Parts::open(&settings).await.expect("run `teller models pull --all` first");
    parts.clock = Arc::new(FixedClock::at(NOW.parse().expect("a time")));
    let plan = Plan { customers: CUSTOMERS, ..Plan::default() };
    create(&parts, plan, &mut |_, _, _| ()).await.expect("a demo bank");
    Arc::new(App::assemble(settings, parts).await.expect("a bank"))
}

/// A folder under the build's own; those of processes that are gone are removed.
fn own_folder() -> PathBuf {
    let banks = Path::new(env!("CARGO_TARGET_TMPDIR")).join("banks");
    std::fs::create_dir_all(&banks).expect("a folder for test banks");
    for entry in std::fs::read_dir(&banks).expect("a folder for test banks").flatten() {
        if !Path::new("/proc").join(entry.file_name()).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    banks.join(std::process::id().to_string())
}
