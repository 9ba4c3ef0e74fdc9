//! Products as customers speak of them: which one a message names, which shelf an intent or a message means.
//! Both sides are rewritten by `prompts/product_words.toml` and then compared. Must not know policies or replies.

use regex::Regex;
use serde::Deserialize;

use super::ChatError;
use super::signals::{bad, fold, read};
use crate::catalog::Catalog;
use crate::domain::product::Category;
use crate::domain::{Locale, ProductId};

const FILE: &str = "prompts/product_words.toml";

/// The shelf of each intent that asks about products; the first named is the one a list is made of.
const SHELVES: [(&str, &[Category]); 15] = [
    ("apply_credit_card", &[Category::Card]),
    ("card_annual_fee", &[Category::Card]),
    ("deposit_products", &[Category::Deposit]),
    ("deposit_rates", &[Category::Deposit, Category::ForeignExchange, Category::Pension]),
    ("personal_loan", &[Category::PersonalLoan]),
    ("loan_rates", &[Category::PersonalLoan, Category::BusinessLoan, Category::Mortgage]),
    ("mortgage", &[Category::Mortgage]),
    ("mortgage_rate", &[Category::Mortgage]),
    ("business_loan", &[Category::BusinessLoan]),
    ("wealth_products", &[Category::Wealth, Category::CashManagement]),
    ("wealth_returns", &[Category::Wealth, Category::CashManagement, Category::Pension]),
    ("fund_products", &[Category::Fund]),
    ("insurance_products", &[Category::Insurance]),
    ("gold", &[Category::Gold]),
    ("personal_pension", &[Category::Pension]),
];

/// Whether questions of this intent are about products of this category.
#[must_use]
pub fn on_shelf(intent: &str, category: Category) -> bool {
    shelf(intent).contains(&category)
}

fn shelf(intent: &str) -> &'static [Category] {
    SHELVES.iter().find(|(id, _)| *id == intent).map(|(_, shelf)| *shelf).unwrap_or_default()
}

/// Product names, rewritten and compiled once.
#[derive(Debug)]
pub struct ProductNames {
    rules: Vec<(Regex, String)>,
    shelves: Vec<(Regex, Category)>,
    names: Vec<(String, ProductId)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    rule: Vec<Rule>,
    shelf: Vec<Shelf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    find: String,
    put: String,
    /// For people: why the rule is there.
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelf {
    category: Category,
    find: String,
}

impl ProductNames {
    /// The names of the catalogue in both languages.
    ///
    /// # Errors
    /// [`ChatError::Prompt`] for a file that does not fit the code.
    pub fn new(catalog: &Catalog) -> Result<Self, ChatError> {
        let file: WordsFile = read(FILE, include_str!("../../prompts/product_words.toml"))?;
        let compile = |pattern: &str| Regex::new(pattern).map_err(|error| bad(FILE, error));
        let rules: Result<Vec<_>, _> =
            file.rule.into_iter().map(|rule| Ok::<_, ChatError>((compile(&rule.find)?, rule.put))).collect();
        let shelves: Result<Vec<_>, _> =
            file.shelf.into_iter().map(|shelf| Ok::<_, ChatError>((compile(&shelf.find)?, shelf.category))).collect();
        let mut names = Self { rules: rules?, shelves: shelves?, names: Vec::new() };
        for product in catalog.products() {
            for locale in Locale::ALL {
                let full = product.name.get(locale);
                let bare = full.split(['（', '(']).next().unwrap_or(full);
                for form in [full, bare] {
                    let form = names.canonical(form);
                    if form.chars().count() > 1 && !names.names.iter().any(|(name, _)| *name == form) {
                        names.names.push((form, product.id.clone()));
                    }
                }
            }
        }
        // The longest first, so that a dollar deposit is not taken for the deposit whose name it contains.
        names.names.sort_by(|a, b| b.0.chars().count().cmp(&a.0.chars().count()).then_with(|| a.cmp(b)));
        Ok(names)
    }

    /// The product that a message names, and whether it names nothing else.
    #[must_use]
    pub fn find(&self, message: &str) -> Option<(&ProductId, bool)> {
        let message = self.canonical(message);
        let named = self.names.iter().find(|(name, _)| holds(&message, name))?;
        Some((&named.1, named.0 == message))
    }

    /// The shelf that a list for this intent is made of; for an intent without one, the shelf the message names.
    #[must_use]
    pub fn category(&self, intent: &str, message: &str) -> Option<Category> {
        let of_message = || {
            let message = fold(message);
            self.shelves.iter().find(|(pattern, _)| pattern.is_match(&message)).map(|(_, category)| *category)
        };
        shelf(intent).first().copied().or_else(of_message)
    }

    /// The form in which names and messages are compared.
    fn canonical(&self, text: &str) -> String {
        let spaced: String = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let rewrite = |text: String, (find, put): &(Regex, String)| find.replace_all(&text, put.as_str()).into_owned();
        let rewritten = self.rules.iter().fold(single_spaced(&spaced), rewrite);
        single_spaced(&rewritten)
    }
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Chinese names anywhere, English ones as whole words.
fn holds(message: &str, name: &str) -> bool {
    if name.is_ascii() { format!(" {message} ").contains(&format!(" {name} ")) } else { message.contains(name) }
}
