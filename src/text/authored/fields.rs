//! How the fields of an authored entry are read: each type says how it is written, each wrong value becomes a
//! fault with its place. Must not know files, nor which entry a field belongs to.

use std::ops::Range;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use crate::domain::customer::{CustomerKind, LifeStage};
use crate::domain::fact::Unit;
use crate::domain::ids::BadId;
use crate::domain::product::{Category, Need};
use crate::domain::{ArticleId, Localised, ProductId};

/// A type that is written in an authored file.
pub trait Authored: Sized {
    /// Reads the value of a field.
    ///
    /// # Errors
    /// Everything that is wrong with the value, not only the first.
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>>;
}

/// The fields of one table while they are read.
#[derive(Debug)]
pub struct Fields<'t, 'i> {
    table: &'t DeTable<'i>,
    span: Range<usize>,
    asked: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl Fields<'_, '_> {
    /// The value, or `None` after noting that it is missing or wrong.
    pub fn required<T: Authored>(&mut self, key: &'static str) -> Option<T> {
        let found = self.optional(key);
        if found.is_none() && !self.table.contains_key(key) {
            self.problems.push(Problem::new(key, self.span.clone(), "is missing", format!("add `{key} = …`")));
        }
        found
    }

    /// The value; `None` when it is absent, or wrong and noted.
    pub fn optional<T: Authored>(&mut self, key: &'static str) -> Option<T> {
        self.asked.push(key);
        match T::read(self.table.get(key)?) {
            Ok(value) => Some(value),
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(|problem| problem.inside(key)));
                None
            }
        }
    }

    /// Whether the field is there, right or wrong.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Notes a fault of one field; its place is the field's value, or the table when it is absent.
    pub fn wrong(&mut self, key: &str, problem: impl Into<String>, fix: impl Into<String>) {
        let span = self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span);
        self.problems.push(Problem::new(key, span, problem, fix));
    }
}

/// Reads a table with `read`, and refuses every key that `read` did not ask for.
///
/// # Errors
/// All faults of the table. A `read` that gives `None` has noted why.
pub fn read_table<T>(
    value: &Spanned<DeValue<'_>>,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    let Some(table) = value.get_ref().as_table() else {
        return Err(not_a(value, "a table, such as { zh = \"…\", en = \"…\" }"));
    };
    let mut fields = Fields { table, span: value.span(), asked: Vec::new(), problems: Vec::new() };
    let read = read(&mut fields);
    let Fields { asked, mut problems, .. } = fields;
    for (key, _) in table.iter().filter(|(key, _)| !asked.contains(&key.get_ref().as_ref())) {
        let fix = format!("delete it or correct its name; known are {}", asked.join(", "));
        problems.push(Problem::new(key.get_ref().as_ref(), key.span(), "is not known", fix));
    }
    read.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The one fault of a value of another type or form than `wanted`.
#[must_use]
pub fn not_a(value: &Spanned<DeValue<'_>>, wanted: &str) -> Vec<Problem> {
    let problem = match value.get_ref() {
        DeValue::String(text) => format!("is \"{text}\""),
        other => format!("is of type {}", other.type_str()),
    };
    vec![Problem::new("", value.span(), problem, format!("write {wanted}"))]
}

/// Text with something in it, without white space at the ends.
impl Authored for String {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        let text = value.get_ref().as_str().ok_or_else(|| not_a(value, "text in quotes"))?.trim();
        if text.is_empty() {
            return Err(vec![Problem::new("", value.span(), "is empty", "write the text, or delete the field")]);
        }
        Ok(text.to_owned())
    }
}

impl Authored for NaiveDate {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        let date = value.get_ref().as_datetime().filter(|at| at.time.is_none() && at.offset.is_none());
        date.and_then(|at| at.date)
            .and_then(|date| Self::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
            .ok_or_else(|| not_a(value, "a date without quotes, such as 2026-01-31"))
    }
}

impl<T: Authored> Authored for Vec<T> {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        let entries = value.get_ref().as_array().ok_or_else(|| not_a(value, "a list in [ ]"))?;
        let mut read = Self::new();
        let mut problems = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            match T::read(entry) {
                Ok(value) => read.push(value),
                Err(more) => problems.extend(more.into_iter().map(|p| p.inside(&format!("[{}]", number + 1)))),
            }
        }
        if problems.is_empty() { Ok(read) } else { Err(problems) }
    }
}

/// The value with its place, for checks made once everything is read.
impl<T: Authored> Authored for Spanned<T> {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        Ok(Self::new(value.span(), T::read(value)?))
    }
}

impl Authored for Localised {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let (zh, en) = (fields.required("zh"), fields.required("en"));
            Some(Self { zh: zh?, en: en? })
        })
    }
}

/// One of the words of an enum.
fn word<T: DeserializeOwned>(value: &Spanned<DeValue<'_>>) -> Result<T, Vec<Problem>> {
    let text = value.get_ref().as_str().ok_or_else(|| not_a(value, "a word in quotes"))?;
    T::deserialize(StrDeserializer::<WordError>::new(text)).map_err(|error| {
        let message = error.to_string();
        let (problem, words) = message.split_once(", expected ").unwrap_or((&message, "one of the known words"));
        vec![Problem::new("", value.span(), problem, format!("write {words}"))]
    })
}

fn id<T: TryFrom<String, Error = BadId>>(value: &Spanned<DeValue<'_>>) -> Result<T, Vec<Problem>> {
    T::try_from(String::read(value)?).map_err(|bad| not_a(value, &format!("an id: a {bad}")))
}

macro_rules! authored_with {
    ($read:ident: $($name:ty),+) => {
        $(impl Authored for $name {
            fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
                $read(value)
            }
        })+
    };
}

authored_with!(word: Category, Need, LifeStage, CustomerKind, Unit);
authored_with!(id: ProductId, ArticleId);
