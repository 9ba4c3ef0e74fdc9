//! Dated facts: a rate, a fee, a limit, a phone number, each with the days it is valid on.
//! Must not know where facts are stored nor how a sentence around one reads.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Locale, Localised};

/// What a fact's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    PercentPerYear,
    Percent,
    Cny,
    Usd,
    Hkd,
    Eur,
    Days,
    WorkingDays,
    Months,
    Years,
    Hours,
    Minutes,
    Times,
    Grams,
    Phone,
    Text,
}

/// One value of one fact over one period. A fact that changed is several entries with the same `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// `bank.hotline`, or `PRODUCTID.code` for a product's fact.
    pub id: String,
    pub label: Localised,
    pub unit: Unit,
    pub value: FactValue,
    /// First day of validity.
    pub from: NaiveDate,
    /// Last day of validity, inclusive; open-ended when absent.
    pub to: Option<NaiveDate>,
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    /// A number in the fact's unit, with the digits its author wrote (`1.10` stays `1.10`).
    Number(Decimal),
    /// A phone number.
    Phone(String),
    /// Words in both languages.
    Words(Localised),
}

impl Fact {
    #[must_use]
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Value and unit as a customer reads them: `1.10%`, `CNY 5.00`, `5.00 元`, `15 个工作日`.
    #[must_use]
    pub fn render(&self, locale: Locale) -> String {
        match &self.value {
            FactValue::Phone(number) => number.clone(),
            FactValue::Words(words) => words.get(locale).to_owned(),
            FactValue::Number(number) => render_number(*number, self.unit, locale),
        }
    }
}

fn render_number(number: Decimal, unit: Unit, locale: Locale) -> String {
    let digits = group_thousands(&number.to_string());
    let one = number == Decimal::ONE;
    match (unit, locale) {
        (Unit::PercentPerYear | Unit::Percent, _) => format!("{digits}%"),
        (Unit::Cny, Locale::Zh) => format!("{digits} 元"),
        (Unit::Usd, Locale::Zh) => format!("{digits} 美元"),
        (Unit::Hkd, Locale::Zh) => format!("{digits} 港元"),
        (Unit::Eur, Locale::Zh) => format!("{digits} 欧元"),
        (Unit::Cny, Locale::En) => format!("CNY {digits}"),
        (Unit::Usd, Locale::En) => format!("USD {digits}"),
        (Unit::Hkd, Locale::En) => format!("HKD {digits}"),
        (Unit::Eur, Locale::En) => format!("EUR {digits}"),
        (Unit::Days, Locale::Zh) => format!("{digits} 天"),
        (Unit::WorkingDays, Locale::Zh) => format!("{digits} 个工作日"),
        (Unit::Months, Locale::Zh) => format!("{digits} 个月"),
        (Unit::Years, Locale::Zh) => format!("{digits} 年"),
        (Unit::Hours, Locale::Zh) => format!("{digits} 小时"),
        (Unit::Minutes, Locale::Zh) => format!("{digits} 分钟"),
        (Unit::Times, Locale::Zh) => format!("{digits} 次"),
        (Unit::Grams, Locale::Zh) => format!("{digits} 克"),
        (unit, Locale::En) => match english_noun(unit) {
            Some(noun) => format!("{digits} {noun}{}", if one { "" } else { "s" }),
            None => digits,
        },
        (Unit::Phone | Unit::Text, Locale::Zh) => digits,
    }
}

fn english_noun(unit: Unit) -> Option<&'static str> {
    Some(match unit {
        Unit::Days => "day",
        Unit::WorkingDays => "working day",
        Unit::Months => "month",
        Unit::Years => "year",
        Unit::Hours => "hour",
        Unit::Minutes => "minute",
        Unit::Times => "time",
        Unit::Grams => "gram",
        _ => return None,
    })
}

/// `50000.00` → `50,000.00`.
#[must_use]
pub fn group_thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut grouped = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}
