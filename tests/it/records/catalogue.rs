//! The catalogue is replaced whole and keeps every digit.

use teller::domain::Fault;
use teller::store::records::RecordsError;

use super::bench::Bench;
use super::on_both_engines;
use super::samples::{article, bank_facts, bare_product, branch, full_product, product_id};

on_both_engines!(
    every_field_of_the_catalogue_comes_back_in_order,
    replacing_removes_what_was_there,
    a_catalogue_that_contradicts_itself_leaves_the_old_one,
    a_reader_sees_the_old_or_the_new_catalogue,
    an_unknown_product_is_none,
);

async fn every_field_of_the_catalogue_comes_back_in_order(bench: &Bench) {
    let products = [full_product("W-2"), bare_product("A-1"), full_product("B-3")];
    let articles = [article("KB-Z"), article("KB-A")];
    let branches = [branch("B2"), branch("B1")];
    bench.records.replace_catalogue(&products, &bank_facts(), &articles, &branches).await.expect("replaced");
    assert_eq!(bench.records.products().await.expect("products"), products);
    assert_eq!(bench.records.product(&product_id("B-3")).await.expect("product"), Some(products[2].clone()));
    assert_eq!(bench.records.bank_facts().await.expect("facts"), bank_facts());
    assert_eq!(bench.records.articles().await.expect("articles"), articles);
    assert_eq!(bench.records.branches().await.expect("branches"), branches);
    // `Decimal` calls 1.1 and 1.10 equal; a customer does not.
    let shown = bench.records.products().await.expect("products")[0].facts[0].render(teller::domain::Locale::En);
    assert_eq!(shown, "1.10%");
}

async fn replacing_removes_what_was_there(bench: &Bench) {
    let records = &bench.records;
    let (article, branch) = (article("KB-A"), branch("B1"));
    records.replace_catalogue(&[full_product("W-1")], &bank_facts(), &[article], &[branch]).await.expect("replaced");
    records.replace_catalogue(&[full_product("W-2")], &[], &[], &[]).await.expect("replaced again");
    assert_eq!(records.products().await.expect("products"), [full_product("W-2")]);
    assert_eq!(records.bank_facts().await.expect("facts"), []);
    assert_eq!(records.articles().await.expect("articles"), []);
    assert_eq!(records.branches().await.expect("branches"), []);
}

async fn a_catalogue_that_contradicts_itself_leaves_the_old_one(bench: &Bench) {
    let records = &bench.records;
    let old = [full_product("W-1")];
    records.replace_catalogue(&old, &bank_facts(), &[article("KB-A")], &[branch("B1")]).await.expect("replaced");
    let mut one_day_twice = full_product("W-2");
    one_day_twice.facts[1].from = one_day_twice.facts[0].from;
    let refused = [
        records.replace_catalogue(&[bare_product("X"), bare_product("X")], &[], &[], &[]).await,
        records.replace_catalogue(&[one_day_twice], &[], &[], &[]).await,
        records.replace_catalogue(&[], &[], &[article("KB-B"), article("KB-B")], &[]).await,
        records.replace_catalogue(&[], &[], &[], &[branch("B2"), branch("B2")]).await,
    ];
    for refused in refused {
        assert!(matches!(refused, Err(RecordsError::Conflict(_))), "{refused:?}");
    }
    assert_eq!(records.products().await.expect("products"), old);
    assert_eq!(records.bank_facts().await.expect("facts"), bank_facts());
    assert_eq!(records.articles().await.expect("articles"), [article("KB-A")]);
    assert_eq!(records.branches().await.expect("branches"), [branch("B1")]);
}

async fn a_reader_sees_the_old_or_the_new_catalogue(bench: &Bench) {
    let old = vec![full_product("P-1"), full_product("P-2")];
    let mut new = vec![full_product("P-1"), full_product("P-3"), bare_product("P-4")];
    new[0].facts.truncate(1);
    bench.records.replace_catalogue(&old, &[], &[], &[]).await.expect("replaced");
    let writers = [(); 2].map(|()| {
        let (records, old, new) = (bench.records.clone(), old.clone(), new.clone());
        tokio::spawn(async move {
            for _ in 0..10 {
                records.replace_catalogue(&new, &[], &[], &[]).await.expect("replaced");
                records.replace_catalogue(&old, &[], &[], &[]).await.expect("replaced");
            }
        })
    });
    while writers.iter().any(|writer| !writer.is_finished()) {
        let seen = bench.records.products().await.expect("products");
        assert!(seen == old || seen == new, "half of one, half of the other: {seen:?}");
    }
    for writer in writers {
        writer.await.expect("the writer passes");
    }
}

async fn an_unknown_product_is_none(bench: &Bench) {
    assert_eq!(bench.records.product(&product_id("NONE")).await.expect("a look"), None);
    assert_eq!(RecordsError::Conflict(String::new()).fault(), Fault::Busy { retry_after_seconds: 1 });
}
