//! Sessions and turns: in order, whole or not at all, one winner for each position.

use teller::domain::conversation::{Author, Session};
use teller::domain::{Fault, Locale};
use teller::store::records::RecordsError;

use super::bench::Bench;
use super::on_both_engines;
use super::samples::{customer_id, decision, handoff, message, session, session_id, turn};

on_both_engines!(
    a_session_comes_back_and_exists_once,
    a_turn_updates_the_session_and_keeps_the_order_of_messages,
    a_turn_that_fails_in_its_last_part_leaves_nothing,
    a_position_that_is_taken_is_a_conflict,
    of_two_turns_at_once_one_wins,
    a_turn_of_an_unknown_session_is_missing,
    a_turn_with_parts_of_another_session_is_refused,
);

async fn a_session_comes_back_and_exists_once(bench: &Bench) {
    let plain = session("S1");
    let full = Session {
        customer_id: Some(customer_id("C000001")),
        locale: Locale::Zh,
        failures: 3,
        last_intent: Some("card_loss".to_owned()),
        ..session("S2")
    };
    for session in [&plain, &full] {
        bench.records.create_session(session).await.expect("created");
        assert_eq!(bench.records.session(&session.id).await.expect("session").as_ref(), Some(session));
    }
    assert_eq!(bench.records.session(&session_id("S3")).await.expect("a look"), None);
    assert_eq!(bench.records.messages(&session_id("S3")).await.expect("a look"), []);
    let again = bench.records.create_session(&Session { failures: 9, ..plain.clone() }).await;
    assert!(matches!(again, Err(RecordsError::Conflict(_))), "{again:?}");
    assert_eq!(bench.records.session(&plain.id).await.expect("session"), Some(plain));
}

async fn a_turn_updates_the_session_and_keeps_the_order_of_messages(bench: &Bench) {
    bench.records.create_session(&session("S1")).await.expect("created");
    bench.records.create_session(&session("S2")).await.expect("created");
    let mut first = turn("S1");
    first.session.customer_id = Some(customer_id("C000001"));
    first.session.locale = Locale::Zh;
    first.messages.reverse();
    first.handoff = Some(handoff("H-AAAAAAAA", "S1", true, "2026-11-24T08:00:03Z"));
    let mut second = turn("S1");
    second.messages = (2..12).rev().map(|position| message("S1", position, Author::Staff)).collect();
    second.decision.id = teller::domain::DecisionId::new("D-2").expect("an id");
    bench.records.record_turn(first.clone()).await.expect("recorded");
    assert_eq!(bench.records.session(&session_id("S1")).await.expect("session").as_ref(), Some(&first.session));
    bench.records.record_turn(second.clone()).await.expect("recorded");
    let mut expected = [first.messages, second.messages].concat();
    expected.sort_by_key(|message| message.position);
    assert_eq!(bench.records.messages(&session_id("S1")).await.expect("messages"), expected);
    assert_eq!(bench.records.session(&session_id("S2")).await.expect("session"), Some(session("S2")));
    assert_eq!(bench.records.decision(&first.decision.id).await.expect("decision"), Some(first.decision));
    assert_eq!(bench.records.handoff("H-AAAAAAAA").await.expect("handoff"), first.handoff);
}

/// The session is as it was made, and nothing else is there but the one decision and handoff of before.
async fn assert_untouched(bench: &Bench, name: &str) {
    assert_eq!(bench.records.session(&session_id(name)).await.expect("session"), Some(session(name)));
    assert_eq!(bench.records.messages(&session_id(name)).await.expect("messages"), []);
    assert_eq!(bench.records.decisions(None, 10).await.expect("decisions").len(), 1);
    assert_eq!(bench.records.handoffs(false, 10).await.expect("handoffs").len(), 1);
}

