//! Error bars: the seeded percentile bootstrap (Efron 1979). Must not know what is measured.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::report::Metric;

/// Resamples drawn.
const DRAWS: usize = 1_000;
/// Same seed for every figure: a report is the same on every run.
const SEED: u64 = 7;

/// `statistic` of the cases with its 95 % interval over resamples of the cases.
/// `None` when there are no cases.
pub fn metric<T>(cases: &[T], statistic: impl Fn(&[&T]) -> f64) -> Option<Metric> {
    if cases.is_empty() {
        return None;
    }
    let all: Vec<&T> = cases.iter().collect();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut drawn: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let sample: Vec<&T> = (0..cases.len()).map(|_| all[rng.random_range(0..cases.len())]).collect();
            statistic(&sample)
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let value = statistic(&all);
    Some(Metric { value, low: drawn[DRAWS * 25 / 1000], high: drawn[DRAWS * 975 / 1000 - 1], n: cases.len() })
}

/// Mean of numbers.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of cases")]
pub fn mean(values: &[&f64]) -> f64 {
    values.iter().copied().sum::<f64>() / values.len() as f64
}

/// Share of `true`.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of cases")]
pub fn share(values: &[&bool]) -> f64 {
    values.iter().filter(|v| ***v).count() as f64 / values.len() as f64
}
