//! The demo bank's catalogue, as authored: large enough, in both languages, dated, and without a promise.

use std::collections::BTreeSet;

use teller::catalog::load::from_texts;
use teller::domain::customer::CustomerKind;
use teller::domain::fact::{Fact, FactValue};
use teller::domain::product::{Category, Product};
use teller::domain::{Fault, Localised};

use super::{demo, root, today, wrong_in};

/// What every product of the list is, and how many at least.
#[test]
fn it_holds_sixty_products_on_every_shelf() {
    let products: Vec<&Product> = demo().products().filter(|product| on_sale(product)).collect();
    assert!(products.len() >= 60, "{} products", products.len());
    let shelves: BTreeSet<Category> = products.iter().map(|product| product.category).collect();
    assert_eq!(shelves.len(), 12, "{shelves:?}");
    let wealth = products.iter().filter(|product| product.category == Category::Wealth);
    let risks: BTreeSet<u8> = wealth.filter_map(|product| product.risk).collect();
    assert_eq!(risks, BTreeSet::from([1, 2, 3, 4, 5]), "wealth products of every risk");
}

fn on_sale(product: &Product) -> bool {
    product.on_sale_from <= today() && product.on_sale_to.is_none_or(|to| today() <= to)
}

#[test]
fn every_product_has_facts_today_and_says_whom_it_is_for() {
    for product in demo().products().filter(|product| on_sale(product)) {
        let id = &product.id;
        assert!(!demo().product_facts(id, today()).is_empty(), "{id}: no rate or fee today");
        assert!(!product.needs.is_empty(), "{id}: for no need");
    }
    let of = |kind| move |product: &&Product| product.eligibility.customer_kinds.contains(&kind);
    let products = || demo().products().filter(|product| on_sale(product));
    assert!(products().filter(of(CustomerKind::SmallBusiness)).count() >= 8);
    assert!(products().filter(of(CustomerKind::Individual)).count() >= 40);
}

#[test]
fn it_holds_twenty_branches() {
    assert_eq!(demo().branches().len(), 20);
    let phones: BTreeSet<&str> = demo().branches().iter().map(|branch| branch.phone.as_str()).collect();
    assert_eq!(phones.len(), 20, "each has a telephone of its own");
    for branch in demo().branches() {
        assert!((18.0..54.0).contains(&branch.latitude) && (73.0..136.0).contains(&branch.longitude), "{}", branch.id);
    }
}

#[test]
fn every_text_is_there_in_both_languages_and_promises_nothing() {
    let mut texts: Vec<(String, &Localised)> = Vec::new();
    for product in demo().products() {
        let optional = [&product.documents, &product.risk_note].into_iter().flatten();
        let own = [&product.name, &product.summary].into_iter().chain(optional);
        texts.extend(own.map(|text| (product.id.to_string(), text)));
        texts.extend(product.facts.iter().map(|fact| (fact.id.clone(), &fact.label)));
    }
    texts.extend(demo().bank_facts().iter().map(|fact| (fact.id.clone(), &fact.label)));
    for branch in demo().branches() {
        let own = [&branch.name, &branch.city, &branch.district, &branch.address];
        texts.extend(own.map(|text| (branch.id.clone(), text)));
    }
    let wrong: Vec<String> =
        texts.into_iter().filter_map(|(id, text)| Some(format!("{id}: {}", wrong_in(text)?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_in_words_are_there_in_both_languages() {
    let facts = demo().products().flat_map(|product| &product.facts).chain(demo().bank_facts());
    let words = |fact: &Fact| match &fact.value {
        FactValue::Words(words) => Some((fact.id.clone(), words.clone())),
        _ => None,
    };
    for (id, words) in facts.filter_map(words) {
        assert!(!words.zh.is_empty() && !words.en.is_empty(), "{id}");
        assert!(!words.en.chars().any(teller::domain::locale::is_han), "{id}: {}", words.en);
    }
}

fn parts(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

#[test]
fn texts_at_hand_give_the_same_catalogue_as_the_folder() {
    let read = |folder: &str| {
        let mut files: Vec<_> =
            std::fs::read_dir(root().join("demo").join(folder)).unwrap().map(Result::unwrap).collect();
        files.sort_by_key(std::fs::DirEntry::file_name);
        let text = |file: &std::fs::DirEntry| {
            (file.file_name().into_string().unwrap(), std::fs::read_to_string(file.path()).unwrap())
        };
        files.iter().map(text).collect::<Vec<_>>()
    };
    let (products, facts) = (read("products"), read("facts"));
    let branches = std::fs::read_to_string(root().join("demo/branches.toml")).unwrap();
    let catalog = from_texts(&parts(&products), &parts(&facts), &[("branches.toml", &branches)]).unwrap();
    assert_eq!(format!("{catalog:?}"), format!("{:?}", demo()));
}

#[test]
fn a_catalogue_is_the_same_after_being_stored_in_any_order() {
    let mut facts = demo().bank_facts().to_vec();
    facts.reverse();
    let mut products: Vec<Product> = demo().products().cloned().collect();
    products.reverse();
    let again = teller::catalog::Catalog::new(products, facts, demo().branches().to_vec()).unwrap();
    for fact in demo().bank_facts() {
        assert_eq!(again.fact(&fact.id, fact.from), Some(fact));
    }
    assert_eq!(again.labels(), demo().labels());
}

#[test]
fn what_does_not_fit_together_is_refused_with_all_reasons() {
    let products: Vec<Product> = demo().products().cloned().collect();
    let mut broken = products.clone();
    broken.push(products[0].clone());
    broken[1].facts[0].id = "OTHER.rate".to_owned();
    let mut facts = demo().bank_facts().to_vec();
    facts.push(Fact { id: "hotline".to_owned(), ..facts[0].clone() });
    facts.push(facts[0].clone());
    let error = teller::catalog::Catalog::new(broken, facts, Vec::new()).unwrap_err();
    assert_eq!(error.fault(), Fault::Caller);
    let said = error.to_string();
    let wanted = [
        format!("product {} is there more than once", products[0].id),
        format!("product {}: the id of its fact OTHER.rate must be", products[1].id),
        "fact hotline: the id of a fact of the bank starts with `bank.`".to_owned(),
        format!("fact {}: the period from", demo().bank_facts()[0].id),
    ];
    for wanted in wanted {
        assert!(said.contains(&wanted), "{wanted} in {said}");
    }
}
