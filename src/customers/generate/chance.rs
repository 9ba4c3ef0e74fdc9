//! Seeded chance for the generator: picks, ranges and skewed amounts, the same bits on every machine.
//!
//! Only additions, multiplications and one square root are used, never the platform's `exp` or `ln`, whose last bit
//! differs between processors. Must not know what is drawn.

use chrono::{Days, NaiveDate};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One customer's source of chance: a stream of its own, so customers do not depend on each other.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(stream);
        Self(source)
    }

    /// True in `per_mille` of 1,000 cases.
    pub(super) fn happens(&mut self, per_mille: u32) -> bool {
        self.0.random_range(0..1_000) < per_mille
    }

    /// A whole number, both ends inside; `from` when the range is empty.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        if from < to { self.0.random_range(from..=to) } else { from }
    }

    /// A day, both ends inside; `from` when the range is empty.
    pub(super) fn day(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        let days = self.between(0, (to - from).num_days().max(0));
        from.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(from)
    }

    /// One of the items; `None` of none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(items.len()).unwrap_or(0) - 1;
        items.get(usize::try_from(self.between(0, last)).unwrap_or(0))
    }

    /// One of the items, each as often as its weight says; `None` when nothing weighs anything.
    pub(super) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> u32) -> Option<&'a T> {
        let total: i64 = items.iter().map(|item| i64::from(weight(item))).sum();
        if total <= 0 {
            return None;
        }
        let mut left = self.between(0, total - 1);
        items.iter().find(|item| {
            left -= i64::from(weight(item));
            left < 0
        })
    }

    /// A log-normal amount with this median; `sigma_percent` is the spread of the logarithm in hundredths.
    pub(super) fn lognormal(&mut self, median: i64, sigma_percent: i64) -> i64 {
        // Twelve uniforms less six are normal enough (Irwin–Hall) and end at six sigmas.
        let normal: f64 = (0..12).map(|_| self.0.random::<f64>()).sum::<f64>() - 6.0;
        scaled(median, exp(normal * scaled_percent(sigma_percent)))
    }
}

/// e^x as (1 + x/1024)^1024, good to a percent for the spreads used here.
fn exp(x: f64) -> f64 {
    let mut power = 1.0 + x / 1024.0;
    for _ in 0..10 {
        power *= power;
    }
    power
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn scaled_percent(percent: i64) -> f64 {
    percent as f64 / 100.0
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "amounts are far below 2^53, and a cast saturates"
)]
fn scaled(amount: i64, factor: f64) -> i64 {
    (amount as f64 * factor) as i64
}
