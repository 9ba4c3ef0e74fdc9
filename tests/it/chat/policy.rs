//! The policy table: what is decided, rule by rule, in the order of what must never be missed.

use teller::chat::intents::Intents;
use teller::chat::policy::{Decision, Named, Situation, Tapped, decide};
use teller::chat::signals::Signals;
use teller::domain::handoff::HandoffReason;
use teller::domain::product::Category;
use teller::models::intent::Understanding;

/// A head that is sure of one intent, and of another a little.
fn sure(intent: &str) -> Understanding {
    understood(&[(intent, 0.9), ("greeting", 0.04)], true, false)
}

fn unsure(ranked: &[(&str, f32)]) -> Understanding {
    understood(ranked, false, false)
}

fn foreign() -> Understanding {
    understood(&[("greeting", 0.2)], false, true)
}

fn understood(ranked: &[(&str, f32)], is_confident: bool, is_out_of_scope: bool) -> Understanding {
    let ranked = ranked.iter().map(|(intent, probability)| ((*intent).to_owned(), *probability)).collect();
    Understanding { ranked, out_of_scope: 0.1, is_out_of_scope, is_confident }
}

fn situation(understanding: &Understanding) -> Situation<'_> {
    Situation {
        signals: Signals::default(),
        tapped: None,
        understanding,
        found: &[],
        product: None,
        branch: false,
        failures: 0,
        last_intent: None,
    }
}

fn decided(situation: &Situation<'_>) -> Decision {
    decide(situation, &Intents::embedded().unwrap())
}

fn answer(intent: &str) -> Decision {
    Decision::Answer { intent: intent.to_owned() }
}

fn handoff(intent: Option<&str>, reason: HandoffReason, urgent: bool) -> Decision {
    Decision::Handoff { intent: intent.map(str::to_owned), reason, urgent }
}

const PERSON: Signals = Signals {
    person: true,
    self_harm: false,
    identity: false,
    explains: false,
    chooses: false,
    agrees: false,
    declines: false,
    stolen: false,
    figures: false,
};
const NONE: Signals = Signals { person: false, ..PERSON };

#[test]
fn words_of_self_harm_come_before_everything_else() {
    let understanding = foreign();
    let all = Signals { self_harm: true, agrees: true, ..PERSON };
    let situation = Situation { signals: all, failures: 5, ..situation(&understanding) };
    assert_eq!(decided(&situation), handoff(None, HandoffReason::SelfHarm, true));
}

#[test]
fn asking_for_a_person_works_in_one_step_whatever_was_understood() {
    for understanding in [sure("transfer_fee"), unsure(&[("gold", 0.2)]), foreign()] {
        for failures in 0..4 {
            let situation = Situation { signals: PERSON, failures, ..situation(&understanding) };
            assert_eq!(decided(&situation), handoff(Some("talk_to_person"), HandoffReason::AskedForPerson, false));
        }
    }
}

#[test]
fn each_action_of_the_taxonomy_has_its_decision() {
    let of = |intent: &str, signals: Signals| {
        let understanding = sure(intent);
        decided(&Situation { signals, ..situation(&understanding) })
    };
    assert_eq!(of("transfer_fee", NONE), answer("transfer_fee"));
    assert_eq!(of("talk_to_person", NONE), handoff(Some("talk_to_person"), HandoffReason::AskedForPerson, false));
    let special = |intent, urgent| handoff(Some(intent), HandoffReason::SpecialCase, urgent);
    for intent in ["loan_hardship", "complaint", "bereavement", "account_frozen"] {
        assert_eq!(of(intent, NONE), special(intent, false));
    }
    for intent in ["report_fraud", "dispute_transaction", "transfer_wrong_recipient"] {
        assert_eq!(of(intent, NONE), special(intent, true));
    }
    let lost = |open_case| Decision::Flow { intent: "report_lost_card".to_owned(), open_case };
    assert_eq!(of("report_lost_card", NONE), lost(false));
    assert_eq!(of("report_lost_card", Signals { stolen: true, ..NONE }), lost(true));
}

#[test]
fn a_list_is_made_unless_something_is_to_be_explained() {
    let understanding = sure("wealth_products");
    let of = |explains, chooses| {
        decided(&Situation { signals: Signals { explains, chooses, ..NONE }, ..situation(&understanding) })
    };
    let list = Decision::Recommend { intent: "wealth_products".to_owned() };
    assert_eq!(of(false, false), list);
    assert_eq!(of(false, true), list);
    assert_eq!(of(true, true), list);
    assert_eq!(of(true, false), answer("wealth_products"));
}

