//! Reading authored TOML so that one run reports every fault of every file, each with the line to open, the
//! field, what is wrong and how to put it right. Serde alone would stop at the first fault of a file.
//! Must not know products, facts or articles: a type says in [`Authored`] how it is written.

mod fields;
mod lists;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use toml::de::DeTable;

pub use fields::{Authored, Fields, not_a, read_table};
pub use lists::{is_upper_id, list, non_empty};

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
#[must_use]
pub fn report(faults: &[AuthoringFault]) -> String {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    format!("{} fault(s) in authored files:\n{}", faults.len(), lines.join("\n"))
}

/// A text file with the name it is reported under.
#[derive(Debug)]
pub struct File {
    name: String,
    text: String,
}

impl File {
    /// Files whose texts are at hand already, as (name, text).
    #[must_use]
    pub fn of_texts(texts: &[(&str, &str)]) -> Vec<Self> {
        texts.iter().map(|(name, text)| Self { name: (*name).to_owned(), text: (*text).to_owned() }).collect()
    }

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
#[derive(Debug)]
pub struct Located<'f, T> {
    pub file: &'f File,
    /// The `id` value, or the entry's header when it has none.
    pub span: Range<usize>,
    /// The id.
    pub item: String,
    pub value: T,
}

impl<T> Located<'_, T> {
    /// `file:line` of the entry.
    #[must_use]
    pub fn place(&self) -> String {
        self.place_of(self.span.clone())
    }

    /// `file:line` of some bytes of the entry's file.
    #[must_use]
    pub fn place_of(&self, span: Range<usize>) -> String {
        let at = self.file.fault(&self.item, Problem::new("", span, "", ""));
        format!("{}:{}", at.file, at.line)
    }

    /// Where `needle` stands first within some bytes of the file; those bytes when it does not, as a text written
    /// with escapes may hold what its source does not.
    #[must_use]
    pub fn find(&self, needle: &str, within: Range<usize>) -> Range<usize> {
        let found = self.file.text.get(within.clone()).and_then(|source| source.find(needle));
        found.map_or(within.clone(), |at| within.start + at..within.start + at + needle.len())
    }

    /// A fault of a field of this entry, at some bytes of its file.
    #[must_use]
    pub fn fault(&self, field: &str, span: Range<usize>, problem: String, fix: &str) -> AuthoringFault {
        self.file.fault(&self.item, Problem::new(field, span, problem, fix))
    }
}

/// Reads all `[[kind]]` entries of several files, in their order.
pub fn all_items<'f, T: Authored>(
    files: &'f [File],
    kind: &str,
    faults: &mut Vec<AuthoringFault>,
) -> Vec<Located<'f, T>> {
    files.iter().flat_map(|file| items(file, kind, faults)).collect()
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
        faults.push(file.fault("", Problem::new(key.get_ref().as_ref(), key.span(), "is not known", fix)));
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
    /// `span` counts bytes of the file; `field` may be empty when the value as a whole is meant.
    #[must_use]
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
