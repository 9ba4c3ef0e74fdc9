//! Requests for a person come in the order staff takes them, and a place in the queue is a real number.

use teller::domain::handoff::{Handoff, HandoffReason, HandoffStatus};

use super::bench::Bench;
use super::on_both_engines;
use super::samples::{decision, handoff, session, session_id, turn};

on_both_engines!(
    every_field_of_a_handoff_comes_back,
    urgent_goes_first_and_the_oldest_next,
    a_closed_handoff_waits_for_nobody,
    a_session_knows_its_open_handoff,
);

/// Writes a handoff the way it comes in: with a turn.
async fn open(bench: &Bench, handoff: &Handoff) {
    let name = format!("S-{}", handoff.reference);
    let mut turn = turn(&name);
    turn.decision = decision(&format!("D-{}", handoff.reference), "2026-11-24T08:00:02Z");
    turn.handoff = Some(Handoff { session_id: session_id(&name), ..handoff.clone() });
    bench.records.create_session(&session(&name)).await.expect("created");
    bench.records.record_turn(turn).await.expect("recorded");
}

async fn references(bench: &Bench, open_only: bool, limit: u64) -> Vec<String> {
    let found = bench.records.handoffs(open_only, limit).await.expect("handoffs");
    found.into_iter().map(|handoff| handoff.reference).collect()
}

async fn every_field_of_a_handoff_comes_back(bench: &Bench) {
    for (n, reason) in HandoffReason::ALL.into_iter().enumerate() {
        let reference = format!("H-{n}");
        let mut written = handoff(&reference, &format!("S-{reference}"), n % 2 == 0, "2026-11-24T08:00:00.000001Z");
        written.reason = reason;
        if n == 0 {
            written.customer_id = None;
            written.intent = None;
        }
        open(bench, &written).await;
        assert_eq!(bench.records.handoff(&reference).await.expect("handoff"), Some(written));
    }
    assert_eq!(bench.records.handoff("H-NONE").await.expect("a look"), None);
}

async fn urgent_goes_first_and_the_oldest_next(bench: &Bench) {
    for (reference, urgent, at) in [
        ("H-4", false, "2026-11-24T08:00:00Z"),
        ("H-1", true, "2026-11-24T09:00:00Z"),
        ("H-5", false, "2026-11-24T08:00:00.5Z"),
        ("H-a", false, "2026-11-24T08:00:00.5Z"),
        ("H-B", false, "2026-11-24T08:00:00.5Z"),
        ("H-0", true, "2026-11-24T08:59:00Z"),
        ("H-3", false, "2026-11-24T07:00:00Z"),
    ] {
        open(bench, &handoff(reference, "S", urgent, at)).await;
    }
    let queue = ["H-0", "H-1", "H-3", "H-4", "H-5", "H-B", "H-a"];
    assert_eq!(references(bench, true, 100).await, queue);
    assert_eq!(references(bench, true, 3).await, queue[..3]);
    for (place, handoff) in (0..).zip(bench.records.handoffs(true, 100).await.expect("handoffs")) {
        assert_eq!(bench.records.handoffs_ahead(&handoff).await.expect("a number"), place, "{}", handoff.reference);
    }
}

async fn a_closed_handoff_waits_for_nobody(bench: &Bench) {
    let mut done = handoff("H-1", "S", true, "2026-11-24T07:00:00Z");
    done.status = HandoffStatus::Closed;
    open(bench, &done).await;
    open(bench, &handoff("H-2", "S", false, "2026-11-24T08:00:00Z")).await;
    let waiting = bench.records.handoff("H-2").await.expect("handoff").expect("there");
    assert_eq!(bench.records.handoffs_ahead(&waiting).await.expect("a number"), 0);
    assert_eq!(references(bench, true, 10).await, ["H-2"]);
    assert_eq!(references(bench, false, 10).await, ["H-1", "H-2"]);
    assert_eq!(bench.records.open_handoff_of(&session_id("S-H-1")).await.expect("a look"), None);
}

async fn a_session_knows_its_open_handoff(bench: &Bench) {
    open(bench, &handoff("H-1", "S", false, "2026-11-24T08:00:00Z")).await;
    open(bench, &handoff("H-2", "S", true, "2026-11-24T08:00:00Z")).await;
    let found = bench.records.open_handoff_of(&session_id("S-H-1")).await.expect("a look").expect("there");
    assert_eq!((found.reference.as_str(), found.urgent), ("H-1", false));
    assert_eq!(bench.records.open_handoff_of(&session_id("S-H-3")).await.expect("a look"), None);
}
