//! Approved text with `{{fact-id}}` placeholders, filled with the facts of one day.
//! Must not know articles or replies, and never leaves a placeholder behind: it is filled, or it is an error.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Catalog, CatalogError};
use crate::domain::Locale;

/// A filled text and the facts that stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    /// Each fact once, in the order of first use.
    pub facts: Vec<FactUse>,
}

/// A fact as it was used, for the citation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactUse {
    pub id: String,
    /// In the language of the text.
    pub label: String,
    /// Value and unit as the customer reads them.
    pub value: String,
    /// First day of the period the value comes from.
    pub valid_from: NaiveDate,
}

impl Catalog {
    /// Replaces every `{{fact-id}}` by value and unit on `day`. Text without one comes back as it is.
    ///
    /// # Errors
    /// [`CatalogError::UnknownFact`], [`CatalogError::NotValid`] naming fact and day, or
    /// [`CatalogError::OpenPlaceholder`]: a text is filled whole or not at all.
    pub fn fill(&self, text: &str, day: NaiveDate, locale: Locale) -> Result<Filled, CatalogError> {
        let mut filled = Filled { text: String::with_capacity(text.len()), facts: Vec::new() };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (id, after) = after.split_once("}}").ok_or_else(|| open_placeholder(after))?;
            let used = self.fact_use(id.trim(), day, locale)?;
            filled.text.push_str(before);
            filled.text.push_str(&used.value);
            if !filled.facts.contains(&used) {
                filled.facts.push(used);
            }
            rest = after;
        }
        filled.text.push_str(rest);
        Ok(filled)
    }

    fn fact_use(&self, id: &str, day: NaiveDate, locale: Locale) -> Result<FactUse, CatalogError> {
        let fact = self.fact(id, day).ok_or_else(|| {
            let fact = id.to_owned();
            if self.periods(id).next().is_some() {
                CatalogError::NotValid { fact, day }
            } else {
                CatalogError::UnknownFact(fact)
            }
        })?;
        Ok(FactUse {
            id: fact.id.clone(),
            label: fact.label.get(locale).to_owned(),
            value: fact.render(locale),
            valid_from: fact.from,
        })
    }
}

/// Names the place by its first characters.
fn open_placeholder(after: &str) -> CatalogError {
    CatalogError::OpenPlaceholder(format!("{{{{{}", after.chars().take(20).collect::<String>()))
}
