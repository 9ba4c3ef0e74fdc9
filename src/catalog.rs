//! What the bank offers, as one immutable snapshot: products, dated facts, branches; and text filled with the
//! facts of a day. Must not know customers, articles, replies, nor the wall clock: the day is an argument.

pub mod describe;
mod fill;
pub mod index;
pub mod load;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

pub use fill::{FactUse, Filled};

use crate::domain::branch::Branch;
use crate::domain::fact::{Fact, FactValue};
use crate::domain::product::Product;
use crate::domain::{Fault, Localised, ProductId};
use crate::models::ModelError;
use crate::store::vectors::VectorError;
use crate::text::authored::{self, AuthoringFault};

/// What goes wrong in loading, filling or indexing the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Every fault of every file.
    #[error("{}", authored::report(.0))]
    Authoring(Vec<AuthoringFault>),
    /// Products, facts or branches that do not fit together, one sentence each.
    #[error("catalogue: {}", .0.join("; "))]
    Inconsistent(Vec<String>),
    #[error("no fact has the id {0}: correct the placeholder, or add the fact")]
    UnknownFact(String),
    #[error("fact {fact} has no value on {day}: add a period that holds {day}")]
    NotValid { fact: String, day: NaiveDate },
    #[error("placeholder without end at `{0}`: close it with }}}}")]
    OpenPlaceholder(String),
    #[error("indexing products: {0}")]
    Model(#[from] ModelError),
    #[error("indexing products: {0}")]
    Vectors(#[from] VectorError),
}

impl CatalogError {
    /// A text that cannot be filled is the bank's mistake, never that of the customer who met it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Authoring(_) | Self::Inconsistent(_) => Fault::Caller,
            Self::UnknownFact(_) | Self::NotValid { .. } | Self::OpenPlaceholder(_) => Fault::Bug,
            Self::Model(error) => error.fault(),
            Self::Vectors(error) => error.fault(),
        }
    }
}

/// The catalogue of one moment. Built whole, never changed: a newer one replaces it.
#[derive(Debug)]
pub struct Catalog {
    products: BTreeMap<ProductId, Product>,
    /// By rising id, the periods of one fact as authored.
    bank_facts: Vec<Fact>,
    branches: Vec<Branch>,
}

impl Catalog {
    /// Checks that everything fits together: ids are unique, a product's facts carry its id, required products
    /// exist, the periods of one fact do not overlap, and no value could be taken for a placeholder.
    ///
    /// # Errors
    /// [`CatalogError::Inconsistent`] with everything found.
    pub fn new(products: Vec<Product>, mut bank_facts: Vec<Fact>, branches: Vec<Branch>) -> Result<Self, CatalogError> {
        let mut problems = Vec::new();
        let known: BTreeSet<&ProductId> = products.iter().map(|product| &product.id).collect();
        for product in &products {
            check_product(product, &known, &mut problems);
        }
        for fact in bank_facts.iter().filter(|fact| !fact.id.starts_with("bank.")) {
            problems.push(format!("fact {}: the id of a fact of the bank starts with `bank.`", fact.id));
        }
        check_facts(&bank_facts, &mut problems);
        refuse_twice("product", products.iter().map(|product| product.id.as_str()), &mut problems);
        refuse_twice("branch", branches.iter().map(|branch| branch.id.as_str()), &mut problems);
        if !problems.is_empty() {
            return Err(CatalogError::Inconsistent(problems));
        }
        bank_facts.sort_by(|a, b| a.id.cmp(&b.id));
        let products = products.into_iter().map(|product| (product.id.clone(), product)).collect();
        Ok(Self { products, bank_facts, branches })
    }

