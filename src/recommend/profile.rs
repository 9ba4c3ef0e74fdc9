//! Somebody described rather than looked up: what an advisor knows of a prospect. Everything is optional, and what
//! is not stated is not assumed. Must not know customers, products or rules.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::RecommendError;
use crate::customers::eligibility::OLDEST;
use crate::domain::ProductId;
use crate::domain::customer::{CustomerKind, LifeStage};
use crate::domain::product::Need;
use crate::risk::{HIGHEST_CLASS, LOWEST_CLASS};

/// Highest investment knowledge: experienced.
const HIGHEST_KNOWLEDGE: u8 = 3;
/// Most needs and holdings of a profile.
const MOST_ENTRIES: usize = 64;

/// A person in outline. There is no field for sex, ethnicity, religion, health or marital status.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// An individual when not stated.
    pub kind: Option<CustomerKind>,
    /// Whole years.
    pub age: Option<u32>,
    /// CNY a month.
    #[schema(value_type = Option<f64>)]
    #[serde(deserialize_with = "amount")]
    pub monthly_income: Option<Decimal>,
    /// CNY held with the bank.
    #[schema(value_type = Option<f64>)]
    #[serde(deserialize_with = "amount")]
    pub financial_assets: Option<Decimal>,
    /// Resident of mainland China; when not stated, products for residents only are kept off.
    pub resident: Option<bool>,
    /// Rating of an assessment that is valid today, 1 (C1) to 5 (C5).
    pub risk_class: Option<u8>,
    /// Investment knowledge: 0 none, 1 basic, 2 informed, 3 experienced.
    pub knowledge: Option<u8>,
    pub life_stage: Option<LifeStage>,
    /// What the person has asked for.
    pub needs: Vec<Need>,
    /// Products held already.
    #[schema(value_type = Vec<String>)]
    pub holdings: Vec<ProductId>,
}

impl Profile {
    /// Checks every value's range. Whether the products named exist is asked where the catalogue is known.
    ///
    /// # Errors
    /// [`RecommendError::BadField`] naming the first field that must change.
    pub fn check(&self) -> Result<(), RecommendError> {
        let most = Decimal::from(1_000_000_000_000_i64);
        let money = |value: Option<Decimal>| value.is_none_or(|cny| cny >= Decimal::ZERO && cny <= most);
        let class = |value: Option<u8>| value.is_none_or(|class| (LOWEST_CLASS..=HIGHEST_CLASS).contains(&class));
        let checks: [(&'static str, bool, String); 7] = [
            ("profile.age", self.age.is_none_or(|age| age <= OLDEST), format!("must be 0 to {OLDEST} years")),
            ("profile.monthly_income", money(self.monthly_income), format!("must be 0 to {most} CNY a month")),
            ("profile.financial_assets", money(self.financial_assets), format!("must be 0 to {most} CNY")),
            (
                "profile.risk_class",
                class(self.risk_class),
                format!("must be {LOWEST_CLASS} (C1) to {HIGHEST_CLASS} (C5)"),
            ),
            (
                "profile.knowledge",
                self.knowledge.is_none_or(|level| level <= HIGHEST_KNOWLEDGE),
                format!("must be 0 (none) to {HIGHEST_KNOWLEDGE} (experienced)"),
            ),
            ("profile.needs", self.needs.len() <= MOST_ENTRIES, format!("must name at most {MOST_ENTRIES} needs")),
            (
                "profile.holdings",
                self.holdings.len() <= MOST_ENTRIES,
                format!("must name at most {MOST_ENTRIES} products"),
            ),
        ];
        match checks.into_iter().find(|(_, fits, _)| !fits) {
            Some((field, _, problem)) => Err(RecommendError::BadField { field, problem }),
            None => Ok(()),
        }
    }
}

/// Reads an amount from a JSON number or a string of digits; `null` is no amount.
fn amount<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Decimal>, D::Error> {
    struct Amount;
    impl Visitor<'_> for Amount {
        type Value = Option<Decimal>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an amount such as 8000 or \"8000.50\"")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(Decimal::from(value)))
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(Decimal::from(value)))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            let read = Decimal::try_from(value).map_err(|_| E::custom("not an amount teller can hold"));
            read.map(Some)
        }

        fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
            let read = value.parse().map_err(|_| E::custom("expected an amount such as 8000 or \"8000.50\""));
            read.map(Some)
        }
    }
    input.deserialize_any(Amount)
}
