//! Progress on standard error: bars on a terminal, a line now and then elsewhere. Must not know what is done.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// Steps printed where no terminal is: at every tenth.
const TENTHS: u64 = 10;

/// Shows how far one named stage after the other has come.
pub struct Progress {
    bar: Option<ProgressBar>,
    stage: String,
    tenth: u64,
}

impl Progress {
    #[must_use]
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg:32} [{bar:30}] {pos}/{len} {eta}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, stage: String::new(), tenth: 0 }
    }

    /// `done` of `total` steps of `stage`.
    pub fn show(&mut self, stage: &str, done: u64, total: u64) {
        let begins = self.stage != stage;
        if begins {
            stage.clone_into(&mut self.stage);
            self.tenth = 0;
        }
        if let Some(bar) = &self.bar {
            bar.set_message(stage.to_owned());
            bar.set_length(total);
            bar.set_position(done);
            return;
        }
        let tenth = (done * TENTHS).checked_div(total).unwrap_or(TENTHS);
        if begins || tenth > self.tenth {
            self.tenth = tenth;
            eprintln!("{stage}: {done}/{total}");
        }
    }

    /// One line that stays.
    pub fn say(&mut self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