async fn a_turn_that_fails_in_its_last_part_leaves_nothing(bench: &Bench) {
    let mut before = turn("S1");
    before.handoff = Some(handoff("H-AAAAAAAA", "S1", false, "2026-11-24T08:00:03Z"));
    bench.records.create_session(&before.session).await.expect("created");
    bench.records.record_turn(before.clone()).await.expect("recorded");
    bench.records.create_session(&session("S2")).await.expect("created");
    let mut taken_reference = turn("S2");
    taken_reference.handoff = Some(handoff("H-AAAAAAAA", "S2", false, "2026-11-24T09:00:00Z"));
    let mut taken_decision = turn("S2");
    taken_decision.decision = before.decision;
    let mut taken_message = turn("S2");
    taken_message.messages[1].id = before.messages[0].id.clone();
    for turn in [taken_reference, taken_decision, taken_message] {
        let refused = bench.records.record_turn(turn).await;
        assert!(matches!(refused, Err(RecordsError::Conflict(_))), "{refused:?}");
        assert_untouched(bench, "S2").await;
    }
}

async fn a_position_that_is_taken_is_a_conflict(bench: &Bench) {
    bench.records.create_session(&session("S1")).await.expect("created");
    bench.records.record_turn(turn("S1")).await.expect("recorded");
    let mut late = turn("S1");
    late.session.failures = 7;
    late.decision = decision("D-LATE", "2026-11-24T08:00:05Z");
    for message in &mut late.messages {
        message.id = teller::domain::MessageId::new(format!("late-{}", message.position)).expect("an id");
    }
    let refused = bench.records.record_turn(late).await.expect_err("refused");
    assert!(matches!(refused, RecordsError::Conflict(_)), "{refused:?}");
    assert_eq!(refused.fault(), Fault::Busy { retry_after_seconds: 1 });
    assert_eq!(bench.records.messages(&session_id("S1")).await.expect("messages"), turn("S1").messages);
    let after = bench.records.session(&session_id("S1")).await.expect("session").expect("there");
    assert_eq!(after.failures, 1);
}

async fn of_two_turns_at_once_one_wins(bench: &Bench) {
    bench.records.create_session(&session("S1")).await.expect("created");
    let racing: Vec<_> = (0..8)
        .map(|racer| {
            let mut turn = turn("S1");
            turn.decision.id = teller::domain::DecisionId::new(format!("D-{racer}")).expect("an id");
            for message in &mut turn.messages {
                message.id = teller::domain::MessageId::new(format!("{racer}-{}", message.position)).expect("an id");
            }
            let records = bench.records.clone();
            tokio::spawn(async move { records.record_turn(turn).await })
        })
        .collect();
    let mut won = 0;
    for racer in racing {
        match racer.await.expect("no panic") {
            Ok(()) => won += 1,
            Err(error) => assert!(matches!(error, RecordsError::Conflict(_)), "{error:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(bench.records.messages(&session_id("S1")).await.expect("messages").len(), 2);
    assert_eq!(bench.records.decisions(None, 10).await.expect("decisions").len(), 1);
}

async fn a_turn_of_an_unknown_session_is_missing(bench: &Bench) {
    let refused = bench.records.record_turn(turn("S404")).await.expect_err("refused");
    assert!(matches!(refused, RecordsError::Missing { what: "session", .. }), "{refused:?}");
    assert_eq!(refused.fault(), Fault::NotFound);
    assert_eq!(bench.records.decisions(None, 10).await.expect("decisions"), []);
}

async fn a_turn_with_parts_of_another_session_is_refused(bench: &Bench) {
    bench.records.create_session(&session("S1")).await.expect("created");
    let mut stray_message = turn("S1");
    stray_message.messages.push(message("S2", 2, Author::Staff));
    let mut stray_handoff = turn("S1");
    stray_handoff.handoff = Some(handoff("H-AAAAAAAA", "S2", false, "2026-11-24T09:00:00Z"));
    for turn in [stray_message, stray_handoff] {
        let refused = bench.records.record_turn(turn).await;
        assert!(matches!(refused, Err(RecordsError::BadRecord { .. })), "{refused:?}");
    }
    assert_eq!(bench.records.messages(&session_id("S1")).await.expect("messages"), []);
}
