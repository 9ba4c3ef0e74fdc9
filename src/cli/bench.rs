//! `teller bench encode`: our forward pass beside candle's stock model on the same weights and token ids, in one
//! run. Must not know what either does inside.

use clap::Subcommand;

use super::Outcome;
use crate::config::{Overrides, Settings};
use crate::models::cache::ModelCache;
use crate::models::encoder::{LocalEncoder, TextEncoder};
use crate::models::stock::StockEncoder;
use crate::telemetry::Stopwatch;

/// Texts × tokens measured.
const SHAPES: [(usize, usize); 5] = [(1, 16), (1, 32), (1, 128), (32, 16), (32, 64)];

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Milliseconds and tokens a second of the encoder, beside candle's stock model
    Encode {
        /// Model id [default: the settings' encoder]
        #[arg(long)]
        model: Option<String>,
        /// Seconds for each shape, both contenders together
        #[arg(long, default_value_t = 4.0)]
        seconds: f64,
    },
}

impl Bench {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let Self::Encode { model, seconds } = self;
        let settings = Settings::from_environment(None, Overrides::default())?;
        let id = model.unwrap_or(settings.models.encoder);
        let own = LocalEncoder::open(&ModelCache::new(settings.models.folder), &id)?;
        let stock = StockEncoder::new(own.weights())?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        println!("{} · {cores} cores · {}", own.identity(), processor());
        println!("medians; the contenders take turns");
        println!(
            "{:>8} {:>10} {:>10} {:>10} {:>10} {:>7}",
            "shape", "own ms", "own tok/s", "stock ms", "stock tok/s", "ratio"
        );
        for (texts, tokens) in SHAPES {
            let ids = token_ids(texts, tokens, own.weights().shape.vocabulary);
            let batch: Vec<&[u32]> = ids.iter().map(Vec::as_slice).collect();
            let (own_ms, stock_ms) = measure(&own, &stock, &batch, seconds)?;
            #[expect(clippy::cast_precision_loss, reason = "a few thousand tokens")]
            let rate = |ms: f64| (texts * tokens) as f64 / ms * 1e3;
            println!(
                "{:>8} {own_ms:>10.2} {:>10.0} {stock_ms:>10.2} {:>10.0} {:>7.2}",
                format!("{texts}×{tokens}"),
                rate(own_ms),
                rate(stock_ms),
                own_ms / stock_ms
            );
        }
        Ok(Outcome::Done)
    }
}

/// Ids spread over the vocabulary, the same on every run.
fn token_ids(texts: usize, tokens: usize, vocabulary: usize) -> Vec<Vec<u32>> {
    let id = |i: usize| u32::try_from((i * 7_919 + 1_000) % vocabulary).unwrap_or(0);
    (0..texts).map(|text| (0..tokens).map(|token| id(text * tokens + token)).collect()).collect()
}

/// Median milliseconds of both, taking turns so that a busy moment of the machine hits both.
fn measure(own: &LocalEncoder, stock: &StockEncoder, batch: &[&[u32]], seconds: f64) -> anyhow::Result<(f64, f64)> {
    own.encode(batch)?;
    stock.encode(batch)?;
    let (mut own_times, mut stock_times) = (Vec::new(), Vec::new());
    let all = Stopwatch::start();
    while own_times.len() < 3 || all.seconds() < seconds {
        let watch = Stopwatch::start();
        std::hint::black_box(own.encode(batch)?);
        own_times.push(watch.seconds() * 1e3);
        let watch = Stopwatch::start();
        std::hint::black_box(stock.encode(batch)?);
        stock_times.push(watch.seconds() * 1e3);
    }
    Ok((median(own_times), median(stock_times)))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The processor's name where the system tells it.
fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}
