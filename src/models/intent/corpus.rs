//! The authored sentences a head is trained and chosen on: `intents/train.*.toml` and the JSON lines of
//! `eval/intent/`. Must not know vectors or training.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::super::ModelError;
use crate::domain::Locale;
use crate::domain::intent::Intent;

/// The label of sentences that none of the intents fits.
pub const OUT_OF_SCOPE: &str = "out_of_scope";

/// One labelled sentence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sentence {
    #[serde(default)]
    pub id: String,
    pub locale: Locale,
    pub text: String,
    /// An intent id, or [`OUT_OF_SCOPE`].
    pub intent: String,
    /// For out-of-scope sentences: `near` (a bank's business, but not ours) or `far`.
    #[serde(default)]
    pub kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxonomyFile {
    intent: Vec<Intent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UtterancesFile {
    utterances: BTreeMap<String, Vec<String>>,
}

/// The taxonomy built into the program.
///
/// # Errors
/// [`ModelError::BadArtefact`] naming what is wrong with it.
pub fn taxonomy() -> Result<Vec<Intent>, ModelError> {
    let path = Path::new("intents/taxonomy.toml");
    let file: TaxonomyFile = toml::from_str(include_str!("../../../intents/taxonomy.toml")).map_err(bad(path))?;
    let ids: BTreeSet<&str> = file.intent.iter().map(|i| i.id.as_str()).collect();
    if ids.len() != file.intent.len() {
        return Err(bad(path)("an intent id is given twice"));
    }
    for intent in &file.intent {
        if let Some(near) = intent.near.iter().find(|near| !ids.contains(near.as_str())) {
            return Err(bad(path)(format!("intent {}: near: {near} is no intent", intent.id)));
        }
    }
    Ok(file.intent)
}

/// The training sentences built into the program, both languages.
///
/// # Errors
/// [`ModelError::BadArtefact`] naming an unknown intent.
pub fn training(taxonomy: &[Intent]) -> Result<Vec<Sentence>, ModelError> {
    let files = [
        (Locale::Zh, "intents/train.zh.toml", include_str!("../../../intents/train.zh.toml")),
        (Locale::En, "intents/train.en.toml", include_str!("../../../intents/train.en.toml")),
    ];
    let mut sentences = Vec::new();
    for (locale, name, text) in files {
        let path = Path::new(name);
        let file: UtterancesFile = toml::from_str(text).map_err(bad(path))?;
        for (intent, texts) in file.utterances {
            known(&intent, taxonomy).map_err(bad(path))?;
            sentences.extend(texts.into_iter().map(|text| Sentence {
                id: String::new(),
                locale,
                text,
                intent: intent.clone(),
                kind: None,
            }));
        }
    }
    Ok(sentences)
}

/// Labelled sentences, one JSON object a line.
///
/// # Errors
/// [`ModelError::BadArtefact`] naming the line.
pub fn labelled(text: &str, name: &str, taxonomy: &[Intent]) -> Result<Vec<Sentence>, ModelError> {
    let path = Path::new(name);
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(i, line)| {
            let sentence: Sentence =
                serde_json::from_str(line).map_err(|error| bad(path)(format!("line {}: {error}", i + 1)))?;
            known(&sentence.intent, taxonomy).map_err(|reason| bad(path)(format!("line {}: {reason}", i + 1)))?;
            Ok(sentence)
        })
        .collect()
}

/// The validation sentences: thresholds and temperature are chosen on them.
///
/// # Errors
/// As [`labelled`].
pub fn validation(taxonomy: &[Intent]) -> Result<Vec<Sentence>, ModelError> {
    labelled(include_str!("../../../eval/intent/validation.jsonl"), "eval/intent/validation.jsonl", taxonomy)
}

/// The held-out test sentences: only `teller eval intent` reads them.
///
/// # Errors
/// As [`labelled`].
pub fn test(taxonomy: &[Intent]) -> Result<Vec<Sentence>, ModelError> {
    labelled(include_str!("../../../eval/intent/cases.jsonl"), "eval/intent/cases.jsonl", taxonomy)
}

fn known(intent: &str, taxonomy: &[Intent]) -> Result<(), String> {
    if intent == OUT_OF_SCOPE || taxonomy.iter().any(|i| i.id == intent) {
        Ok(())
    } else {
        Err(format!("intent {intent} is not in intents/taxonomy.toml"))
    }
}

fn bad<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> ModelError + use<E> {
    let path = path.to_owned();
    move |error| ModelError::BadArtefact { path: path.clone(), reason: error.to_string() }
}

/// One figure for what a head was trained and chosen on: SHA-256 over intent and text of every sentence, in order.
#[must_use]
pub fn sha256(training: &[Sentence], validation: &[Sentence]) -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for sentence in training.iter().chain(validation) {
        hasher.update(format!("{}\t{}\t{}\n", sentence.locale.as_str(), sentence.intent, sentence.text));
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
