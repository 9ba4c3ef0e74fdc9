//! `teller demo create`: fills an empty data folder with the demo bank. Must not know what is in it.

use std::path::PathBuf;

use clap::Subcommand;

use super::progress::Progress;
use super::{Outcome, Place, block_on, start_log};
use crate::app::Parts;
use crate::app::demo::{Plan, create};
use crate::config::Overrides;

#[derive(Debug, Subcommand)]
pub enum Demo {
    /// Fill an empty data folder with the demo bank; a run that was broken off goes on
    Create {
        /// Data folder to fill
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Customers to draw
        #[arg(long, value_name = "N", default_value_t = Plan::default().customers, value_parser = clap::value_parser!(u32).range(1..=999_999))]
        customers: u32,
        /// Another seed, other customers
        #[arg(long, value_name = "S", default_value_t = Plan::default().seed)]
        seed: u64,
    },
}

impl Demo {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let Self::Create { data, customers, seed } = self;
        let place = Place { data: Some(data), config: None };
        let settings = place.settings(Overrides::default())?;
        start_log(&settings, Some("warn"))?;
        block_on(async {
            let parts = Parts::open(&settings).await?;
            let created = fill(&parts, Plan { customers, seed }).await;
            parts.close().await?;
            created
        })?;
        println!("demo bank of {customers} customers in {}", settings.data.folder.display());
        Ok(Outcome::Done)
    }
}

/// Creates the demo bank with progress on standard error.
pub async fn fill(parts: &Parts, plan: Plan) -> anyhow::Result<()> {
    let mut progress = Progress::new();
    create(parts, plan, &mut |stage, done, total| progress.show(stage, done, total)).await
}
