//! The authored articles (`demo/articles`) read into plain types, with the rules they keep.
//! All faults of all files are reported together. Must not know the catalogue or the taxonomy: the ids that exist are
//! handed in.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::DeValue;

use super::KnowledgeError;
use super::passages::{Piece, pieces};
use crate::domain::article::{Article, Section};
use crate::domain::{ArticleId, Localised, ProductId};
use crate::text::authored::{
    self, Authored, AuthoringFault, Fields, File, Located, Problem, is_upper_id, list, non_empty, read_table,
};

/// The ids that articles may name.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub intents: BTreeSet<String>,
    pub products: BTreeSet<String>,
    pub facts: BTreeSet<String>,
}

/// Reads the articles of a folder, by file name and as they stand in the file. The ids of intents, products and facts
/// are taken as they are; [`load_known`] looks them up.
///
/// # Errors
/// [`KnowledgeError::Authoring`] with every fault of every file.
pub fn load_articles(folder: &Path) -> Result<Vec<Article>, KnowledgeError> {
    from_folder(folder, None)
}

/// Reads the articles of a folder as [`load_articles`] does, and looks up every id they name.
///
/// # Errors
/// [`KnowledgeError::Authoring`] with every fault of every file.
pub fn load_known(folder: &Path, known: &Known) -> Result<Vec<Article>, KnowledgeError> {
    from_folder(folder, Some(known))
}

/// Reads articles from files that are at hand as (name, text), by the same rules as [`load_known`].
///
/// # Errors
/// [`KnowledgeError::Authoring`] with every fault of every file.
pub fn from_texts(files: &[(&str, &str)], known: &Known) -> Result<Vec<Article>, KnowledgeError> {
    from_files(&File::of_texts(files), Some(known), Vec::new())
}

fn from_folder(folder: &Path, known: Option<&Known>) -> Result<Vec<Article>, KnowledgeError> {
    let mut faults = Vec::new();
    let files = File::read_folder(folder, &mut faults);
    from_files(&files, known, faults)
}

fn from_files(
    files: &[File],
    known: Option<&Known>,
    mut faults: Vec<AuthoringFault>,
) -> Result<Vec<Article>, KnowledgeError> {
    let entries = authored::all_items::<Entry>(files, "article", &mut faults);
    authored::refuse_duplicates(&entries, &mut faults);
    if let Some(known) = known {
        for entry in &entries {
            refuse_unknown(entry, known, &mut faults);
        }
    }
    if faults.is_empty() {
        Ok(entries.into_iter().map(|entry| entry.value.article).collect())
    } else {
        Err(KnowledgeError::Authoring(faults))
    }
}

/// Reports every id that an article names and nobody has.
fn refuse_unknown(entry: &Located<'_, Entry>, known: &Known, faults: &mut Vec<AuthoringFault>) {
    let mut refuse = |field: &str, span: Range<usize>, id: &str, fix: &str| {
        faults.push(entry.fault(field, span, format!("{id} does not exist"), fix));
    };
    for intent in entry.value.intents.iter().filter(|intent| !known.intents.contains(intent.get_ref())) {
        refuse("intents", intent.span(), intent.get_ref(), "name an intent of intents/taxonomy.toml");
    }
    for product in entry.value.products.iter().filter(|product| !known.products.contains(product.get_ref().as_str())) {
        refuse("products", product.span(), product.get_ref().as_str(), "name a product of the catalogue");
    }
    for text in &entry.value.texts {
        for piece in pieces(text.text.get_ref()) {
            if let Piece::Fact(id) = piece
                && !known.facts.contains(id)
            {
                let span = entry.find(id, text.text.span());
                refuse(&text.field, span, id, "correct the placeholder, or add the fact");
            }
        }
    }
}

/// An article, with the places that later checks point at.
struct Entry {
    article: Article,
    intents: Vec<Spanned<String>>,
    products: Vec<Spanned<ProductId>>,
    /// Every text that may hold placeholders.
    texts: Vec<PlacedText>,
}

/// One language of one text.
#[derive(Clone)]
struct PlacedText {
    /// Path of the field, such as `sections[1].text.zh`.
    field: String,
    text: Spanned<String>,
}

