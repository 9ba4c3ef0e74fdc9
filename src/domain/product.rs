//! A product of the bank: what it is, who may hold it, whom it suits, and its dated facts.
//! Must not know customers, storage or prices' sources.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::customer::{CustomerKind, LifeStage};
use super::fact::Fact;
use super::{Localised, ProductId};

/// The shelf a product stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Deposit,
    CashManagement,
    Wealth,
    Fund,
    Gold,
    ForeignExchange,
    Card,
    PersonalLoan,
    Mortgage,
    BusinessLoan,
    Insurance,
    Pension,
}

/// What a product is for, and what a customer may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Saving,
    Liquidity,
    Growth,
    Protection,
    Retirement,
    Borrowing,
    Housing,
    Payment,
    BusinessFinance,
    ForeignExchange,
    Education,
}

/// A product as the catalogue holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub category: Category,
    pub name: Localised,
    pub summary: Localised,
    /// ISO 4217 code.
    pub currency: String,
    /// Product risk R1–R5; `None` where the product carries no investment risk (cards, loans, pure cover).
    pub risk: Option<u8>,
    /// Smallest amount, in `currency`.
    pub min_amount: Option<Decimal>,
    pub horizon_months: Option<u32>,
    pub needs: Vec<Need>,
    /// Target market; empty means everyone.
    pub life_stages: Vec<LifeStage>,
    pub on_sale_from: NaiveDate,
    pub on_sale_to: Option<NaiveDate>,
    pub documents: Option<Localised>,
    pub risk_note: Option<Localised>,
    pub eligibility: Eligibility,
    pub suitability: Suitability,
    /// Ids are `PRODUCTID.code`; several periods of one fact are several entries.
    pub facts: Vec<Fact>,
}

/// May a customer hold the product at all?
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Eligibility {
    /// Empty means every kind.
    pub customer_kinds: Vec<CustomerKind>,
    pub min_age: Option<u32>,
    pub max_age: Option<u32>,
    /// CNY a month.
    pub min_monthly_income: Option<Decimal>,
    /// CNY of financial assets held with the bank.
    pub min_assets: Option<Decimal>,
    pub residents_only: bool,
    pub requires_product: Option<ProductId>,
}

/// Does the product suit a customer who may hold it?
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Suitability {
    /// Investment knowledge: 0 none, 1 basic, 2 informed, 3 experienced.
    pub min_knowledge: u8,
    /// At most this share (0..=1) of the customer's financial assets.
    pub max_share: Option<Decimal>,
    pub one_per_customer: bool,
}

impl Product {
    #[must_use]
    pub fn on_sale(&self, day: NaiveDate) -> bool {
        self.on_sale_from <= day && self.on_sale_to.is_none_or(|to| day <= to)
    }

    /// Whether holding it puts the customer's money at (some) investment risk.
    #[must_use]
    pub fn is_investment(&self) -> bool {
        self.risk.is_some()
    }
}
