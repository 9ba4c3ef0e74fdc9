//! Replies as customers read them, both languages, on the demo bank: a change of a template shows here.

use chrono::{DateTime, NaiveDate, Utc};
use teller::chat::articles::Chosen;
use teller::chat::compose::Composer;
use teller::chat::handoff::{Ticket, after_working_days};
use teller::chat::intents::Intents;
use teller::chat::signals::Phrases;
use teller::chat::sources::Draft;
use teller::chat::wording::{Templates, Wording};
use teller::domain::handoff::{Handoff, HandoffReason, HandoffStatus};
use teller::domain::{ArticleId, DecisionId, Locale, ProductId, SessionId};
use teller::recommend::{CitedFact, Item, Reason, RecommendationList};

use super::bank;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-24T02:00:00Z".parse().unwrap()
}

fn ticket(reason: HandoffReason, urgent: bool, ahead: u64, reused: bool) -> Ticket {
    let handoff = Handoff {
        reference: "H-7K2M9QX4".to_owned(),
        session_id: SessionId::new("S-1").unwrap(),
        customer_id: None,
        intent: None,
        reason,
        urgent,
        opened_at: now(),
        deadline: now(),
        status: HandoffStatus::Open,
    };
    Ticket { handoff, ahead, reused }
}

fn list() -> RecommendationList {
    let item = Item {
        product_id: ProductId::new("WM-STEADY-6M").unwrap(),
        name: "晨川稳行六月期".to_owned(),
        score: 0.8,
        reasons: ["符合您增值的需要", "风险等级 R2，在您的测评等级 C3 的范围内"]
            .map(|text| Reason { code: "need".to_owned(), text: text.to_owned() })
            .to_vec(),
        facts: vec![CitedFact {
            text: "管理费：0.20%".to_owned(),
            source: "product:WM-STEADY-6M".to_owned(),
            valid_on: day(),
        }],
    };
    let decision_id = DecisionId::new("D-1").unwrap();
    RecommendationList {
        items: vec![item],
        excluded: Vec::new(),
        personalised: true,
        decision_id,
        model_version: "rules".to_owned(),
    }
}

fn shown(draft: &Draft) -> String {
    let citations = draft.citations.iter().map(|c| format!("[{}] {}: {}", c.id, c.title, c.quote));
    let citations: Vec<String> = citations.collect();
    format!("{}\n---\n{}\n---\n{}", draft.text, citations.join("\n"), draft.suggestions.join(" | "))
}

fn replies(composer: &Composer<'_>) -> Vec<(&'static str, Draft)> {
    let knowledge = bank::knowledge();
    let article = |id: &str| knowledge.article(&ArticleId::new(id).unwrap()).unwrap();
    let chosen = |id: &str, section| Chosen { article: article(id), section };
    let person = ticket(HandoffReason::AskedForPerson, false, 2, false);
    let fraud = ticket(HandoffReason::SpecialCase, true, 0, false);
    let again = ticket(HandoffReason::NoHelp, false, 1, true);
    let options = ["transfer_fee".to_owned(), "transfer_how".to_owned()];
    let product = composer.catalog.product(&ProductId::new("DEP-TERM-1Y").unwrap()).unwrap();
    let closed = composer.catalog.product(&ProductId::new("DEP-CD-5Y").unwrap()).unwrap();
    let branches: Vec<_> = composer.catalog.branches().iter().take(2).collect();
    let phrases = Phrases::embedded().unwrap();
    vec![
        ("answer", composer.answer(chosen("KB-CARD-LOSS", Some(1)), vec!["tap".to_owned()]).unwrap().unwrap()),
        ("flow", composer.flow("report_lost_card", chosen("KB-CARD-LOSS", None), None, Vec::new()).unwrap().unwrap()),
        (
            "flow_case",
            composer.flow("report_lost_card", chosen("KB-CARD-LOSS", None), Some(&fraud), Vec::new()).unwrap().unwrap(),
        ),
        ("person", composer.handoff(&person, Some(chosen("KB-SERVICE-PERSON", None)), Vec::new()).unwrap()),
        ("fraud", composer.handoff(&fraud, Some(chosen("KB-SEC-FRAUD", None)), Vec::new()).unwrap()),
        ("no_help", composer.handoff(&again, None, Vec::new()).unwrap()),
        ("self_harm", composer.self_harm(&fraud, phrases.lines()).unwrap()),
        ("clarify", composer.clarify(&options, false).unwrap()),
        ("clarify_nothing", composer.clarify(&[], true).unwrap()),
        ("refuse", composer.refuse(false).unwrap()),
        ("refuse_offer", composer.refuse(true).unwrap()),
        ("no_answer", composer.no_answer(Some("gold")).unwrap()),
        ("product", composer.product(product, Vec::new()).unwrap()),
        ("product_closed", composer.product(closed, Vec::new()).unwrap()),
        ("recommend", composer.recommend(&list(), true).unwrap()),
        ("recommend_none", composer.recommend(&RecommendationList { items: Vec::new(), ..list() }, false).unwrap()),
        ("branches", composer.branches(&branches, Vec::new()).unwrap()),
    ]
}

fn composer<'a>(templates: &'a Templates, intents: &'a Intents, locale: Locale) -> Composer<'a> {
    Composer { catalog: bank::catalog(), templates, intents, locale, day: day() }
}

#[test]
fn replies_read_as_they_were_approved() {
    let (templates, intents) = (Templates::embedded().unwrap(), Intents::embedded().unwrap());
    for locale in Locale::ALL {
        let composer = composer(&templates, &intents, locale);
        for (name, draft) in replies(&composer) {
            insta::assert_snapshot!(format!("{name}_{}", locale.as_str()), shown(&draft));
        }
        insta::assert_snapshot!(format!("notice_{}", locale.as_str()), composer.notice().unwrap());
    }
}

#[test]
fn every_reply_passes_the_guard_and_has_one_next_step() {
    let (templates, intents) = (Templates::embedded().unwrap(), Intents::embedded().unwrap());
    let guard = teller::chat::guard::Guard::embedded().unwrap();
    for (locale, step) in [(Locale::Zh, "下一步："), (Locale::En, "Next step: ")] {
        for (name, draft) in replies(&composer(&templates, &intents, locale)) {
            assert_eq!(guard.check(&draft.text, &draft.sources), Ok(()), "{name}: {}", draft.text);
            assert_eq!(draft.text.matches(step).count(), 1, "{name}: {}", draft.text);
            assert!(!draft.text.contains("{{") && !draft.text.contains("none"), "{name}: {}", draft.text);
        }
    }
}

#[test]
fn fixed_wording_holds_no_figure_of_its_own() {
    let folder = bank::root().join("prompts/reply");
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let outside = without(&without(&text, "{{", "}}"), "{%", "%}");
        assert!(!outside.contains(|c: char| c.is_numeric()), "{}: {outside}", path.display());
        files += 1;
    }
    assert_eq!(files, Wording::ALL.len() * 2);
}

fn without(text: &str, open: &str, close: &str) -> String {
    text.split(open).map(|part| part.split_once(close).map_or(part, |(_, rest)| rest)).collect()
}

#[test]
fn working_days_leave_weekends_out() {
    let tuesday = now();
    let due = |days| after_working_days(tuesday, days).date_naive().to_string();
    assert_eq!((due(0).as_str(), due(3).as_str(), due(4).as_str()), ("2026-11-24", "2026-11-27", "2026-11-30"));
    assert_eq!(due(15), "2026-12-15");
}
