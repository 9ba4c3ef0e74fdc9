//! Reading authored TOML so that one run reports every fault of every file, each with the line to open, the
//! field, what is wrong and how to put it right. Serde alone would stop at the first fault of a file.
//! Must not know products, facts or articles: a type says in [`Authored`] how it is written.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::customer::{CustomerKind, LifeStage};
use crate::domain::fact::Unit;
use crate::domain::product::{Category, Need};
use crate::domain::ids::BadId;
use crate::domain::{ArticleId, Localised, ProductId};

/// One fault of one authored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthoringFault {
    pub file: String,
    /// Counted from 1; 0 when the file could not be read at all.
    pub line: usize,
    /// Id of the entry, or its kind and number when it has none; empty when the file as a whole is meant.
    pub item: String,
    /// Path of the field, such as `eligibility.min_age`; empty when the entry as a whole is meant.
    pub field: String,
    pub problem: String,
    pub fix: String,
}

impl fmt::Display for AuthoringFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.file, self.line)?;
        for part in [&self.item, &self.field] {
            if !part.is_empty() {
                write!(f, " {part}")?;
            }
        }
        let colon = if self.item.is_empty() && self.field.is_empty() { "" } else { ":" };
        write!(f, "{colon} {}: {}", self.problem, self.fix)
    }
}

/// Every fault on its own line, under a heading that says how many there are.
pub fn list(faults: &[AuthoringFault]) -> String {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    format!("{} fault(s) in authored files:\n{}", faults.len(), lines.join("\n"))
}

/// A text file with the name it is reported under.
pub struct File {
    name: String,
    text: String,
}

impl File {
    /// Reads one file. One that cannot be read is a fault of its own, and `None`.
    pub fn read(path: &Path, faults: &mut Vec<AuthoringFault>) -> Option<Self> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Some(Self { name, text }),
            Err(error) => {
                faults.push(unreadable(path, &error.to_string(), "make it a readable file in UTF-8"));
                None
            }
        }
    }

    /// Reads every `.toml` file of a folder, in the order of their names. A folder without one is a fault.
    pub fn read_folder(folder: &Path, faults: &mut Vec<AuthoringFault>) -> Vec<Self> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(unreadable(folder, &error.to_string(), "give the folder of the authored files"));
                return Vec::new();
            }
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(error) => faults.push(unreadable(folder, &error.to_string(), "make the folder readable")),
            }
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        if paths.is_empty() {
            faults.push(unreadable(folder, "holds no .toml file", "give the folder of the authored files"));
        }
        paths.iter().filter_map(|path| Self::read(path, faults)).collect()
    }

    fn fault(&self, item: &str, problem: Problem) -> AuthoringFault {
        let before = self.text.as_bytes().iter().take(problem.span.start);
        AuthoringFault {
            file: self.name.clone(),
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            item: item.to_owned(),
            field: problem.field,
            problem: problem.problem,
            fix: problem.fix,
        }
    }
}

fn unreadable(path: &Path, problem: &str, fix: &str) -> AuthoringFault {
    AuthoringFault {
        file: path.display().to_string(),
        line: 0,
        item: String::new(),
        field: String::new(),
        problem: problem.to_owned(),
        fix: fix.to_owned(),
    }
}

/// An entry as read, with the file and the place it stands at.
pub struct Located<'f, T> {
    pub file: &'f File,
    /// The `id` value, or the entry's header when it has none.
    pub span: Range<usize>,
    /// The id.
    pub item: String,
    pub value: T,
}

impl<T> Located<'_, T> {
    /// `file:line`.
    pub fn place(&self) -> String {
        let at = self.file.fault(&self.item, Problem::new("", self.span.clone(), "", ""));
        format!("{}:{}", at.file, at.line)
    }

    pub fn fault(&self, field: &str, span: Range<usize>, problem: String, fix: &str) -> AuthoringFault {
        self.file.fault(&self.item, Problem::new(field, span, problem, fix))
    }
}

/// Reads all `[[kind]]` entries of a file. An entry with a fault is left out of the result.
pub fn items<'f, T: Authored>(file: &'f File, kind: &str, faults: &mut Vec<AuthoringFault>) -> Vec<Located<'f, T>> {
    let (document, errors) = DeTable::parse_recoverable(&file.text);
    for error in &errors {
        let problem = Problem::new("", error.span().unwrap_or(0..0), error.message(), "correct the TOML here");
        faults.push(file.fault("", problem));
    }
    if !errors.is_empty() {
        return Vec::new();
    }
    for (key, _) in document.get_ref().iter().filter(|(key, _)| key.get_ref() != kind) {
        let fix = format!("only [[{kind}]] entries belong here");
        faults.push(file.fault("", Problem::new(key.get_ref(), key.span(), "is not known", fix)));
    }
    let entries = document.get_ref().get(kind).and_then(|value| value.get_ref().as_array());
    let Some(entries) = entries.filter(|entries| !entries.is_empty()) else {
        let problem = format!("has no [[{kind}]] entry");
        faults.push(file.fault("", Problem::new("", 0..0, problem, "add one, or delete the file")));
        return Vec::new();
    };
    let mut items = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let id = entry.get_ref().get("id").and_then(|id| Some((id.get_ref().as_str()?.to_owned(), id.span())));
        let (item, span) = id.unwrap_or_else(|| (format!("{kind} {}", number + 1), entry.span()));
        match T::read(entry) {
            Ok(value) => items.push(Located { file, span, item, value }),
            Err(problems) => faults.extend(problems.into_iter().map(|problem| file.fault(&item, problem))),
        }
    }
    items
}

/// Reports every id that stands more than once, at its second place.
pub fn refuse_duplicates<T>(items: &[Located<'_, T>], faults: &mut Vec<AuthoringFault>) {
    let mut first: BTreeMap<&str, &Located<'_, T>> = BTreeMap::new();
    for item in items {
        if let Some(earlier) = first.get(item.item.as_str()) {
            let problem = format!("is already used at {}", earlier.place());
            faults.push(item.fault("id", item.span.clone(), problem, "give each entry an id of its own"));
        } else {
            first.insert(&item.item, item);
        }
    }
}

/// What is wrong at one place of an entry.
#[derive(Debug)]
pub struct Problem {
    /// Path of the field within the value that was read.
    field: String,
    /// Bytes of the file.
    span: Range<usize>,
    problem: String,
    fix: String,
}

impl Problem {
    pub fn new(
        field: impl Into<String>,
        span: Range<usize>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), span, problem: problem.into(), fix: fix.into() }
    }

    fn inside(mut self, outer: &str) -> Self {
        let dot = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        self.field = format!("{outer}{dot}{}", self.field);
        self
    }
}

/// A type that is written in an authored file.
pub trait Authored: Sized {
    /// # Errors
    /// Everything that is wrong with the value, not only the first.
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>>;
}

/// The fields of one table while they are read.
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
    T::try_from(String::read(value)?)
        .map_err(|bad| not_a(value, &format!("an id: a {bad}")))
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
