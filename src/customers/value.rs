//! What a customer is worth to the bank: contribution, potential and loyalty, each 0 to 100.
//!
//! An order of magnitude for an advisor's list, worked out from documented constants; the margins below are the demo
//! bank's assumptions, not measurements. Value never opens or closes a gate. Must not know ranking, storage or
//! suitability.

use serde::Serialize;

use crate::domain::product::Category;

/// Parts of the total, in percent.
pub const CONTRIBUTION_WEIGHT: u32 = 40;
pub const POTENTIAL_WEIGHT: u32 = 35;
pub const LOYALTY_WEIGHT: u32 = 25;

/// A customer's value; every number is 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ValueScore {
    /// What it brings in a year now, on the scale of [`CONTRIBUTION_SCALE`].
    pub contribution: u8,
    /// What it could bring: income not yet saved with us, and shelves of ours it does not use.
    pub potential: u8,
    /// How settled it is: years with us, shelves used, how often money moves.
    pub loyalty: u8,
    /// The weighted mean of the three.
    pub total: u8,
}

/// What the score is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueInputs {
    /// Category and balance (fen) of each holding.
    pub balances: Vec<(Category, i64)>,
    /// Financial assets with the bank, in fen.
    pub assets_fen: i64,
    pub monthly_income_fen: i64,
    /// Whole years as a customer.
    pub years: u32,
    /// Movements of money in the last 12 months.
    pub movements: u32,
}

/// Points of a curve: (input, score). Between points the score rises evenly; beyond the last it stays.
type Curve = [(i64, i64)];

/// Yearly contribution in CNY → score.
pub const CONTRIBUTION_SCALE: [(i64, i64); 6] =
    [(0, 0), (500, 20), (2_000, 45), (8_000, 70), (40_000, 90), (200_000, 100)];
/// A year's income less assets with us, in CNY → score.
const HEADROOM_SCALE: [(i64, i64); 5] = [(0, 0), (30_000, 25), (100_000, 60), (300_000, 90), (1_000_000, 100)];
/// Shelves not used (of 12) → score.
const UNUSED_SCALE: [(i64, i64); 3] = [(2, 0), (7, 60), (11, 100)];
const YEARS_SCALE: [(i64, i64); 4] = [(0, 0), (1, 25), (3, 60), (8, 100)];
const SHELVES_SCALE: [(i64, i64); 3] = [(1, 10), (4, 60), (8, 100)];
const MOVEMENTS_SCALE: [(i64, i64); 3] = [(0, 0), (100, 50), (240, 100)];

/// Number of shelves ([`Category`] has so many).
const SHELVES: i64 = 12;

/// Yearly margin on a balance, in hundredths of a percent (the demo bank's assumption).
fn margin_bp(category: Category) -> i64 {
    match category {
        Category::Deposit | Category::Pension => 80,
        Category::CashManagement => 25,
        Category::Wealth => 45,
        Category::Fund => 70,
        Category::Gold => 60,
        Category::ForeignExchange => 50,
        Category::Card => 500,
        Category::PersonalLoan => 220,
        Category::Mortgage => 80,
        Category::BusinessLoan => 160,
        Category::Insurance => 40,
    }
}

/// Scores a customer.
#[must_use]
pub fn value_of(inputs: &ValueInputs) -> ValueScore {
    let mut shelves: Vec<Category> = inputs.balances.iter().map(|(category, _)| *category).collect();
    shelves.sort_unstable();
    shelves.dedup();
    let used = i64::try_from(shelves.len()).unwrap_or(SHELVES);

    let brings_fen: i64 = inputs.balances.iter().map(|(category, fen)| fen / 10_000 * margin_bp(*category)).sum();
    let contribution = on_curve(&CONTRIBUTION_SCALE, brings_fen / 100);

    let headroom = (inputs.monthly_income_fen.saturating_mul(12) - inputs.assets_fen).max(0) / 100;
    let potential = mean(&[on_curve(&HEADROOM_SCALE, headroom), on_curve(&UNUSED_SCALE, SHELVES - used)]);

    let loyalty = mean(&[
        on_curve(&YEARS_SCALE, i64::from(inputs.years)),
        on_curve(&SHELVES_SCALE, used),
        on_curve(&MOVEMENTS_SCALE, i64::from(inputs.movements)),
    ]);

    let weighted = u32::from(contribution) * CONTRIBUTION_WEIGHT
        + u32::from(potential) * POTENTIAL_WEIGHT
        + u32::from(loyalty) * LOYALTY_WEIGHT;
    ValueScore { contribution, potential, loyalty, total: u8::try_from(weighted / 100).unwrap_or(100) }
}

fn mean(scores: &[u8]) -> u8 {
    let sum: usize = scores.iter().map(|score| usize::from(*score)).sum();
    u8::try_from(sum / scores.len().max(1)).unwrap_or(100)
}

/// Whole numbers only, so that the same customer scores the same on every machine.
fn on_curve(curve: &Curve, x: i64) -> u8 {
    let mut score = curve.first().map_or(0, |(_, y)| *y);
    for pair in curve.windows(2) {
        let [(x0, y0), (x1, y1)] = pair else { continue };
        if x >= *x1 {
            score = *y1;
        } else if x > *x0 {
            score = y0 + (y1 - y0) * (x - x0) / (x1 - x0);
        }
    }
    u8::try_from(score.clamp(0, 100)).unwrap_or(0)
}
