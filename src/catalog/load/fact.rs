//! A dated fact as it is written: alone in `demo/facts` (with an `id`) or inside a product (with a `code`).
//! Must not know which texts use it.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::DeValue;

use super::values;
use crate::domain::Localised;
use crate::domain::fact::{Fact, FactValue, Unit};
use crate::text::authored::{Authored, Fields, Problem, read_table};

/// A fact of the bank itself.
pub(super) struct BankFact(pub Fact);

impl Authored for BankFact {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let id = fields.required::<String>("id");
            if id.as_deref().is_some_and(|id| !is_bank_id(id)) {
                let fix = "write lower-case words joined by dots, starting with `bank.`";
                fields.wrong("id", "is not the id of a fact of the bank", fix);
            }
            dated(fields, id).map(Self)
        })
    }
}

/// A fact of a product; its id is only the code until the product completes it.
pub(super) struct ProductFact(pub Fact);

impl Authored for ProductFact {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let code = fields.required::<String>("code");
            if code.as_deref().is_some_and(|code| !is_word(code)) {
                fields.wrong(
                    "code",
                    "has other characters",
                    "use lower-case letters, digits and _, such as annual_rate",
                );
            }
            dated(fields, code).map(Self)
        })
    }
}

fn is_bank_id(id: &str) -> bool {
    id.strip_prefix("bank.").is_some_and(|rest| rest.split('.').all(is_word))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Everything but the id.
fn dated(fields: &mut Fields<'_, '_>, id: Option<String>) -> Option<Fact> {
    let label = fields.required("label");
    let unit = fields.required::<Unit>("unit");
    let value = if let Some(unit) = unit {
        value_in(fields, unit)
    } else {
        // Without a unit nothing can be said about the value; both keys are known all the same.
        let _ = (fields.optional::<String>("value"), fields.optional::<Localised>("text"));
        None
    };
    let from = fields.required::<NaiveDate>("from");
    let to = fields.optional::<NaiveDate>("to");
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        fields.wrong("to", format!("{to} is before `from`, {from}"), "end the period on or after its first day");
    }
    Some(Fact { id: id?, label: label?, unit: unit?, value: value?, from: from?, to })
}

/// A number, a phone number or words: exactly one of `value` and `text`, as the unit asks.
fn value_in(fields: &mut Fields<'_, '_>, unit: Unit) -> Option<FactValue> {
    if unit == Unit::Text {
        let words = fields.required::<Localised>("text");
        if fields.optional::<String>("value").is_some() {
            fields.wrong("value", "stands beside unit \"text\"", "delete it: `text` holds the words");
        }
        let braced = |text: &str| text.contains(['{', '}']);
        if words.as_ref().is_some_and(|words| braced(&words.zh) || braced(&words.en)) {
            fields.wrong("text", "holds a brace", "write it without { and }: a fact cannot stand in a fact");
        }
        return words.map(FactValue::Words);
    }
    if fields.optional::<Localised>("text").is_some() {
        fields.wrong("text", "stands beside a unit other than \"text\"", "delete it, or write unit = \"text\"");
    }
    if unit != Unit::Phone {
        return fields.required::<Decimal>("value").map(FactValue::Number);
    }
    let number = fields.required::<String>("value")?;
    if !values::is_phone(&number) {
        fields.wrong("value", format!("\"{number}\" is no phone number"), values::PHONE_FIX);
    }
    Some(FactValue::Phone(number))
}

pub(super) const OVERLAP_FIX: &str = "let one period end before the other starts";

/// How an overlap of two periods of one fact reads.
pub(super) fn overlap(fact: &Fact, earlier: &Fact, place: &str) -> String {
    let end = earlier.to.map_or_else(|| "open end".to_owned(), |to| to.to_string());
    format!("the period from {} overlaps the one at {place}, {} to {end}", fact.from, earlier.from)
}
