//! Customers: kept whole, replaced whole, paged without gaps, summed to the fen.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use teller::domain::CustomerId;
use teller::domain::customer::{Consents, Customer, CustomerKind, LifeStage, TransactionCategory};
use teller::store::records::{CategoryTotal, CustomerFilter, CustomerRecord, RecordsError};

use super::bench::{self, Bench};
use super::on_both_engines;
use super::samples::{customer, customer_id, holding, record, time, transaction};

on_both_engines!(
    every_field_of_a_customer_comes_back,
    a_customer_inserted_again_is_replaced,
    a_bad_batch_of_customers_writes_nothing,
    pages_hold_every_customer_once_in_order_of_bytes,
    a_query_is_taken_literally_and_in_any_case,
    holdings_of_many_customers_come_by_customer,
    spending_adds_up_by_customer_and_category,
    an_unknown_customer_has_nothing,
);

async fn every_field_of_a_customer_comes_back(bench: &Bench) {
    let mut plain = record("C000002");
    plain.customer.kind = CustomerKind::Individual;
    plain.customer.life_stage = LifeStage::Student;
    plain.customer.risk = None;
    plain.customer.resident = false;
    plain.customer.consents = Consents { personalisation: false, marketing: true };
    plain.customer.monthly_income_fen = i64::MAX;
    let written = [record("C000001"), plain];
    bench.records.insert_customers(&written).await.expect("inserted");
    for one in &written {
        let id = &one.customer.id;
        assert_eq!(bench.records.customer(id).await.expect("customer").as_ref(), Some(&one.customer));
        assert_eq!(bench.records.holdings(id).await.expect("holdings"), one.holdings);
        assert_eq!(bench.records.transactions(id).await.expect("transactions"), one.transactions);
    }
    assert_eq!(bench.records.count_customers().await.expect("count"), 2);
}

async fn a_customer_inserted_again_is_replaced(bench: &Bench) {
    bench.records.insert_customers(&[record("C1"), record("C2")]).await.expect("inserted");
    let mut again = record("C1");
    again.customer.name = "李雷".to_owned();
    again.holdings.truncate(1);
    again.transactions.clear();
    bench.records.insert_customers(std::slice::from_ref(&again)).await.expect("replaced");
    let id = customer_id("C1");
    assert_eq!(bench.records.customer(&id).await.expect("customer"), Some(again.customer));
    assert_eq!(bench.records.holdings(&id).await.expect("holdings"), again.holdings);
    assert_eq!(bench.records.transactions(&id).await.expect("transactions"), []);
    assert_eq!(bench.records.transactions(&customer_id("C2")).await.expect("transactions").len(), 3);
    assert_eq!(bench.records.count_customers().await.expect("count"), 2);
}

async fn a_bad_batch_of_customers_writes_nothing(bench: &Bench) {
    let good = record("C1");
    bench.records.insert_customers(std::slice::from_ref(&good)).await.expect("inserted");
    let mut renamed = good.clone();
    renamed.customer.name = "changed".to_owned();
    let mut same_sequence = record("C2");
    same_sequence.transactions[1].sequence = 0;
    let refused = bench.records.insert_customers(&[renamed.clone(), same_sequence]).await;
    assert!(matches!(refused, Err(RecordsError::Conflict(_))), "{refused:?}");
    let mut of_another = record("C2");
    of_another.holdings[0] = holding("C9", "DEP-TERM-1Y", 1);
    let mut moved_by_another = record("C2");
    moved_by_another.transactions[0] = record("C9").transactions[0].clone();
    for (batch, what) in [
        (vec![renamed.clone(), of_another], "C2: has a holding of another"),
        (vec![renamed.clone(), moved_by_another], "C2: has a transaction of another"),
        (vec![renamed.clone(), renamed], "C1: is given twice"),
    ] {
        let refused = bench.records.insert_customers(&batch).await.expect_err("refused");
        assert!(matches!(refused, RecordsError::BadRecord { .. }) && refused.to_string().contains(what), "{refused}");
    }
    assert_eq!(bench.records.customer(&customer_id("C1")).await.expect("customer"), Some(good.customer));
    assert_eq!(bench.records.holdings(&customer_id("C1")).await.expect("holdings"), good.holdings);
    assert_eq!(bench.records.count_customers().await.expect("count"), 1);
}

