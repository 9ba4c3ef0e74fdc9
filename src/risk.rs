//! Suitability's first question: may this customer's money be put at this product's risk today?
//!
//! A product's risk class R1–R5 must not be above the customer's rating C1–C5, and the rating must come from an
//! assessment that is valid on the day. Answers are typed; `recommend/gates.rs` turns them into rules and
//! sentences. Must not know age, income, ranking, storage or how an answer is worded.

use chrono::NaiveDate;

use crate::domain::customer::RiskAssessment;
use crate::domain::product::{Category, Product};

/// Lowest and highest customer rating (C1–C5) and product risk class (R1–R5).
pub const LOWEST_CLASS: u8 = 1;
pub const HIGHEST_CLASS: u8 = 5;

/// Where a customer's risk assessment stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Valid {
        /// 1 (cautious) to 5 (bold).
        class: u8,
    },
    /// Never taken, taken after the day, or of a class outside C1–C5: nothing may be derived from it.
    Missing,
    Expired {
        /// Its last valid day.
        valid_to: NaiveDate,
    },
}

/// Why a product's risk keeps it from a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    AssessmentMissing,
    AssessmentExpired { valid_to: NaiveDate },
    AboveRating { product_risk: u8, highest: u8 },
}

/// Reads an assessment on a day. Both its first and its last day count as valid.
#[must_use]
pub fn standing(assessment: Option<RiskAssessment>, day: NaiveDate) -> Standing {
    match assessment {
        Some(found) if !(LOWEST_CLASS..=HIGHEST_CLASS).contains(&found.class) => Standing::Missing,
        Some(found) if found.assessed_on > day => Standing::Missing,
        Some(found) if found.valid_to < day => Standing::Expired { valid_to: found.valid_to },
        Some(found) => Standing::Valid { class: found.class },
        None => Standing::Missing,
    }
}

/// The highest product risk class that a rating may hold: R ≤ C.
#[must_use]
pub fn highest_risk(class: u8) -> u8 {
    class.min(HIGHEST_CLASS)
}

/// Whether the product may be bought only on a valid assessment.
///
/// Everything above R1, and everything that is sold as an investment even at R1 (cash management, wealth, funds,
/// gold): the bank must assess the buyer first. Deposits, pension accounts and pension deposits at R1, and products
/// without investment risk (cards, loans, pure cover), need none.
#[must_use]
pub fn needs_assessment(product: &Product) -> bool {
    let sold_as_investment =
        matches!(product.category, Category::CashManagement | Category::Wealth | Category::Fund | Category::Gold);
    match product.risk {
        None => false,
        Some(risk) => risk > LOWEST_CLASS || sold_as_investment,
    }
}

/// What keeps the product from a customer of this standing; `None` when nothing does.
#[must_use]
pub fn obstacle(product: &Product, standing: Standing) -> Option<Obstacle> {
    let product_risk = product.risk.filter(|_| needs_assessment(product))?;
    match standing {
        Standing::Missing => Some(Obstacle::AssessmentMissing),
        Standing::Expired { valid_to } => Some(Obstacle::AssessmentExpired { valid_to }),
        Standing::Valid { class } => {
            let highest = highest_risk(class);
            (product_risk > highest).then_some(Obstacle::AboveRating { product_risk, highest })
        }
    }
}
