//! Reads a settings file: every key is looked up in the table, every fault is noted with its line.
//! Must not know what a key means, and never repeats a value of the file except through the table's rules: a
//! misspelt `api_key` still holds a key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, Value};
use super::nearest::nearest;
use super::{ConfigFault, Draft};

/// Applies the text of the file called `name` to `draft`.
pub fn read(name: &str, text: &str, draft: &mut Draft) {
    let file = File { name, text };
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What a broken file seems to say is a guess, and complaints about guesses would hide the real fault.
        draft.faults.extend(errors.iter().map(|error| ConfigFault {
            place: file.place(&error.span().unwrap_or(0..0)),
            key: "not TOML".to_owned(),
            shown: String::new(),
            problem: error.message().to_owned(),
        }));
        return;
    }
    let mut found = Vec::new();
    for (section, value) in root.get_ref() {
        file.section(section, value, draft, &mut found);
    }
    found.sort_by_key(|(at, _)| *at);
    draft.faults.extend(found.into_iter().map(|(_, fault)| fault));
    sort_by_line(&mut draft.faults);
}

/// A file's faults come from two passes (unknown keys, refused values): put them in the order of its lines.
fn sort_by_line(faults: &mut [ConfigFault]) {
    faults.sort_by_key(|fault| fault.place.rsplit(':').next().and_then(|line| line.parse::<usize>().ok()));
}

struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn place(&self, span: &Range<usize>) -> String {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        format!("{}:{}", self.name, before.iter().filter(|byte| **byte == b'\n').count() + 1)
    }

    fn section(
        &self,
        section: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
        draft: &mut Draft,
        found: &mut Vec<(usize, ConfigFault)>,
    ) {
        let name = section.get_ref().as_ref();
        let known = sections().any(|known| known == name);
        let problem = match value.get_ref() {
            DeValue::Table(table) if known => {
                for (leaf, value) in table {
                    self.key(name, leaf, value, draft, found);
                }
                return;
            }
            _ if known => format!("must be a section: write [{name}] on a line of its own"),
            DeValue::Table(_) => {
                let near = nearest(name, sections()).unwrap_or_default();
                format!("unknown section; did you mean [{near}]?")
            }
            _ => unknown_key(name, name),
        };
        found.push((section.span().start, self.fault(&section.span(), name.to_owned(), problem)));
    }

    fn key(
        &self,
        section: &str,
        leaf: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
        draft: &mut Draft,
        found: &mut Vec<(usize, ConfigFault)>,
    ) {
        let path = format!("{section}.{}", leaf.get_ref());
        if let Some(key) = KEYS.iter().find(|key| key.path == path) {
            draft.set(key, self.place(&leaf.span()), plain(value.get_ref()));
        } else {
            let problem = unknown_key(&path, leaf.get_ref());
            found.push((leaf.span().start, self.fault(&leaf.span(), path, problem)));
        }
    }

    fn fault(&self, span: &Range<usize>, key: String, problem: String) -> ConfigFault {
        ConfigFault { place: self.place(span), key, shown: String::new(), problem }
    }
}

fn sections() -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter_map(|key| key.path.split('.').next())
}

/// A key put into the wrong section is recognised by its own name, a misspelt one by likeness.
fn unknown_key(path: &str, leaf: &str) -> String {
    let moved = KEYS.iter().map(|key| key.path).find(|known| known.rsplit('.').next() == Some(leaf));
    let near = moved.or_else(|| nearest(path, KEYS.iter().map(|key| key.path))).unwrap_or_default();
    format!("unknown key; did you mean `{near}`?")
}

fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("a number out of range"), Value::Whole),
        other => Value::Other(other.type_str()),
    }
}
