//! May a customer hold a product at all? Kind, age, income, assets, residence, products that must be held first.
//!
//! One rule book for everybody who asks: the gates of a recommendation and the generator of the demo bank. Must not
//! know risk ratings, sentences, ranking or storage.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use rust_decimal::Decimal;

use crate::domain::ProductId;
use crate::domain::customer::CustomerKind;
use crate::domain::product::Product;

/// Oldest age that is believed, in years: the upper end for somebody of whom only "adult" is known.
pub const OLDEST: u32 = 150;

/// What eligibility looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    pub kind: CustomerKind,
    /// The ages, in whole years, that the applicant may have. A known person has one age; of an unknown one only a
    /// range is known, and a limit anywhere inside the range counts as broken.
    pub ages: RangeInclusive<u32>,
    pub resident: bool,
    /// Fen a month.
    pub monthly_income_fen: i64,
    /// Financial assets with the bank, in fen; `None` when not known, which meets no minimum.
    pub financial_assets_fen: Option<i64>,
    /// Products held, with the balance of each in fen.
    pub holdings: BTreeMap<ProductId, i64>,
}

/// One condition of a product that an applicant does not meet, with its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmet {
    Kind,
    UnderAge {
        min: u32,
    },
    OverAge {
        max: u32,
    },
    ResidentsOnly,
    /// CNY a month.
    Income {
        min: Decimal,
    },
    /// CNY held with the bank.
    Assets {
        min: Decimal,
    },
    RequiresProduct {
        product: ProductId,
    },
}

/// Every condition of the product that the applicant does not meet. Limits themselves are inside: at the minimum
/// age or income the product may be held, at the maximum age too.
#[must_use]
pub fn unmet(product: &Product, applicant: &Applicant) -> Vec<Unmet> {
    let rules = &product.eligibility;
    let mut found = Vec::new();
    if !rules.customer_kinds.is_empty() && !rules.customer_kinds.contains(&applicant.kind) {
        found.push(Unmet::Kind);
    }
    if let Some(min) = rules.min_age.filter(|min| applicant.ages.start() < min) {
        found.push(Unmet::UnderAge { min });
    }
    if let Some(max) = rules.max_age.filter(|max| applicant.ages.end() > max) {
        found.push(Unmet::OverAge { max });
    }
    if rules.residents_only && !applicant.resident {
        found.push(Unmet::ResidentsOnly);
    }
    if let Some(min) = rules.min_monthly_income.filter(|min| cny(applicant.monthly_income_fen) < *min) {
        found.push(Unmet::Income { min });
    }
    if let Some(min) = rules.min_assets.filter(|min| applicant.financial_assets_fen.is_none_or(|fen| cny(fen) < *min)) {
        found.push(Unmet::Assets { min });
    }
    if let Some(needed) = rules.requires_product.as_ref().filter(|id| !applicant.holdings.contains_key(*id)) {
        found.push(Unmet::RequiresProduct { product: needed.clone() });
    }
    found
}

/// Fen as CNY.
#[must_use]
pub fn cny(fen: i64) -> Decimal {
    Decimal::new(fen, 2)
}
