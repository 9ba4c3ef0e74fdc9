//! Faults in authored articles: all in one report, each with file, line, entry, field and what to do.

use std::fs;

use teller::domain::Fault;
use teller::knowledge::KnowledgeError;
use teller::knowledge::load::{Known, from_texts, load_articles, load_known};

const ARTICLE: &str = r#"[[article]]
id = "KB-LOSS"
title = { zh = "挂失", en = "Report a loss" }
intents = ["card_loss"]
products = ["CARD-1"]
owner = "cards"
valid_from = 2026-01-01
valid_to = 2026-12-31
approved_by = "Compliance desk"
approved_on = 2025-12-18

[article.answer]
zh = """请致电 {{bank.hotline}}。
费用为 {{CARD-1.loss_fee}}。"""
en = "Call {{bank.hotline}}. It costs {{CARD-1.loss_fee}}."

[article.next_step]
zh = "打开手机银行。"
en = "Open the app."

[[article.sections]]
heading = { zh = "补卡", en = "A new card" }
text = { zh = "三天。", en = "Three days." }
"#;

fn known() -> Known {
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    Known { intents: set(&["card_loss"]), products: set(&["CARD-1"]), facts: set(&["bank.hotline", "CARD-1.loss_fee"]) }
}

/// The report on one file, without its heading.
fn report(text: &str) -> Vec<String> {
    match from_texts(&[("cards.toml", text)], &known()) {
        Ok(_) => Vec::new(),
        Err(error @ KnowledgeError::Authoring(_)) => error.to_string().lines().skip(1).map(str::to_owned).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn an_article_without_fault_is_read_as_it_stands() {
    let articles = from_texts(&[("cards.toml", ARTICLE)], &known()).unwrap();
    assert_eq!(articles.len(), 1);
    let article = &articles[0];
    assert_eq!(article.answer.zh, "请致电 {{bank.hotline}}。\n费用为 {{CARD-1.loss_fee}}。");
    assert_eq!(
        (article.intents.as_slice(), article.products[0].as_str()),
        (["card_loss".to_owned()].as_slice(), "CARD-1")
    );
    assert_eq!(article.sections[0].heading.en, "A new card");
    assert_eq!(article.valid_to, "2026-12-31".parse().unwrap());
}

#[test]
fn every_rule_is_kept() {
    for (line, instead, wanted) in [
        ("KB-LOSS", "kb-loss", "2: kb-loss id: has other characters: use capital letters"),
        ("en = \"Report a loss\"", "en = \"\"", "3: KB-LOSS title.en: is empty: write the text"),
        ("挂失", "挂失 {{bank.hotline}}", "3: KB-LOSS title.zh: holds a brace"),
        ("[\"card_loss\"]", "[]", "4: KB-LOSS intents: is empty: name at least one"),
        (
            "[\"card_loss\"]",
            "[\"card_lost\"]",
            "4: KB-LOSS intents: card_lost does not exist: name an intent of intents/taxonomy.toml",
        ),
        (
            "[\"CARD-1\"]",
            "[\n  \"CARD-1\",\n  \"CARD-2\",\n]",
            "7: KB-LOSS products: CARD-2 does not exist: name a product",
        ),
        ("owner = \"cards\"\n", "", "1: KB-LOSS owner: is missing: add `owner = …`"),
        (
            "valid_to = 2026-12-31",
            "valid_to = 2025-12-31",
            "8: KB-LOSS valid_to: 2025-12-31 is before `valid_from`, 2026-01-01",
        ),
        (
            "approved_on = 2025-12-18",
            "approved_on = 2026-12-18",
            "10: KB-LOSS approved_on: 2026-12-18 is after `valid_from`",
        ),
        (
            "费用为 {{CARD-1.loss_fee}}",
            "费用为 {{CARD-1.fee}}",
            "14: KB-LOSS answer.zh: CARD-1.fee does not exist: correct the placeholder",
        ),
        (
            "It costs {{CARD-1.loss_fee}}",
            "It costs {{CARD-1.loss_fee",
            "15: KB-LOSS answer.en: has a brace of no placeholder at `{{CARD-1.loss_fee.`",
        ),
        ("Open the app.", "Open the {app}.", "19: KB-LOSS next_step.en: has a brace of no placeholder at `{app}.`"),
        ("Three days.", "{{bank.days}}.", "23: KB-LOSS sections[1].text.en: bank.days does not exist"),
        (", en = \"A new card\"", "", "22: KB-LOSS sections[1].heading.en: is missing"),
        ("owner", "author = \"me\"\nowner", "6: KB-LOSS author: is not known: delete it or correct its name"),
    ] {
        assert!(ARTICLE.contains(line), "{line}");
        let said = report(&ARTICLE.replacen(line, instead, 1));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("cards.toml:{wanted}")), "{}\nwanted {wanted}", said[0]);
    }
}

#[test]
fn one_report_holds_all_faults_of_all_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), ARTICLE.replace("\"cards\"", "\"\"").replace("card_loss", "loss")).unwrap();
    fs::write(folder.path().join("b.toml"), format!("{ARTICLE}\n{ARTICLE}")).unwrap();
    fs::write(folder.path().join("c.toml"), "title = 1").unwrap();
    fs::write(folder.path().join("notes.md"), "not read").unwrap();
    let error = load_known(folder.path(), &known()).unwrap_err();
    assert_eq!(error.fault(), Fault::Caller);
    let said = error.to_string();
    for wanted in [
        "4 fault(s)",
        "a.toml:6: KB-LOSS owner: is empty",
        "b.toml:26: KB-LOSS id: is already used at ",
        "c.toml:1: title: is not known",
        "c.toml:1: has no [[article]]",
    ] {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
}

#[test]
fn without_a_bank_beside_it_only_the_form_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), ARTICLE.replace("CARD-1", "CARD-9")).unwrap();
    assert_eq!(load_articles(folder.path()).unwrap().len(), 1);
    let said = load_articles(&folder.path().join("nowhere")).unwrap_err().to_string();
    assert!(said.contains("nowhere:0:"), "{said}");
}
