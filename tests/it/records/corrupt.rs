//! A row that cannot be read is an error that names table, column and, where it is known, the row; never a guess.

use teller::domain::Fault;
use teller::store::records::{CustomerFilter, Records, RecordsError};

use super::bench::{self, Bench};
use super::on_both_engines;
use super::samples::{
    article, bank_facts, branch, customer_id, full_product, handoff, record, session, session_id, turn,
};

on_both_engines!(a_row_that_cannot_be_read_names_its_column);

async fn fill(bench: &Bench) {
    let records = &bench.records;
    records.insert_customers(&[record("C1")]).await.expect("inserted");
    let products = [full_product("W-1")];
    records.replace_catalogue(&products, &bank_facts(), &[article("KB-A")], &[branch("B1")]).await.expect("replaced");
    records.create_session(&session("S1")).await.expect("created");
    let mut turn = turn("S1");
    turn.handoff = Some(handoff("H-1", "S1", false, "2026-11-24T08:00:00Z"));
    records.record_turn(turn).await.expect("recorded");
}

/// Everything that can be read, until something cannot.
async fn read_all(records: &Records) -> Result<(), RecordsError> {
    records.customers_page(&CustomerFilter::default(), None, 10).await?;
    let id = customer_id("C1");
    records.holdings(&id).await?;
    records.transactions(&id).await?;
    records.spending_by_category(&[id], chrono::DateTime::UNIX_EPOCH).await?;
    records.products().await?;
    records.bank_facts().await?;
    records.articles().await?;
    records.branches().await?;
    records.session(&session_id("S1")).await?;
    records.messages(&session_id("S1")).await?;
    records.handoffs(false, 10).await?;
    Ok(())
}

/// Spoils one value, checks what reading says, and fills the database anew.
async fn assert_names(bench: &Bench, table: &str, column: &str, value: &str) {
    bench.sql(&format!("UPDATE {table} SET {column} = {value}")).await.expect("spoilt");
    let error = read_all(&bench.records).await.expect_err(column);
    assert!(matches!(error, RecordsError::Corrupt { .. }), "{table}.{column}: {error:?}");
    assert_eq!(error.fault(), Fault::Bug);
    let said = error.to_string();
    assert!(said.starts_with(&format!("{table}.{column}")), "{table}.{column} = {value}: {said}");
    bench.records.insert_customers(&[record("C1")]).await.expect("inserted");
    for table in ["handoffs", "messages", "sessions"] {
        bench.sql(&format!("DELETE FROM {table}")).await.expect("deleted");
    }
    let products = [full_product("W-1")];
    let (articles, branches) = ([article("KB-A")], [branch("B1")]);
    bench.records.replace_catalogue(&products, &bank_facts(), &articles, &branches).await.expect("replaced");
    bench.records.create_session(&session("S1")).await.expect("created");
    let mut again = turn("S1");
    again.decision.id =
        teller::domain::DecisionId::new(format!("{:x}", getrandom::u64().expect("randomness"))).expect("an id");
    again.handoff = Some(handoff("H-1", "S1", false, "2026-11-24T08:00:00Z"));
    bench.records.record_turn(again).await.expect("recorded");
}

async fn a_row_that_cannot_be_read_names_its_column(bench: &Bench) {
    fill(bench).await;
    read_all(&bench.records).await.expect("all is well before");
    for (table, column, value) in [
        ("customers", "kind", "'robot'"),
        ("customers", "locale", "'fr'"),
        ("customers", "life_stage", "''"),
        ("customers", "risk_class", "NULL"),
        ("customers", "risk_class", "300"),
        ("customers", "knowledge", "-1"),
        ("customers", "id", "'no id!'"),
        ("holdings", "product_id", "'no id!'"),
        ("transactions", "category", "'Dining'"),
        ("products", "category", "'boat'"),
        ("products", "needs", "'{}'"),
        ("products", "min_amount", "'ten'"),
        ("products", "eligibility", "'{\"min_age\": -1}'"),
        ("facts", "value", "'1,10'"),
        ("facts", "unit", "'parsec'"),
        ("facts", "kind", "'guess'"),
        ("articles", "title", "'{\"zh\": \"\"}'"),
        ("branches", "services", "'7'"),
        ("sessions", "customer_id", "''"),
        ("messages", "author", "'ghost'"),
        ("handoffs", "reason", "'none'"),
        ("handoffs", "status", "'lost'"),
    ] {
        // A key that others refer to cannot be spoilt while they do.
        if (table, column) == ("customers", "id") {
            bench.sql("DELETE FROM holdings").await.expect("deleted");
            bench.sql("DELETE FROM transactions").await.expect("deleted");
        }
        assert_names(bench, table, column, value).await;
        bench.sql("DELETE FROM customers WHERE id = 'no id!'").await.expect("deleted");
    }
}

/// `SQLite` keeps whatever it is given in a column of any type.
#[test]
fn a_value_of_another_type_names_its_column() {
    bench::on_sqlite(|bench| async move {
        fill(&bench).await;
        for (table, column, value) in [
            ("customers", "birth_date", "'yesterday'"),
            ("customers", "monthly_income_fen", "'plenty'"),
            ("transactions", "at", "'noon'"),
            ("transactions", "amount_fen", "'much'"),
            ("articles", "answer", "'{not json'"),
            ("branches", "latitude", "'north'"),
            ("handoffs", "deadline", "'soon'"),
        ] {
            assert_names(&bench, table, column, value).await;
        }
    });
}
