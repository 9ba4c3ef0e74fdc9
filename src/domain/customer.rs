//! A customer: who it is, what it holds, what moved on its accounts, and what it consented to.
//! Must not know scores, storage or how a customer is shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, Locale, ProductId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    Individual,
    SmallBusiness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LifeStage {
    Student,
    YoungWorker,
    YoungFamily,
    EstablishedFamily,
    PreRetirement,
    Retired,
    BusinessOwner,
}

/// A customer's master record. Money is in fen (1/100 CNY).
///
/// Sex, ethnicity, religion, health and marital status have no field: what is not held cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub kind: CustomerKind,
    pub name: String,
    pub locale: Locale,
    pub birth_date: NaiveDate,
    pub occupation: String,
    /// Province-level region, in Chinese (上海, 四川 …).
    pub region: String,
    pub resident: bool,
    pub monthly_income_fen: i64,
    pub life_stage: LifeStage,
    /// Result of the risk questionnaire, C1–C5; `None` when never taken.
    pub risk: Option<RiskAssessment>,
    /// Investment knowledge: 0 none, 1 basic, 2 informed, 3 experienced.
    pub knowledge: u8,
    pub consents: Consents,
    /// The advisor whose portfolio the customer is in.
    pub advisor_id: String,
    pub customer_since: NaiveDate,
}

/// The risk questionnaire's outcome and its last valid day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskAssessment {
    /// 1 (cautious) to 5 (bold).
    pub class: u8,
    pub assessed_on: NaiveDate,
    /// Last day of validity, inclusive.
    pub valid_to: NaiveDate,
}

/// What the customer has agreed to. Read at decision time, never cached beyond it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
    /// Use of holdings and behaviour for personal recommendations.
    pub personalisation: bool,
    /// Being contacted with offers.
    pub marketing: bool,
}

impl Customer {
    /// Whole years lived on `day`.
    #[must_use]
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.birth_date).unwrap_or(0)
    }
}

/// A product that a customer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    /// Balance, or outstanding amount for loans and cards, in fen of CNY; never negative.
    pub balance_fen: i64,
    pub opened_on: NaiveDate,
}

/// What a transaction was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionCategory {
    Salary,
    BusinessIncome,
    Pension,
    TransferIn,
    Groceries,
    Dining,
    Housing,
    Utilities,
    Transport,
    Shopping,
    Travel,
    OverseasSpending,
    Education,
    Healthcare,
    ChildCare,
    InsurancePremium,
    LoanRepayment,
    Investment,
    CashWithdrawal,
    TransferOut,
}

/// One movement of money. Positive comes in, negative goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    pub customer_id: CustomerId,
    /// Position among the customer's transactions, from 0: with the customer it is the key.
    pub sequence: i64,
    pub at: DateTime<Utc>,
    pub category: TransactionCategory,
    pub amount_fen: i64,
}
