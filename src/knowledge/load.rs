//! Articles as they are authored (`demo/articles/*.toml`): read, and checked against what else the bank has.
//! One run reports every fault of every file. Must not know catalogues: what exists is handed in by name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::KnowledgeError;
use super::passages::placeholders;
use crate::domain::article::{Article, Section};
use crate::domain::{ArticleId, Localised, ProductId};

/// What an article may name.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub intents: BTreeSet<String>,
    pub products: BTreeSet<String>,
    pub facts: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticlesFile {
    article: Vec<Spanned<Entry>>,
}

/// An article as written: dates are TOML's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: ArticleId,
    title: Localised,
    intents: Vec<String>,
    #[serde(default)]
    products: Vec<ProductId>,
    owner: String,
    valid_from: Datetime,
    valid_to: Datetime,
    approved_by: String,
    approved_on: Datetime,
    answer: Localised,
    next_step: Localised,
    #[serde(default)]
    sections: Vec<Section>,
}

/// Reads every `.toml` file of a folder, by name.
///
/// # Errors
/// [`KnowledgeError::Authoring`] with every fault of every file.
pub fn load_articles(folder: &Path, known: &Known) -> Result<Vec<Article>, KnowledgeError> {
    let unreadable = |path: &Path, error: &std::io::Error| KnowledgeError::Authoring(vec![format!("{}: {error}", path.display())]);
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut texts = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            texts.insert(path.display().to_string(), text);
        }
    }
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    from_texts(&texts, known)
}

/// Reads files that are at hand: the name of each, and its text.
///
/// # Errors
/// [`KnowledgeError::Authoring`] with every fault of every file.
pub fn from_texts(files: &[(&str, &str)], known: &Known) -> Result<Vec<Article>, KnowledgeError> {
    let (mut articles, mut faults) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<ArticleId, String> = BTreeMap::new();
    for (name, text) in files {
        let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let file: ArticlesFile = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let at = error.span().map_or(0, |span| line(span.start));
                faults.push(format!("{name}:{at}: {}: correct it here", error.message()));
                continue;
            }
        };
        for spanned in file.article {
            let place = format!("{name}:{}", line(spanned.span().start));
            let entry = spanned.into_inner();
            let id = entry.id.clone();
            if let Some(first) = seen.insert(id.clone(), place.clone()) {
                faults.push(format!("{place}: {id} id: stands at {first} as well: give one of them another"));
            }
            match entry.into_article() {
                Ok(article) => {
                    faults.extend(problems(&article, known).into_iter().map(|problem| format!("{place}: {id} {problem}")));
                    articles.push(article);
                }
                Err(problem) => faults.push(format!("{place}: {id} {problem}")),
            }
        }
    }
    if faults.is_empty() { Ok(articles) } else { Err(KnowledgeError::Authoring(faults)) }
}

impl Entry {
    fn into_article(self) -> Result<Article, String> {
        Ok(Article {
            valid_from: day("valid_from", self.valid_from)?,
            valid_to: day("valid_to", self.valid_to)?,
            approved_on: day("approved_on", self.approved_on)?,
            id: self.id,
            title: self.title,
            intents: self.intents,
            products: self.products,
            owner: self.owner,
            approved_by: self.approved_by,
            answer: self.answer,
            next_step: self.next_step,
            sections: self.sections,
        })
    }
}

fn day(field: &str, written: Datetime) -> Result<NaiveDate, String> {
    let date = written.date.filter(|_| written.time.is_none());
    date.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()))
        .ok_or_else(|| format!("{field}: {written} is no day: write it like 2026-01-31"))
}

/// What is wrong with an article that can be read: field, problem and fix.
fn problems(article: &Article, known: &Known) -> Vec<String> {
    let mut found = Vec::new();
    if article.valid_to < article.valid_from {
        found.push("valid_to: lies before valid_from: swap them".to_owned());
    }
    if article.approved_on > article.valid_from {
        found.push("approved_on: lies after valid_from: a text is valid from its approval at the earliest".to_owned());
    }
    if article.intents.is_empty() {
        found.push("intents: is empty: name at least one intent that it answers".to_owned());
    }
    for intent in article.intents.iter().filter(|intent| !known.intents.contains(*intent)) {
        found.push(format!("intents: {intent} does not exist: name one of intents/taxonomy.toml"));
    }
    for product in article.products.iter().filter(|product| !known.products.contains(product.as_str())) {
        found.push(format!("products: {product} does not exist: name one of the catalogue"));
    }
    for (field, text) in texts(article) {
        for (locale, text) in [("zh", &text.zh), ("en", &text.en)] {
            if text.trim().is_empty() {
                found.push(format!("{field}.{locale}: is empty: write it in both languages"));
            }
            for fact in placeholders(text).filter(|fact| !known.facts.contains(*fact)) {
                found.push(format!("{field}.{locale}: fact {fact} does not exist: name one of the catalogue"));
            }
        }
    }
    found
}

fn texts(article: &Article) -> Vec<(String, &Localised)> {
    let own = [("title", &article.title), ("answer", &article.answer), ("next_step", &article.next_step)];
    let mut all: Vec<(String, &Localised)> = own.into_iter().map(|(field, text)| (field.to_owned(), text)).collect();
    for (i, section) in article.sections.iter().enumerate() {
        all.push((format!("sections[{i}].heading"), &section.heading));
        all.push((format!("sections[{i}].text"), &section.text));
    }
    all
}