fn only(customer: Customer) -> CustomerRecord {
    CustomerRecord { customer, holdings: Vec::new(), transactions: Vec::new() }
}

async fn all_pages(bench: &Bench, filter: &CustomerFilter, limit: u64) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut after: Option<CustomerId> = None;
    loop {
        let page = bench.records.customers_page(filter, after.as_ref(), limit).await.expect("a page");
        ids.extend(page.iter().map(|customer| customer.id.to_string()));
        assert!(page.len() as u64 <= limit, "{} on a page of {limit}", page.len());
        match page.last() {
            Some(last) if page.len() as u64 == limit => after = Some(last.id.clone()),
            _ => return ids,
        }
    }
}

async fn pages_hold_every_customer_once_in_order_of_bytes(bench: &Bench) {
    let odd = ["c1", "C-1", "C1", "C_1", "C.1", "C10"].map(str::to_owned);
    let mut ids: Vec<String> = (0..1_030).map(|n| format!("C{n:06}")).chain(odd).collect();
    let people: Vec<CustomerRecord> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| {
            let advisor_id = format!("A{:03}", n % 3);
            only(Customer { advisor_id, ..customer(id) })
        })
        .collect();
    bench.records.insert_customers(&people).await.expect("inserted");
    let of_advisor = |advisor: &str| {
        let mut own: Vec<String> = people
            .iter()
            .filter(|one| one.customer.advisor_id == advisor)
            .map(|one| one.customer.id.to_string())
            .collect();
        own.sort();
        own
    };
    let own = of_advisor("A001");
    ids.sort();
    assert_eq!(all_pages(bench, &CustomerFilter::default(), 97).await, ids);
    let filter = CustomerFilter { advisor_id: Some("A001".to_owned()), query: None };
    assert_eq!(all_pages(bench, &filter, 7).await, own);
}

async fn a_query_is_taken_literally_and_in_any_case(bench: &Bench) {
    let named = |id: &str, name: &str| only(Customer { name: name.to_owned(), ..customer(id) });
    let people = [
        named("C1", "王小明"),
        named("C2", "Anna O'Neil"),
        named("C3", "100% Ltd"),
        named("C4", "under_score"),
        named("C5", "back\\slash"),
    ];
    bench.records.insert_customers(&people).await.expect("inserted");
    for (query, found) in [
        ("小明", vec!["C1"]),
        ("ANNA", vec!["C2"]),
        ("o'neil", vec!["C2"]),
        ("%", vec!["C3"]),
        ("_", vec!["C4"]),
        ("\\", vec!["C5"]),
        ("c5", vec!["C5"]),
        ("  c", vec!["C1", "C2", "C3", "C4", "C5"]),
        (" ", vec!["C1", "C2", "C3", "C4", "C5"]),
        ("nobody", vec![]),
    ] {
        let filter = CustomerFilter { advisor_id: None, query: Some(query.to_owned()) };
        assert_eq!(all_pages(bench, &filter, 100).await, found, "{query:?}");
    }
    let nobody = CustomerFilter { advisor_id: Some("A999".to_owned()), query: Some("C1".to_owned()) };
    assert_eq!(all_pages(bench, &nobody, 100).await, Vec::<String>::new());
}

async fn holdings_of_many_customers_come_by_customer(bench: &Bench) {
    let people: Vec<CustomerRecord> = (0..620).map(|n| record(&format!("C{n:04}"))).collect();
    bench.records.insert_customers(&people).await.expect("inserted");
    bench.records.insert_customers(&[only(customer("C-NONE"))]).await.expect("inserted");
    let mut ids: Vec<CustomerId> = people.iter().map(|one| one.customer.id.clone()).collect();
    ids.extend([customer_id("C-NONE"), customer_id("C-UNKNOWN"), customer_id("C0000")]);
    let expected: BTreeMap<_, _> = people.into_iter().map(|one| (one.customer.id.clone(), one.holdings)).collect();
    assert_eq!(bench.records.holdings_of(&ids).await.expect("holdings"), expected);
    assert_eq!(bench.records.holdings_of(&[]).await.expect("holdings"), BTreeMap::new());
}