    #[must_use]
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.get(id)
    }

    /// All products by rising id, on sale or not.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.values()
    }

    /// All periods of the bank's own facts, by rising id.
    #[must_use]
    pub fn bank_facts(&self) -> &[Fact] {
        &self.bank_facts
    }

    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The value that a fact (`bank.…` or `PRODUCTID.code`) has on a day.
    #[must_use]
    pub fn fact(&self, id: &str, day: NaiveDate) -> Option<&Fact> {
        self.periods(id).find(|fact| fact.valid_on(day))
    }

    /// A product's facts valid on a day, as authored; empty for an unknown product.
    #[must_use]
    pub fn product_facts(&self, id: &ProductId, day: NaiveDate) -> Vec<&Fact> {
        let facts = self.products.get(id).map(|product| product.facts.as_slice()).unwrap_or_default();
        facts.iter().filter(|fact| fact.valid_on(day)).collect()
    }

    /// What each fact is called, by id, over all periods; a changed label counts from its latest period.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<String, Localised> {
        let products = self.products.values().flat_map(|product| &product.facts);
        let mut facts: Vec<&Fact> = self.bank_facts.iter().chain(products).collect();
        facts.sort_by_key(|fact| fact.from);
        facts.into_iter().map(|fact| (fact.id.clone(), fact.label.clone())).collect()
    }

    /// All periods of a fact.
    fn periods<'s>(&'s self, id: &str) -> impl Iterator<Item = &'s Fact> {
        let first = self.bank_facts.partition_point(|fact| fact.id.as_str() < id);
        let product = id.rsplit_once('.').and_then(|(product, _)| ProductId::new(product).ok());
        let product = product.and_then(|product| self.products.get(&product));
        let of_product = product.map(|product| product.facts.as_slice()).unwrap_or_default();
        let of_bank = self.bank_facts[first..].iter().take_while(move |fact| fact.id == id);
        of_bank.chain(of_product.iter().filter(move |fact| fact.id == id))
    }
}

fn check_product(product: &Product, known: &BTreeSet<&ProductId>, problems: &mut Vec<String>) {
    let id = &product.id;
    if let Some(required) = product.eligibility.requires_product.as_ref().filter(|required| !known.contains(required)) {
        problems.push(format!("product {id}: eligibility.requires_product {required} does not exist"));
    }
    for fact in &product.facts {
        let code = fact.id.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('.'));
        if code.is_none_or(|code| code.is_empty() || code.contains('.')) {
            problems.push(format!("product {id}: the id of its fact {} must be `{id}.` and a code", fact.id));
        }
    }
    check_facts(&product.facts, problems);
}

fn check_facts(facts: &[Fact], problems: &mut Vec<String>) {
    for fact in facts {
        if fact.to.is_some_and(|to| to < fact.from) {
            problems.push(format!("fact {}: its period ends before it starts on {}", fact.id, fact.from));
        }
        if holds_brace(&fact.value) {
            problems.push(format!("fact {}: its value must hold no {{ or }}", fact.id));
        }
    }
    for (earlier, later) in overlaps(facts) {
        let (id, start) = (&facts[later].id, facts[later].from);
        problems.push(format!("fact {id}: the period from {start} overlaps that from {}", facts[earlier].from));
    }
}

/// A brace in a value could read as a placeholder once it stands in a text.
fn holds_brace(value: &FactValue) -> bool {
    let braced = |text: &str| text.contains(['{', '}']);
    match value {
        FactValue::Number(_) => false,
        FactValue::Phone(number) => braced(number),
        FactValue::Words(words) => braced(&words.zh) || braced(&words.en),
    }
}

/// Pairs of places (earlier, later start) of entries with one id and a day in common.
fn overlaps(facts: &[Fact]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..facts.len()).collect();
    order.sort_by_key(|place| (&facts[*place].id, facts[*place].from, *place));
    // Sorted so, an entry overlaps an earlier one exactly if it starts before the latest end so far.
    let mut pairs = Vec::new();
    let mut latest: Option<usize> = None;
    for place in order {
        let fact = &facts[place];
        match latest.filter(|earlier| facts[*earlier].id == fact.id) {
            Some(earlier) => {
                let end = facts[earlier].to;
                if end.is_none_or(|end| fact.from <= end) {
                    pairs.push((earlier, place));
                }
                if end.is_some_and(|end| fact.to.is_none_or(|to| end < to)) {
                    latest = Some(place);
                }
            }
            None => latest = Some(place),
        }
    }
    pairs
}

fn refuse_twice<'a>(kind: &str, ids: impl Iterator<Item = &'a str>, problems: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            problems.push(format!("{kind} {id} is there more than once"));
        }
    }
}
