//! `teller admin reindex`: builds the vector collections anew from the records. Must not know what is in them.

use clap::Subcommand;

use super::progress::Progress;
use super::{Outcome, Place, block_on, start_log};
use crate::app::Parts;
use crate::app::demo::reindex;
use crate::config::Overrides;

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Build the vector collections anew from the records, as after a change of encoder
    Reindex {
        #[command(flatten)]
        place: Place,
    },
}

impl Admin {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let Self::Reindex { place } = self;
        let settings = place.settings(Overrides::default())?;
        start_log(&settings, Some("warn"))?;
        block_on(async {
            let parts = Parts::open(&settings).await?;
            let mut progress = Progress::new();
            let done = reindex(&parts, &mut |stage, done, total| progress.show(stage, done, total)).await;
            parts.close().await?;
            done
        })?;
        println!("every collection is indexed anew");
        Ok(Outcome::Done)
    }
}