async fn spending_adds_up_by_customer_and_category(bench: &Bench) {
    use TransactionCategory::{Dining, Salary};
    let mut one = record("C1");
    one.transactions = vec![
        transaction("C1", 0, "2026-01-31T23:59:59.999999Z", Dining, -1),
        transaction("C1", 1, "2026-02-01T00:00:00Z", Dining, -10),
        transaction("C1", 2, "2026-02-01T00:00:00.5Z", Dining, -100),
        transaction("C1", 3, "2026-03-01T00:00:00Z", Dining, 30),
        transaction("C1", 4, "2026-03-01T00:00:00Z", Salary, 4_000_000_000_000),
        transaction("C1", 5, "2026-03-02T00:00:00Z", Salary, 4_000_000_000_001),
    ];
    let mut early = record("C2");
    early.transactions.truncate(1);
    bench.records.insert_customers(&[one, early, record("C3")]).await.expect("inserted");
    let since = time("2026-02-01T00:00:00Z");
    let ids = ["C1", "C2", "C3", "C1", "C9"].map(customer_id);
    let sums = bench.records.spending_by_category(&ids, since).await.expect("sums");
    let total = |sum_fen, count| CategoryTotal { sum_fen, count };
    let expected = BTreeMap::from([
        (customer_id("C1"), BTreeMap::from([(Salary, total(8_000_000_000_001, 2)), (Dining, total(-80, 3))])),
        (customer_id("C3"), BTreeMap::from([(Dining, total(-12_400, 2))])),
    ]);
    assert_eq!(sums, expected);
    assert_eq!(bench.records.spending_by_category(&[], since).await.expect("sums"), BTreeMap::new());
}

async fn an_unknown_customer_has_nothing(bench: &Bench) {
    let id = customer_id("C404");
    assert_eq!(bench.records.customer(&id).await.expect("customer"), None);
    assert_eq!(bench.records.holdings(&id).await.expect("holdings"), []);
    assert_eq!(bench.records.transactions(&id).await.expect("transactions"), []);
    assert_eq!(bench.records.count_customers().await.expect("count"), 0);
}

/// Any text without NUL, any sums, any days that a bank may meet, any instant down to the microsecond.
fn any_record() -> impl Strategy<Value = CustomerRecord> {
    let text = "[^\u{0}]{0,40}";
    let moved = (any::<i64>(), 0_i64..4_000_000_000_000_000);
    (text, text, any::<i64>(), 0_i32..80_000, proptest::collection::vec(moved, 0..6)).prop_map(
        |(name, occupation, income, days, moved)| {
            let mut one = record("C1");
            one.customer.name = name;
            one.customer.occupation = occupation;
            one.customer.monthly_income_fen = income;
            one.customer.birth_date += chrono::Duration::days(i64::from(days) - 30_000);
            one.transactions = (0..)
                .zip(moved)
                .map(|(sequence, (amount, micros))| {
                    let mut one =
                        transaction("C1", sequence, "1900-01-01T00:00:00Z", TransactionCategory::Travel, amount);
                    one.at += chrono::Duration::microseconds(micros);
                    one
                })
                .collect();
            one
        },
    )
}

async fn any_customer_comes_back(bench: &Bench) {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = any_record();
    for _ in 0..60 {
        let one = strategy.new_tree(&mut runner).expect("a value").current();
        bench.records.insert_customers(std::slice::from_ref(&one)).await.expect("inserted");
        assert_eq!(bench.records.customer(&one.customer.id).await.expect("customer"), Some(one.customer.clone()));
        assert_eq!(bench.records.transactions(&one.customer.id).await.expect("transactions"), one.transactions);
    }
}

#[test]
fn any_customer_comes_back_from_sqlite() {
    bench::on_sqlite(|bench| async move { any_customer_comes_back(&bench).await });
}

#[test]
fn any_customer_comes_back_from_postgres() {
    bench::on_postgres(|bench| async move { any_customer_comes_back(&bench).await });
}
