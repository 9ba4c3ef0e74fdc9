//! Turns of speech that decide by themselves: asking for a person, words of self-harm, wanting something explained
//! or chosen, yes and no. Read from `prompts/phrases.toml` and `prompts/safety.toml`.
//! Must not know intents, replies or sessions: it says what a text holds, the policy says what follows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use regex::Regex;
use serde::Deserialize;

use super::ChatError;
use crate::domain::Localised;
use crate::text;

/// What a message holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations, not states of a machine")]
pub struct Signals {
    /// May harm themselves.
    pub self_harm: bool,
    /// Asks for a person.
    pub person: bool,
    /// Asks whether teller is a machine.
    pub identity: bool,
    /// Wants something explained.
    pub explains: bool,
    /// Wants a choice made.
    pub chooses: bool,
    /// The whole message says yes.
    pub agrees: bool,
    /// The whole message says no.
    pub declines: bool,
    /// Something was taken by somebody.
    pub stolen: bool,
    /// Asks for a rate, a fee or an amount.
    pub figures: bool,
}

/// A public line shown where somebody may harm themselves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// `safety.line.…`
    pub id: String,
    pub name: Localised,
    pub number: String,
    /// The day somebody last made sure that the number is right.
    #[serde(deserialize_with = "toml_day")]
    pub checked_on: NaiveDate,
}

/// The compiled phrases.
#[derive(Debug)]
pub struct Phrases {
    patterns: BTreeMap<String, Vec<Regex>>,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    pattern: String,
    /// For people: why the pattern is there.
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SafetyFile {
    not_self_harm: Vec<Pattern>,
    self_harm: Vec<Pattern>,
    line: Vec<Line>,
}

/// A date as TOML writes it, without quotes.
fn toml_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    written.parse().map_err(|_| serde::de::Error::custom(format!("{written} is no date such as 2026-11-24")))
}

const PHRASES: &str = "prompts/phrases.toml";
const SAFETY: &str = "prompts/safety.toml";

/// The groups the code asks for: a misspelt one in a file must not silently switch a rule off.
const GROUPS: [&str; 12] = [
    "neutral",
    "identity",
    "declines_person",
    "person",
    "explains",
    "chooses",
    "agrees",
    "declines",
    "stolen",
    "figures",
    "not_self_harm",
    "self_harm",
];

impl Phrases {
    /// The phrases built into the program.
    ///
    /// # Errors
    /// [`ChatError::Prompt`] naming the file and what is wrong in it.
    pub fn embedded() -> Result<Self, ChatError> {
        let phrases: BTreeMap<String, Vec<Pattern>> = read(PHRASES, include_str!("../../prompts/phrases.toml"))?;
        let safety: SafetyFile = read(SAFETY, include_str!("../../prompts/safety.toml"))?;
        let of_safety = [("not_self_harm", safety.not_self_harm), ("self_harm", safety.self_harm)];
        let of_safety = of_safety.into_iter().map(|(group, list)| (group.to_owned(), list)).collect();
        let mut patterns = BTreeMap::new();
        for (file, groups) in [(PHRASES, phrases), (SAFETY, of_safety)] {
            for (group, list) in groups {
                if !GROUPS.contains(&group.as_str()) {
                    return Err(bad(file, format!("[[{group}]] is no group the program knows")));
                }
                let compiled: Result<Vec<Regex>, ChatError> =
                    list.iter().map(|one| Regex::new(&one.pattern).map_err(|error| bad(file, error))).collect();
                patterns.insert(group, compiled?);
            }
        }
        match GROUPS.iter().find(|group| !patterns.contains_key(**group)) {
            Some(absent) => Err(bad(PHRASES, format!("[[{absent}]] is absent"))),
            None => Ok(Self { patterns, lines: safety.line }),
        }
    }

    /// Reads one message, in whatever form it was written.
    #[must_use]
    pub fn read(&self, message: &str) -> Signals {
        let message = fold(message);
        let safe = self.without("not_self_harm", &message);
        let plain = self.without("neutral", &message);
        let identity = self.holds("identity", &plain);
        let about_persons = self.without("declines_person", &self.without("identity", &plain));
        Signals {
            self_harm: self.holds("self_harm", &safe),
            person: self.holds("person", &about_persons),
            identity,
            explains: self.holds("explains", &plain),
            chooses: self.holds("chooses", &plain),
            agrees: self.holds("agrees", &message),
            declines: self.holds("declines", &message),
            stolen: self.holds("stolen", &message),
            figures: self.holds("figures", &message),
        }
    }

    /// The public lines, in the order of the file.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn group(&self, group: &str) -> &[Regex] {
        self.patterns.get(group).map(Vec::as_slice).unwrap_or_default()
    }

    fn holds(&self, group: &str, text: &str) -> bool {
        self.group(group).iter().any(|pattern| pattern.is_match(text))
    }

    /// The text with every hit of a group cut out; a space stays, so that what stood apart does not join.
    fn without(&self, group: &str, text: &str) -> String {
        let cut = |text: String, pattern: &Regex| pattern.replace_all(&text, " ").into_owned();
        self.group(group).iter().fold(text.to_owned(), cut).trim().to_owned()
    }
}

/// The form patterns are written for: simplified characters, lower case, straight apostrophes.
#[must_use]
pub fn fold(message: &str) -> String {
    text::normalise(message).to_lowercase().replace(['’', '‘', 'ʼ'], "'")
}

/// Reads a TOML file that is built into the program.
pub(super) fn read<T: for<'de> Deserialize<'de>>(file: &str, content: &str) -> Result<T, ChatError> {
    toml::from_str(content).map_err(|error| bad(file, error))
}

pub(super) fn bad(file: &str, reason: impl std::fmt::Display) -> ChatError {
    ChatError::Prompt { file: file.to_owned(), reason: reason.to_string() }
}
