//! What the gates and the rank know of whoever the list is for, drawn from a customer, from a profile or from
//! nothing. One form for all three, so that a rule cannot treat a customer otherwise than a stranger of the same
//! facts. No name, sex, region, occupation or language gets in. Must not know products' texts, sentences or storage.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::needs::{self, Signal};
use super::profile::Profile;
use crate::customers::CustomerView;
use crate::customers::eligibility::{Applicant, OLDEST};
use crate::customers::view::Side;
use crate::domain::ProductId;
use crate::domain::customer::{CustomerKind, LifeStage, TransactionCategory};
use crate::domain::product::{Category, Product};
use crate::risk::{self, Standing};

/// Age from which somebody unknown is believed to be: the bank's products are sold to adults.
const ADULT: u32 = 18;

/// The person of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub(super) applicant: Applicant,
    pub(super) standing: Standing,
    /// Investment knowledge, 0 to 3; 0 when not known.
    pub(super) knowledge: u8,
    pub(super) stage: Option<LifeStage>,
    /// Shelves used with the bank; `None` when not known.
    pub(super) shelves: Option<BTreeSet<Category>>,
    /// What the person needs, each with its strongest sign.
    pub(super) needs: BTreeMap<crate::domain::product::Need, Signal>,
    /// Repayments in percent of income; `None` when not known.
    pub(super) repayment_percent: Option<i64>,
}

impl Person {
    /// Somebody of whom only "adult" is known.
    pub(super) fn unknown() -> Self {
        Self::from_profile(&Profile::default(), |_| None)
    }

    pub(super) fn from_profile<'a>(profile: &Profile, product: impl Fn(&ProductId) -> Option<&'a Product>) -> Self {
        let ages = profile.age.map_or(ADULT..=OLDEST, |age| age..=age);
        let shelves = profile.holdings.iter().filter_map(|id| product(id).map(|found| found.category)).collect();
        Self {
            applicant: Applicant {
                kind: profile.kind.unwrap_or(CustomerKind::Individual),
                ages,
                resident: profile.resident.unwrap_or(false),
                monthly_income_fen: fen(profile.monthly_income).unwrap_or(0),
                financial_assets_fen: fen(profile.financial_assets),
                holdings: profile.holdings.iter().map(|id| (id.clone(), 0)).collect(),
            },
            standing: profile.risk_class.map_or(Standing::Missing, |class| Standing::Valid { class }),
            knowledge: profile.knowledge.unwrap_or(0),
            stage: profile.life_stage,
            shelves: (!profile.holdings.is_empty()).then_some(shelves),
            needs: needs::declared(&profile.needs, profile.life_stage),
            repayment_percent: None,
        }
    }

    pub(super) fn from_view(view: &CustomerView) -> Self {
        let customer = &view.customer;
        let mut holdings: BTreeMap<ProductId, i64> = BTreeMap::new();
        for held in &view.holdings {
            *holdings.entry(held.product_id.clone()).or_default() += held.balance_fen;
        }
        Self {
            applicant: Applicant {
                kind: customer.kind,
                ages: view.age..=view.age,
                resident: customer.resident,
                monthly_income_fen: customer.monthly_income_fen,
                financial_assets_fen: Some(view.financial_assets_fen),
                holdings,
            },
            standing: risk::standing(customer.risk, view.as_of),
            knowledge: customer.knowledge,
            stage: Some(customer.life_stage),
            shelves: Some(view.holdings.iter().filter_map(|held| held.category).collect()),
            needs: needs::seen(view),
            repayment_percent: repayment_percent(view),
        }
    }
}

/// A year's repayments in percent of a year's income.
fn repayment_percent(view: &CustomerView) -> Option<i64> {
    let owes = view.holdings.iter().any(|held| held.side == Side::Debt && held.balance_fen > 0);
    let income = view.customer.monthly_income_fen.saturating_mul(12);
    let repaid = view.spending.get(&TransactionCategory::LoanRepayment).map_or(0, |sum| -sum.sum_fen);
    match (owes, income) {
        (false, _) => Some(0),
        (true, income) if income > 0 => Some(repaid.max(0).saturating_mul(100) / income),
        _ => None,
    }
}

/// CNY as whole fen; profiles are checked to be in range.
fn fen(cny: Option<Decimal>) -> Option<i64> {
    (cny? * Decimal::ONE_HUNDRED).trunc().to_i64()
}
