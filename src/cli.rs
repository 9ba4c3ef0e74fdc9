//! The command line: arguments in, text out, exit code 0 done, 1 a gate or check failed, 2 cannot run.
//! Must not know how anything is done: each command calls the layers below and prints what they answer.

mod admin;
mod ask;
mod bench;
mod demo;
mod eval;
mod models;
mod progress;
mod recommend;
mod serve;
mod train;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::config::{Overrides, Settings};
use crate::privacy::mask::mask;
use crate::telemetry;

#[derive(Debug, Parser)]
#[command(name = "teller", version, about = "Customer service and product recommendation server for banks")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the bank over HTTP.
    Serve(serve::Serve),
    /// Fetch, list and verify the local models.
    #[command(subcommand)]
    Models(models::Models),
    /// Create the demo bank.
    #[command(subcommand)]
    Demo(demo::Demo),
    /// Ask one question as a customer would and print the reply.
    Ask(ask::Ask),
    /// Print what suits a customer next, and why.
    Recommend(recommend::Recommend),
    /// Measure a suite offline: figures with error bars, and gates.
    Eval(eval::Eval),
    /// Train the parts that teller learns.
    #[command(subcommand)]
    Train(train::Train),
    /// Measure speed on this machine.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Look after a data folder.
    #[command(subcommand)]
    Admin(admin::Admin),
}

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// A gate or a check failed; what it was has been printed.
    Failed,
}

/// Where the bank is: shared by every command that opens one.
#[derive(Debug, clap::Args)]
struct Place {
    /// Data folder of the bank [default: .teller/data, or the settings']
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn settings(&self, more: Overrides) -> anyhow::Result<Settings> {
        let overrides = Overrides { data: self.data.clone(), ..more };
        Ok(Settings::from_environment(self.config.as_deref(), overrides)?)
    }

    /// Opens the bank and hands it to `work`; closes it whatever comes of that.
    fn with_bank<T>(&self, work: impl AsyncFnOnce(&App) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let settings = self.settings(Overrides::default())?;
        start_log(&settings, Some("warn"))?;
        block_on(async {
            let app = App::open(settings).await?;
            let outcome = work(&app).await;
            app.close().await?;
            outcome
        })
    }
}

/// Runs the command named by the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * 2);
        }
    };
    match run(arguments.command) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("teller: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Serve(serve) => serve.run(),
        Command::Models(models) => models.run(),
        Command::Demo(demo) => demo.run(),
        Command::Ask(ask) => ask.run(),
        Command::Recommend(recommend) => recommend.run(),
        Command::Eval(eval) => eval.run(),
        Command::Train(train) => train.run(),
        Command::Bench(bench) => bench.run(),
        Command::Admin(admin) => admin.run(),
    }
}

/// Log lines go to standard error, secrets taken out. `quiet` replaces the default filter for commands whose
/// answer is on standard output; a filter that was set stays.
fn start_log(settings: &Settings, quiet: Option<&str>) -> anyhow::Result<()> {
    let default = Settings::default().log.filter;
    let chosen = quiet.filter(|_| settings.log.filter == default).unwrap_or(&settings.log.filter);
    // The embedded engine warns at every start that nobody set flags of its server's.
    let filter = if chosen.contains("qdrant_edge") { chosen.to_owned() } else { format!("{chosen},qdrant_edge=error") };
    Ok(telemetry::init(settings.log.format, &filter, |line| mask(line, None).text)?)
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
