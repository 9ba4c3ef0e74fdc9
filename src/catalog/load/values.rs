//! How numbers and amounts are written in the authored catalogue, and the limits they keep.
//! Must not know which product or fact a value belongs to.

use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::DeValue;

use crate::text::authored::{Authored, Fields, Problem, not_a};

pub(super) const PHONE_FIX: &str = "write digits with hyphens, such as 400-000-9588";

/// A decimal written as text, so that its digits stay as they are: `"1.10"`.
impl Authored for Decimal {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        let text = value.get_ref().as_str().filter(|text| is_plain_decimal(text));
        text.and_then(|text| Self::from_str_exact(text).ok())
            .ok_or_else(|| not_a(value, "a plain decimal in quotes, such as \"1.10\""))
    }
}

/// Digits with at most one point between them, and a minus sign if negative.
fn is_plain_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    unsigned.split_once('.').map_or_else(|| digits(unsigned), |(whole, part)| digits(whole) && digits(part))
}

impl Authored for bool {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        value.get_ref().as_bool().ok_or_else(|| not_a(value, "true or false"))
    }
}

impl Authored for u32 {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        let integer = value.get_ref().as_integer();
        integer
            .and_then(|integer| Self::from_str_radix(integer.as_str(), integer.radix()).ok())
            .ok_or_else(|| not_a(value, "a whole number without quotes, 0 or more"))
    }
}

impl Authored for f64 {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        let float = value.get_ref().as_float().and_then(|float| float.as_str().parse().ok());
        float
            .filter(|float: &f64| float.is_finite())
            .ok_or_else(|| not_a(value, "a number with a point, such as 31.2362"))
    }
}

/// An optional whole number between `least` and `most`.
pub(super) fn within(fields: &mut Fields<'_, '_>, key: &'static str, least: u32, most: u32) -> Option<u32> {
    let number = fields.optional::<u32>(key)?;
    if (least..=most).contains(&number) {
        return Some(number);
    }
    fields.wrong(key, format!("is {number}"), format!("write a whole number from {least} to {most}"));
    None
}

/// An optional amount of money, above zero.
pub(super) fn amount(fields: &mut Fields<'_, '_>, key: &'static str) -> Option<Decimal> {
    let amount = fields.optional::<Decimal>(key)?;
    if amount > Decimal::ZERO {
        return Some(amount);
    }
    fields.wrong(key, format!("is {amount}"), "write an amount above zero, or delete the field");
    None
}

pub(super) fn degrees(fields: &mut Fields<'_, '_>, key: &'static str, most: f64) -> Option<f64> {
    let degrees = fields.required::<f64>(key)?;
    if degrees.abs() <= most {
        return Some(degrees);
    }
    fields.wrong(key, format!("is {degrees}"), format!("write degrees from -{most} to {most}"));
    None
}

pub(super) fn is_phone(text: &str) -> bool {
    let known = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b' ' | b'+'));
    known && text.bytes().any(|byte| byte.is_ascii_digit())
}
