//! The decision log grows and does nothing else, whoever is connected.

use teller::domain::DecisionId;
use teller::domain::decision::{Decision, DecisionKind};
use teller::store::records::RecordsError;

use super::bench::Bench;
use super::on_both_engines;
use super::samples::{customer_id, decision, session_id};

on_both_engines!(
    every_field_of_a_decision_comes_back,
    decisions_come_newest_first,
    an_id_is_taken_once,
    the_database_refuses_to_change_or_remove_a_decision,
);

async fn every_field_of_a_decision_comes_back(bench: &Bench) {
    let plain = decision("D1", "2026-11-24T08:00:00.000001Z");
    let full = Decision {
        kind: DecisionKind::Recommendation,
        customer_id: Some(customer_id("C000001")),
        session_id: Some(session_id("S1")),
        actor: "advisor:A007".to_owned(),
        ..decision("D2", "2026-11-24T08:00:00Z")
    };
    for decision in [&plain, &full] {
        bench.records.append_decision(decision).await.expect("appended");
        assert_eq!(bench.records.decision(&decision.id).await.expect("decision").as_ref(), Some(decision));
    }
    assert_eq!(bench.records.decision(&DecisionId::new("D3").expect("an id")).await.expect("a look"), None);
}

async fn decisions_come_newest_first(bench: &Bench) {
    let of = |id: &str, at: &str, customer: Option<&str>| Decision {
        customer_id: customer.map(customer_id),
        ..decision(id, at)
    };
    for decision in [
        of("D1", "2026-11-24T08:00:00.5Z", Some("C1")),
        of("D2", "2026-11-24T08:00:00Z", Some("C1")),
        of("D9", "2026-11-24T08:00:00Z", Some("C2")),
        of("D4", "2026-11-24T08:00:00Z", Some("C1")),
        of("D5", "2026-11-24T07:59:59.999Z", None),
    ] {
        bench.records.append_decision(&decision).await.expect("appended");
    }
    let ids = async |customer: Option<&str>, limit| {
        let customer = customer.map(customer_id);
        let found = bench.records.decisions(customer.as_ref(), limit).await.expect("decisions");
        found.iter().map(|decision| decision.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 10).await, ["D1", "D4", "D9", "D2", "D5"]);
    assert_eq!(ids(None, 2).await, ["D1", "D4"]);
    assert_eq!(ids(Some("C1"), 10).await, ["D1", "D4", "D2"]);
    assert_eq!(ids(Some("C3"), 10).await, Vec::<String>::new());
    assert_eq!(ids(None, 0).await, Vec::<String>::new());
}

async fn an_id_is_taken_once(bench: &Bench) {
    let first = decision("D1", "2026-11-24T08:00:00Z");
    bench.records.append_decision(&first).await.expect("appended");
    let again = bench.records.append_decision(&Decision { actor: "system".to_owned(), ..first.clone() }).await;
    assert!(matches!(again, Err(RecordsError::Conflict(_))), "{again:?}");
    assert_eq!(bench.records.decisions(None, 10).await.expect("decisions"), [first]);
}

async fn the_database_refuses_to_change_or_remove_a_decision(bench: &Bench) {
    let kept = decision("D1", "2026-11-24T08:00:00Z");
    bench.records.append_decision(&kept).await.expect("appended");
    let mut attempts = vec![
        "UPDATE decisions SET actor = 'nobody'",
        "UPDATE decisions SET detail = '{}' WHERE id = 'D1'",
        "DELETE FROM decisions",
        "DELETE FROM decisions WHERE id = 'D1'",
    ];
    if bench.is_sqlite() {
        attempts.push(
            "INSERT OR REPLACE INTO decisions (id, at, kind, actor, model_version, detail) \
             VALUES ('D1', '2026-01-01T00:00:00+00:00', 'reply', 'nobody', 'none', '{}')",
        );
    } else {
        attempts.push("TRUNCATE decisions");
    }
    for attempt in attempts {
        let refused = bench.sql(attempt).await.expect_err(attempt).to_string();
        assert!(refused.contains("append-only") || refused.contains("is taken"), "{attempt}: {refused}");
        assert_eq!(
            bench.records.decisions(None, 10).await.expect("decisions"),
            std::slice::from_ref(&kept),
            "{attempt}"
        );
    }
}
