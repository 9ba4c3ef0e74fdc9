//! The hard rules: each holds or it does not, whatever the rank would say. Eligibility, suitability, knowledge, what is
//! held already, concentration, the burden of debt, and no credit that nobody asked for. Must not know ranks, reasons
//! or storage.

use rust_decimal::Decimal;

use super::explain::amount;
use super::person::Person;
use crate::catalog::Catalog;
use crate::customers::eligibility::{Unmet, cny, unmet};
use crate::domain::Locale;
use crate::domain::customer::CustomerKind;
use crate::domain::product::{Category, Need, Product};
use crate::risk::{Obstacle, obstacle};

/// Repayments in percent of income from which no more credit is recommended.
pub const BURDEN_PERCENT: i64 = 50;

/// A rule that keeps a product off a list, with what its sentence needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    Eligibility(Unmet),
    Suitability(Obstacle),
    Knowledge {
        needed: u8,
        has: u8,
    },
    AlreadyHeld,
    /// The smallest purchase, in CNY, is more than all the person has with the bank.
    MinimumAmount {
        min: Decimal,
    },
    /// More than this share (0 to 1) of the person's assets would lie in the product.
    Concentration {
        share: Decimal,
    },
    RepaymentBurden {
        percent: i64,
    },
    CreditNotAsked,
}

/// Every rule that the product breaks for this person, in the order in which they are checked. `asked` is the shelf
/// that the request names.
pub(super) fn broken(product: &Product, person: &Person, asked: Option<Category>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = unmet(product, &person.applicant).into_iter().map(Rule::Eligibility).collect();
    rules.extend(obstacle(product, person.standing).map(Rule::Suitability));
    let needed = product.suitability.min_knowledge;
    if person.knowledge < needed {
        rules.push(Rule::Knowledge { needed, has: person.knowledge });
    }
    if product.suitability.one_per_customer && person.applicant.holdings.contains_key(&product.id) {
        rules.push(Rule::AlreadyHeld);
    }
    if let Some(min) = product.min_amount.filter(|min| out_of_reach(product, person, *min)) {
        rules.push(Rule::MinimumAmount { min });
    }
    if let Some(share) = product.suitability.max_share.filter(|share| concentrates(product, person, *share)) {
        rules.push(Rule::Concentration { share });
    }
    if let Some(purpose) = purpose(product.category) {
        if let Some(percent) = person.repayment_percent.filter(|percent| *percent >= BURDEN_PERCENT) {
            rules.push(Rule::RepaymentBurden { percent });
        }
        if asked != Some(product.category) && !person.needs.contains_key(&purpose) {
            rules.push(Rule::CreditNotAsked);
        }
    }
    rules
}

/// The need that a loan answers; `None` for what is no loan.
fn purpose(category: Category) -> Option<Need> {
    match category {
        Category::PersonalLoan => Some(Need::Borrowing),
        Category::Mortgage => Some(Need::Housing),
        Category::BusinessLoan => Some(Need::BusinessFinance),
        _ => None,
    }
}

/// Whether somebody whose assets are known has less than the smallest purchase. Foreign currency is left to the
/// advisor: no rate of exchange is known here.
fn out_of_reach(product: &Product, person: &Person, min: Decimal) -> bool {
    let buys = product.is_investment() && product.currency == "CNY";
    buys && person.applicant.financial_assets_fen.is_some_and(|fen| cny(fen) < min)
}

/// Whether the smallest purchase, on top of what is held, would be more than `share` of all assets. Assets that are
/// not known bear no share at all.
fn concentrates(product: &Product, person: &Person, share: Decimal) -> bool {
    let Some(assets) = person.applicant.financial_assets_fen else { return true };
    let held = person.applicant.holdings.get(&product.id).map_or(Decimal::ZERO, |fen| cny(*fen));
    held + product.min_amount.unwrap_or(Decimal::ZERO) > cny(assets) * share
}