impl Authored for Entry {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let id = article_id(fields);
            let title = fields.required::<Undated>("title");
            let intents = non_empty::<Spanned<String>>(fields, "intents");
            let products = list::<Spanned<ProductId>>(fields, "products");
            let owner = fields.required("owner");
            let (valid_from, valid_to) = validity(fields);
            let (approved_by, approved_on) =
                (fields.required("approved_by"), fields.required::<NaiveDate>("approved_on"));
            if let (Some(approved), Some(from)) = (approved_on, valid_from)
                && from < approved
            {
                let problem = format!("{approved} is after `valid_from`, {from}");
                fields.wrong("approved_on", problem, "let the validity start on or after the approval");
            }
            let (answer, next_step) = (fields.required::<Dated>("answer"), fields.required::<Dated>("next_step"));
            let sections = fields.optional::<Vec<SectionEntry>>("sections").unwrap_or_default();
            let (intents, answer, next_step) = (intents?, answer?, next_step?);
            let mut texts = [answer.placed("answer"), next_step.placed("next_step")].concat();
            for (before, section) in sections.iter().enumerate() {
                texts.extend(section.text.placed(&format!("sections[{}].text", before + 1)));
            }
            let article = Article {
                id: id?,
                title: title?.0,
                intents: intents.iter().map(|intent| intent.get_ref().clone()).collect(),
                products: products.iter().map(|product| product.get_ref().clone()).collect(),
                owner: owner?,
                valid_from: valid_from?,
                valid_to: valid_to?,
                approved_by: approved_by?,
                approved_on: approved_on?,
                answer: answer.localised(),
                next_step: next_step.localised(),
                sections: sections.into_iter().map(SectionEntry::into_section).collect(),
            };
            Some(Self { article, intents, products, texts })
        })
    }
}

fn article_id(fields: &mut Fields<'_, '_>) -> Option<ArticleId> {
    let id = fields.required::<ArticleId>("id")?;
    if !is_upper_id(id.as_str()) {
        fields.wrong("id", "has other characters", "use capital letters, digits and hyphens, such as KB-CARD-LOSS");
    }
    Some(id)
}

fn validity(fields: &mut Fields<'_, '_>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let (from, to) = (fields.required::<NaiveDate>("valid_from"), fields.required::<NaiveDate>("valid_to"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        fields.wrong("valid_to", format!("{to} is before `valid_from`, {from}"), "end on or after the first day");
    }
    (from, to)
}

struct SectionEntry {
    heading: Localised,
    text: Dated,
}

impl SectionEntry {
    fn into_section(self) -> Section {
        Section { heading: self.heading, text: self.text.localised() }
    }
}

impl Authored for SectionEntry {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let (heading, text) = (fields.required::<Undated>("heading"), fields.required("text"));
            Some(Self { heading: heading?.0, text: text? })
        })
    }
}

/// A title or heading: shown, tapped and matched as it is, so it holds no placeholder.
struct Undated(Localised);

impl Authored for Undated {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let (zh, en) = (fields.required::<String>("zh"), fields.required::<String>("en"));
            for (key, text) in [("zh", &zh), ("en", &en)] {
                if text.as_deref().is_some_and(|text| text.contains(['{', '}'])) {
                    fields.wrong(key, "holds a brace", "write it without placeholders: those belong into texts");
                }
            }
            Some(Self(Localised { zh: zh?, en: en? }))
        })
    }
}

/// A text that may hold placeholders, each closed.
struct Dated {
    zh: Spanned<String>,
    en: Spanned<String>,
}

impl Dated {
    fn localised(&self) -> Localised {
        Localised { zh: self.zh.get_ref().clone(), en: self.en.get_ref().clone() }
    }

    fn placed(&self, field: &str) -> Vec<PlacedText> {
        let placed =
            |(key, text): (&str, &Spanned<String>)| PlacedText { field: format!("{field}.{key}"), text: text.clone() };
        [("zh", &self.zh), ("en", &self.en)].map(placed).into()
    }
}

impl Authored for Dated {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let (zh, en) = (fields.required::<Spanned<String>>("zh"), fields.required::<Spanned<String>>("en"));
            for (key, text) in [("zh", &zh), ("en", &en)] {
                let Some(text) = text else { continue };
                if let Some(Piece::Stray(from)) = pieces(text.get_ref()).last() {
                    let start: String = from.chars().take(20).collect();
                    let problem = format!("has a brace of no placeholder at `{start}`");
                    fields.wrong(key, problem, "write {{fact-id}}, or no brace");
                }
            }
            Some(Self { zh: zh?, en: en? })
        })
    }
}
