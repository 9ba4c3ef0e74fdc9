//! `teller serve`: opens the bank, listens, says so, and stops in order on a signal.
//! Must not know routes or parts.

use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::demo::fill;
use super::models::pull_missing;
use super::{Outcome, Place, block_on, start_log};
use crate::app::demo::Plan;
use crate::app::{App, Parts};
use crate::config::{Overrides, Settings};
use crate::http;

#[derive(Debug, Args)]
pub struct Serve {
    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT")]
    addr: Option<String>,
    /// Fetch the models if they are missing, fill an empty data folder with the demo bank, and let demo users sign in
    /// without a password (loopback only)
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    place: Place,
}

impl Serve {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let demo_login = self.demo.then_some(true);
        let settings = self.place.settings(Overrides { addr: self.addr, demo_login, ..Overrides::default() })?;
        start_log(&settings, None)?;
        if self.demo {
            pull_missing(&settings)?;
        }
        block_on(serve(settings, self.demo))?;
        Ok(Outcome::Done)
    }
}

async fn serve(settings: Settings, demo: bool) -> anyhow::Result<()> {
    let addr = settings.server.addr;
    let listener = TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr}"))?;
    let parts = Parts::open(&settings).await?;
    if demo && !parts.hold_a_bank().await? {
        fill(&parts, Plan::default()).await?;
    }
    let app = Arc::new(App::assemble(settings, parts).await?);
    // The address is a promise: whoever reads this line may send a request.
    println!("listening on http://{}", listener.local_addr()?);
    http::serve(app, listener, stop_signal()?).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Ends on Ctrl-C or SIGTERM. The handlers are in place once this returns.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
