//! The order of what the gates let through: need first, then nearness, target market and shelves not used yet, with a
//! step down for each product of a shelf already on the list. The same input gives the same order; ties go by id.
//! Must not know rules, sentences or storage.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::needs::{TYPICAL, answered};
use super::person::Person;
use crate::domain::product::{Category, Need, Product};

/// Parts of the score; together 1.
const NEED_WEIGHT: f32 = 0.45;
const NEARNESS_WEIGHT: f32 = 0.25;
const TARGET_WEIGHT: f32 = 0.15;
const GAP_WEIGHT: f32 = 0.15;

/// Taken off for each product of the same shelf that stands higher.
const REPEAT: f64 = 0.15;

/// Taken off for a large smallest purchase when nothing is known of the person's means.
const LARGE_STEP: f32 = 0.1;
/// Smallest purchase that is large, in the product's currency.
const LARGE_FROM: i64 = 10_000;

/// What a part counts when the person says nothing about it.
const UNKNOWN: f32 = 0.5;

/// What everybody has a use for: the whole ground for somebody of whom nothing is known.
pub(super) const GENERAL: [Need; 3] = [Need::Payment, Need::Liquidity, Need::Saving];

/// A product with its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked<'a> {
    pub(super) product: &'a Product,
    /// 0 to 1, four digits, falling along the list.
    pub(super) score: f64,
}

/// The first `limit` products. `open` are those that passed the gates, each with its nearness.
pub(super) fn rank<'a>(open: &[(&'a Product, f32)], person: &Person, limit: usize) -> Vec<Ranked<'a>> {
    let mut left: Vec<(&Product, f64)> =
        open.iter().map(|(product, nearness)| (*product, f64::from(score(product, *nearness, person)))).collect();
    left.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let mut used: BTreeMap<Category, u32> = BTreeMap::new();
    let mut list = Vec::new();
    while list.len() < limit {
        let after_steps = |(product, score): &(&Product, f64)| {
            four_digits(score - REPEAT * f64::from(used.get(&product.category).copied().unwrap_or(0)))
        };
        // The first of the highest: `left` goes by id.
        let mut best: Option<(usize, f64)> = None;
        for (place, candidate) in left.iter().enumerate() {
            let score = after_steps(candidate);
            if best.is_none_or(|(_, highest)| score > highest) {
                best = Some((place, score));
            }
        }
        let Some((place, score)) = best else { break };
        let (product, _) = left.remove(place);
        *used.entry(product.category).or_default() += 1;
        list.push(Ranked { product, score });
    }
    list
}

fn score(product: &Product, nearness: f32, person: &Person) -> f32 {
    let need = strength(product, person);
    let target = match person.stage {
        _ if product.life_stages.is_empty() => UNKNOWN,
        None => UNKNOWN,
        Some(stage) if product.life_stages.contains(&stage) => 1.0,
        Some(_) => 0.0,
    };
    let gap = match &person.shelves {
        None => UNKNOWN,
        Some(shelves) if shelves.contains(&product.category) => 0.0,
        Some(_) => 1.0,
    };
    let large = product.min_amount.is_some_and(|min| min >= Decimal::from(LARGE_FROM));
    let step = if large && person.applicant.financial_assets_fen.is_none() { LARGE_STEP } else { 0.0 };
    NEED_WEIGHT * need + NEARNESS_WEIGHT * nearness + TARGET_WEIGHT * target + GAP_WEIGHT * gap - step
}

fn strength(product: &Product, person: &Person) -> f32 {
    if person.needs.is_empty() {
        return if product.needs.iter().any(|need| GENERAL.contains(need)) { TYPICAL } else { 0.0 };
    }
    answered(product, &person.needs).map(|(_, signal)| signal.strength).fold(0.0, f32::max)
}

fn four_digits(score: f64) -> f64 {
    (score.max(0.0) * 10_000.0).round() / 10_000.0
}
