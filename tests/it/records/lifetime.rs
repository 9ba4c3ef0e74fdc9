//! Opening again, opening at once, closing; values about the data; and time to the microsecond.

use teller::domain::Fault;
use teller::store::records::{Records, RecordsError};

use super::bench::Bench;
use super::on_both_engines;
use super::samples::{customer_id, decision, record, session, time};

on_both_engines!(
    what_was_written_is_there_after_reopening,
    a_second_handle_reads_what_the_first_wrote,
    opening_many_times_at_once_is_safe,
    after_closing_the_records_are_unavailable,
    tables_of_a_newer_teller_are_left_alone,
    meta_keeps_the_last_value,
    times_are_kept_to_the_microsecond,
    writers_of_two_handles_take_turns,
);

async fn what_was_written_is_there_after_reopening(bench: &Bench) {
    let first = Records::open(&bench.url).await.expect("opened");
    first.insert_customers(&[record("C1")]).await.expect("inserted");
    first.set_meta("seed", "7").await.expect("set");
    first.close().await.expect("closed");
    let again = Records::open(&bench.url).await.expect("opened again");
    again.ping().await.expect("it answers");
    assert_eq!(again.transactions(&customer_id("C1")).await.expect("transactions"), record("C1").transactions);
    assert_eq!(again.meta("seed").await.expect("meta").as_deref(), Some("7"));
    again.close().await.expect("closed");
}

async fn a_second_handle_reads_what_the_first_wrote(bench: &Bench) {
    let second = Records::open(&bench.url).await.expect("opened");
    bench.records.insert_customers(&[record("C1")]).await.expect("inserted");
    assert_eq!(second.count_customers().await.expect("count"), 1);
    second.close().await.expect("closed");
    bench.records.ping().await.expect("the first still answers");
}

async fn opening_many_times_at_once_is_safe(bench: &Bench) {
    // As new: no table is left that a migration has made.
    let drop_all = if bench.is_sqlite() {
        "DROP TABLE messages; DROP TABLE handoffs; DROP TABLE sessions; DROP TABLE facts; DROP TABLE products; \
         DROP TABLE articles; DROP TABLE branches; DROP TABLE holdings; DROP TABLE transactions; \
         DROP TABLE customers; DROP TABLE decisions; DROP TABLE meta; DROP TABLE seaql_migrations"
    } else {
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    };
    bench.sql(drop_all).await.expect("dropped");
    let opening: Vec<_> = (0..6)
        .map(|n| {
            let url = bench.url.clone();
            tokio::spawn(async move {
                let records = Records::open(&url).await.expect("opened");
                records.set_meta(&format!("opened-{n}"), "yes").await.expect("set");
                records.close().await.expect("closed");
            })
        })
        .collect();
    for opened in opening {
        opened.await.expect("no failure");
    }
    for n in 0..6 {
        assert!(bench.records.meta(&format!("opened-{n}")).await.expect("meta").is_some(), "{n}");
    }
}

async fn after_closing_the_records_are_unavailable(bench: &Bench) {
    let records = Records::open(&bench.url).await.expect("opened");
    let clone = records.clone();
    records.close().await.expect("closed");
    records.close().await.expect("closed twice");
    let refused = [
        clone.ping().await,
        clone.count_customers().await.map(drop),
        clone.products().await.map(drop),
        clone.create_session(&session("S1")).await,
    ];
    for refused in refused {
        let error = refused.expect_err("closed");
        assert_eq!(error.fault(), Fault::Unavailable, "{error:?}");
    }
}

async fn tables_of_a_newer_teller_are_left_alone(bench: &Bench) {
    bench.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_next', 0)").await.expect("inserted");
    let refused = Records::open(&bench.url).await.expect_err("refused");
    assert!(matches!(&refused, RecordsError::Newer(which) if which == "m9999_next"), "{refused:?}");
    assert_eq!(refused.fault(), Fault::Caller);
}

async fn meta_keeps_the_last_value(bench: &Bench) {
    assert_eq!(bench.records.meta("key").await.expect("meta"), None);
    bench.records.set_meta("key", "一").await.expect("set");
    bench.records.set_meta("other", "2").await.expect("set");
    bench.records.set_meta("key", "").await.expect("set");
    assert_eq!(bench.records.meta("key").await.expect("meta").as_deref(), Some(""));
    assert_eq!(bench.records.meta("other").await.expect("meta").as_deref(), Some("2"));
}

async fn times_are_kept_to_the_microsecond(bench: &Bench) {
    let mut written = decision("D1", "2026-11-24T08:00:00.123456999Z");
    bench.records.append_decision(&written).await.expect("appended");
    written.at = time("2026-11-24T08:00:00.123456Z");
    assert_eq!(bench.records.decision(&written.id).await.expect("decision"), Some(written));
}

async fn writers_of_two_handles_take_turns(bench: &Bench) {
    let second = Records::open(&bench.url).await.expect("opened");
    let writing: Vec<_> = (0..40)
        .map(|n| {
            let records = if n % 2 == 0 { bench.records.clone() } else { second.clone() };
            tokio::spawn(async move {
                records.append_decision(&decision(&format!("D{n}"), "2026-11-24T08:00:00Z")).await.expect("appended");
            })
        })
        .collect();
    for written in writing {
        written.await.expect("no failure");
    }
    assert_eq!(second.decisions(None, 100).await.expect("decisions").len(), 40);
    second.close().await.expect("closed");
}
