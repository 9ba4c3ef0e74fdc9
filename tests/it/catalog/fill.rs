//! Approved texts filled with the facts of a day.

use chrono::NaiveDate;
use proptest::prelude::*;
use teller::catalog::load::from_texts;
use teller::catalog::{Catalog, CatalogError};
use teller::clock::{Clock, FixedClock};
use teller::domain::{Fault, Locale};

use super::load::PRODUCT;
use super::{day, demo, today};

const FACTS: &str = r#"
[[fact]]
id = "bank.transfer.fee"
label = { zh = "跨行转账手续费", en = "fee for a transfer to another bank" }
value = "5.00"
unit = "cny"
from = 2026-01-01
to = 2026-06-30

[[fact]]
id = "bank.transfer.fee"
label = { zh = "跨行转账费", en = "transfer fee" }
value = "0.00"
unit = "cny"
from = 2026-07-01

[[fact]]
id = "bank.transfer.limit"
label = { zh = "单日转账限额", en = "daily limit" }
value = "50000"
unit = "cny"
from = 2026-01-01
to = 2026-12-31

[[fact]]
id = "bank.hotline"
label = { zh = "客服热线", en = "customer hotline" }
value = "400-000-9588"
unit = "phone"
from = 2025-01-01
"#;

fn catalog() -> Catalog {
    from_texts(&[("products.toml", PRODUCT)], &[("facts.toml", FACTS)], &[]).unwrap()
}

fn filled(text: &str, day: NaiveDate, locale: Locale) -> String {
    catalog().fill(text, day, locale).unwrap().text
}

#[test]
fn a_value_changes_at_midnight_of_its_first_day_in_the_banks_time_zone() {
    let clock = FixedClock::at("2026-06-30T15:59:59Z".parse().unwrap());
    assert_eq!(filled("{{bank.transfer.fee}}", clock.today(), Locale::Zh), "5.00 元");
    clock.advance(chrono::Duration::seconds(1));
    assert_eq!(filled("{{bank.transfer.fee}}", clock.today(), Locale::Zh), "0.00 元");
}

#[test]
fn facts_of_the_bank_and_of_products_are_filled_in_the_readers_language() {
    let text = "A {{bank.transfer.limit}} B {{ TEST-1.annual_rate }} C {{bank.hotline}}";
    assert_eq!(filled(text, day("2026-05-01"), Locale::En), "A CNY 50,000 B 1.10% C 400-000-9588");
    assert_eq!(filled(text, day("2026-05-01"), Locale::Zh), "A 50,000 元 B 1.10% C 400-000-9588");
    assert_eq!(filled("no placeholder", day("2026-05-01"), Locale::En), "no placeholder");
}

#[test]
fn each_fact_is_cited_once_with_the_first_day_of_its_period() {
    let text = "{{bank.hotline}} {{bank.transfer.fee}} {{bank.hotline}}";
    let filled = catalog().fill(text, day("2026-08-01"), Locale::En).unwrap();
    let cited: Vec<_> = filled
        .facts
        .iter()
        .map(|fact| (fact.id.as_str(), fact.label.as_str(), fact.value.as_str(), fact.valid_from))
        .collect();
    let hotline = ("bank.hotline", "customer hotline", "400-000-9588", day("2025-01-01"));
    let fee = ("bank.transfer.fee", "transfer fee", "CNY 0.00", day("2026-07-01"));
    assert_eq!(cited, [hotline, fee]);
}

#[test]
fn a_text_is_filled_whole_or_not_at_all() {
    let catalog = catalog();
    let error = |text: &str, on: &str| catalog.fill(text, day(on), Locale::Zh).unwrap_err();
    let unknown = error("{{bank.hotline}} {{bank.nothing}}", "2026-05-01");
    assert!(matches!(&unknown, CatalogError::UnknownFact(id) if id == "bank.nothing"), "{unknown}");
    assert!(matches!(error("{{NO-PRODUCT.fee}}", "2026-05-01"), CatalogError::UnknownFact(_)));
    assert!(matches!(error("{{TEST-1.other}}", "2026-05-01"), CatalogError::UnknownFact(_)));
    assert!(matches!(error("{{}}", "2026-05-01"), CatalogError::UnknownFact(_)));
    let expired = error("{{bank.transfer.limit}}", "2027-01-01");
    assert!(expired.to_string().contains("bank.transfer.limit has no value on 2027-01-01"), "{expired}");
    let early = error("{{TEST-1.annual_rate}}", "2025-12-31");
    assert!(matches!(&early, CatalogError::NotValid { fact, .. } if fact == "TEST-1.annual_rate"), "{early}");
    let open = error("the fee is {{bank.transfer.fee", "2026-05-01");
    assert!(matches!(&open, CatalogError::OpenPlaceholder(at) if at.starts_with("{{bank.transfer.fee")), "{open}");
    for error in [unknown, expired, early, open] {
        assert_eq!(error.fault(), Fault::Bug, "the bank's mistake, not the customer's");
    }
}

#[test]
fn labels_name_every_fact_once_and_by_its_latest_period() {
    let labels = catalog().labels();
    let ids: Vec<&str> = labels.keys().map(String::as_str).collect();
    assert_eq!(ids, ["TEST-1.annual_rate", "bank.hotline", "bank.transfer.fee", "bank.transfer.limit"]);
    assert_eq!(labels["bank.transfer.fee"].en, "transfer fee");
}

proptest! {
    #[test]
    fn filling_never_panics_and_leaves_no_placeholder(text in "[a-z{} .]{0,40}", known in any::<bool>()) {
        let text = if known { format!("{text}{{{{bank.hotline}}}}") } else { text };
        if let Ok(filled) = demo().fill(&text, today(), Locale::En) {
            prop_assert!(!filled.text.contains("{{"), "{:?}", filled.text);
        }
    }
}
