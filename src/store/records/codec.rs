//! Between domain values and columns: names of enums, decimals as text, JSON, ids; and times to the microsecond.
//! What cannot be read back is an error that names table, column and row. Must not know which tables there are.

use chrono::{DateTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use sea_orm::JsonValue;
use serde::Serialize;
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use super::error::RecordsError;

/// One row on its way out of the database: it knows what to blame.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub table: &'static str,
    pub key: &'a str,
}

impl Row<'_> {
    pub fn corrupt(&self, column: &str, reason: impl std::fmt::Display) -> RecordsError {
        RecordsError::corrupt(self.table, column, self.key, reason)
    }

    /// An enum by the name it has in the API (`small_business`).
    pub fn named<T: DeserializeOwned>(&self, column: &str, name: &str) -> Result<T, RecordsError> {
        let name: StrDeserializer<'_, NameError> = name.into_deserializer();
        T::deserialize(name).map_err(|error| self.corrupt(column, error))
    }

    pub fn json<T: DeserializeOwned>(&self, column: &str, value: JsonValue) -> Result<T, RecordsError> {
        serde_json::from_value(value).map_err(|error| self.corrupt(column, error))
    }

    pub fn decimal(&self, column: &str, text: &str) -> Result<Decimal, RecordsError> {
        text.parse().map_err(|error| self.corrupt(column, error))
    }

    /// Any value that checks itself: ids, and integers that must fit a smaller type.
    pub fn checked<T, U: TryFrom<T>>(&self, column: &str, value: T) -> Result<U, RecordsError>
    where
        U::Error: std::fmt::Display,
    {
        U::try_from(value).map_err(|error| self.corrupt(column, error))
    }
}

/// The name of an enum's variant, as the API writes it.
pub(super) fn name_of<T: Serialize>(value: &T) -> Result<String, RecordsError> {
    match serde_json::to_value(value) {
        Ok(JsonValue::String(name)) => Ok(name),
        Ok(other) => Err(RecordsError::Engine(format!("{other} is not the name of a variant"))),
        Err(error) => Err(RecordsError::Engine(error.to_string())),
    }
}

pub(super) fn json_of<T: Serialize>(value: &T) -> Result<JsonValue, RecordsError> {
    serde_json::to_value(value).map_err(|error| RecordsError::Engine(error.to_string()))
}

/// `PostgreSQL` keeps microseconds: cutting here makes both engines give back, and compare, the same time.
pub(super) fn kept(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}