#[test]
fn figures_of_a_named_product_come_from_the_product() {
    let named = |category, alone| Some(Named { category, alone });
    let figures = Signals { figures: true, ..NONE };
    let (rates, fee, foreign) = (sure("deposit_rates"), sure("transfer_fee"), foreign());
    let product = named(Category::Deposit, false);
    let with = |understanding| Situation { signals: figures, product, ..situation(understanding) };
    assert_eq!(decided(&with(&rates)), Decision::Product { intent: Some("deposit_rates".to_owned()) });
    assert_eq!(decided(&with(&foreign)), Decision::Product { intent: None }, "named products are in scope");
    assert_eq!(decided(&with(&fee)), answer("transfer_fee"), "a fee that is no product's");
    let tapped = Situation { product: named(Category::Fund, true), ..situation(&fee) };
    assert_eq!(decided(&tapped), Decision::Product { intent: None }, "the bare name");
}

#[test]
fn a_place_with_a_branch_makes_a_branch_question_sure() {
    let understanding = understood(&[("branch_hours", 0.6), ("greeting", 0.2)], false, true);
    assert_eq!(decided(&Situation { branch: true, ..situation(&understanding) }), answer("branch_hours"));
    assert_eq!(decided(&situation(&understanding)), Decision::Refuse);
    let weather = understood(&[("greeting", 0.3)], false, true);
    let in_shanghai = Situation { branch: true, ..situation(&weather) };
    assert_eq!(decided(&in_shanghai), Decision::Refuse, "the weather in Shanghai");
}

#[test]
fn a_tap_counts_more_than_what_the_head_makes_of_it() {
    let understanding = foreign();
    let tapped = |intent, article| {
        let tapped = Some(Tapped { intent, article });
        Situation { tapped, ..situation(&understanding) }
    };
    assert_eq!(decided(&tapped("transfer_fee", false)), answer("transfer_fee"));
    assert_eq!(decided(&tapped("apply_credit_card", true)), answer("apply_credit_card"));
    let list = Decision::Recommend { intent: "apply_credit_card".to_owned() };
    assert_eq!(decided(&tapped("apply_credit_card", false)), list);
    assert_eq!(
        decided(&tapped("report_fraud", true)),
        handoff(Some("report_fraud"), HandoffReason::SpecialCase, true),
        "a special case stays one"
    );
}

#[test]
fn unsure_asks_and_out_of_scope_refuses() {
    let understanding = unsure(&[("transfer_fee", 0.4), ("transfer_how", 0.3), ("gold", 0.06), ("greeting", 0.01)]);
    let options = ["transfer_fee", "transfer_how", "gold"].map(str::to_owned).to_vec();
    assert_eq!(decided(&situation(&understanding)), Decision::Clarify { options });
    assert_eq!(decided(&situation(&foreign())), Decision::Refuse);
}

#[test]
fn head_and_retrieval_together_are_sure_enough() {
    let understanding = unsure(&[("transfer_fee", 0.5), ("transfer_how", 0.4)]);
    let found = ["transfer_fee".to_owned()];
    let other = ["transfer_how".to_owned()];
    assert_eq!(decided(&Situation { found: &found, ..situation(&understanding) }), answer("transfer_fee"));
    let against = decided(&Situation { found: &other, ..situation(&understanding) });
    assert!(matches!(against, Decision::Clarify { .. }), "{against:?}");
}

#[test]
fn the_third_failure_in_a_row_is_a_person() {
    let (unsure, foreign) = (unsure(&[("gold", 0.2)]), foreign());
    for understanding in [&unsure, &foreign] {
        for failures in 0..2 {
            assert!(decided(&Situation { failures, ..situation(understanding) }).fails());
        }
        let third = decided(&Situation { failures: 2, ..situation(understanding) });
        assert_eq!(third, handoff(None, HandoffReason::NoHelp, false));
    }
}

#[test]
fn yes_and_no_mean_what_was_offered() {
    let understanding = foreign();
    let says = |agrees, failures, last_intent| {
        let signals = Signals { agrees, declines: !agrees, ..NONE };
        decided(&Situation { signals, failures, last_intent, ..situation(&understanding) })
    };
    assert_eq!(says(true, 2, None), handoff(Some("talk_to_person"), HandoffReason::AskedForPerson, false));
    assert_eq!(says(false, 2, None), answer("thanks"));
    let lost = Some("report_lost_card");
    assert_eq!(says(true, 0, lost), handoff(lost, HandoffReason::SpecialCase, true));
    assert_eq!(says(false, 0, lost), answer("thanks"));
    assert_eq!(says(true, 0, Some("transfer_fee")), answer("thanks"));
    assert_eq!(says(true, 0, None), Decision::Refuse, "nothing was offered");
}

#[test]
fn asking_whether_it_is_a_machine_is_not_asking_for_a_person() {
    let understanding = foreign();
    let situation = Situation { signals: Signals { identity: true, ..NONE }, ..situation(&understanding) };
    assert_eq!(decided(&situation), answer("about_assistant"));
}