impl Rule {
    /// The code in answers, logs and metrics.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Eligibility(Unmet::Kind) => "customer_kind",
            Self::Eligibility(Unmet::UnderAge { .. }) => "under_age",
            Self::Eligibility(Unmet::OverAge { .. }) => "over_age",
            Self::Eligibility(Unmet::ResidentsOnly) => "residents_only",
            Self::Eligibility(Unmet::Income { .. }) => "income",
            Self::Eligibility(Unmet::Assets { .. }) => "assets",
            Self::Eligibility(Unmet::RequiresProduct { .. }) => "requires_product",
            Self::Suitability(Obstacle::AssessmentMissing) => "assessment_missing",
            Self::Suitability(Obstacle::AssessmentExpired { .. }) => "assessment_expired",
            Self::Suitability(Obstacle::AboveRating { .. }) => "above_rating",
            Self::Knowledge { .. } => "knowledge",
            Self::AlreadyHeld => "already_held",
            Self::MinimumAmount { .. } => "minimum_amount",
            Self::Concentration { .. } => "concentration",
            Self::RepaymentBurden { .. } => "repayment_burden",
            Self::CreditNotAsked => "credit_not_asked",
        }
    }

    /// The rule as a sentence about the product.
    pub(super) fn sentence(&self, product: &Product, catalog: &Catalog, locale: Locale) -> String {
        let zh = locale == Locale::Zh;
        match self {
            Self::Eligibility(condition) => eligibility(condition, product, catalog, locale),
            Self::Suitability(Obstacle::AssessmentMissing) if zh => "客户没有有效的风险测评，须先完成测评".to_owned(),
            Self::Suitability(Obstacle::AssessmentMissing) => {
                "the customer's risk assessment is missing; one must be taken first".to_owned()
            }
            Self::Suitability(Obstacle::AssessmentExpired { valid_to }) if zh => {
                format!("客户的风险测评已于 {valid_to} 到期，须重新测评")
            }
            Self::Suitability(Obstacle::AssessmentExpired { valid_to }) => {
                format!("the customer's risk assessment ended on {valid_to} and must be taken again")
            }
            Self::Suitability(Obstacle::AboveRating { product_risk, highest }) if zh => {
                format!("产品风险等级 R{product_risk} 高于客户可购买的最高等级 R{highest}")
            }
            Self::Suitability(Obstacle::AboveRating { product_risk, highest }) => {
                format!("product risk R{product_risk} is above R{highest}, the highest for the customer's rating")
            }
            Self::Knowledge { needed, has } if zh => {
                format!("产品要求投资知识不低于 {needed} 级，客户为 {has} 级")
            }
            Self::Knowledge { needed, has } => {
                format!("the product asks for investment knowledge level {needed}, the customer has {has}")
            }
            Self::AlreadyHeld if zh => "客户已持有，每人限一份".to_owned(),
            Self::AlreadyHeld => "the customer has it already, and one is the most".to_owned(),
            Self::MinimumAmount { min } if zh => format!("起购金额 {} 高于客户在本行的金融资产", amount(*min, locale)),
            Self::MinimumAmount { min } => {
                let min = amount(*min, locale);
                format!("the smallest purchase, {min}, is more than the customer's financial assets with us")
            }
            Self::Concentration { share } => {
                let percent = (share * Decimal::ONE_HUNDRED).normalize();
                if zh {
                    format!("购买后在本行金融资产中的占比会超过 {percent}% 的上限")
                } else {
                    format!("it would be more than {percent}% of the customer's financial assets with us")
                }
            }
            Self::RepaymentBurden { percent } if zh => {
                format!("近 12 个月还款已占收入的 {percent}%，达到 {BURDEN_PERCENT}% 的上限")
            }
            Self::RepaymentBurden { percent } => {
                format!("repayments took {percent}% of income in the last 12 months; the limit is {BURDEN_PERCENT}%")
            }
            Self::CreditNotAsked if zh => "没有看到借款需求，贷款不主动推荐".to_owned(),
            Self::CreditNotAsked => "no need for it is seen, and credit is not recommended unasked".to_owned(),
        }
    }
}

fn eligibility(condition: &Unmet, product: &Product, catalog: &Catalog, locale: Locale) -> String {
    let zh = locale == Locale::Zh;
    match condition {
        Unmet::Kind => {
            let business = product.eligibility.customer_kinds.contains(&CustomerKind::SmallBusiness);
            match (business, zh) {
                (true, true) => "仅面向企业客户".to_owned(),
                (true, false) => "for businesses only".to_owned(),
                (false, true) => "仅面向个人客户".to_owned(),
                (false, false) => "for personal customers only".to_owned(),
            }
        }
        Unmet::UnderAge { min } if zh => format!("须年满 {min} 周岁"),
        Unmet::UnderAge { min } => format!("from age {min} only"),
        Unmet::OverAge { max } if zh => format!("年龄不得超过 {max} 周岁"),
        Unmet::OverAge { max } => format!("up to age {max} only"),
        Unmet::ResidentsOnly if zh => "仅面向境内居民".to_owned(),
        Unmet::ResidentsOnly => "for residents only".to_owned(),
        Unmet::Income { min } if zh => format!("月收入须不低于 {}", amount(*min, locale)),
        Unmet::Income { min } => format!("needs an income of {} a month", amount(*min, locale)),
        Unmet::Assets { min } if zh => format!("在本行的金融资产须不低于 {}", amount(*min, locale)),
        Unmet::Assets { min } => format!("needs financial assets with us of {}", amount(*min, locale)),
        Unmet::RequiresProduct { product } => {
            let name = catalog.product(product).map_or(product.as_str(), |needed| needed.name.get(locale));
            if zh { format!("须先持有“{name}”") } else { format!("needs “{name}” first") }
        }
    }
}
