//! The demo bank's articles, as authored: enough, in both languages, filled on every day to come, without a promise.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use teller::domain::article::Article;
use teller::domain::{ArticleId, Locale, Localised};
use teller::knowledge::KnowledgeBase;
use teller::knowledge::load::from_texts;
use teller::knowledge::passages::{Passage, passages};
use teller::models::intent::corpus::taxonomy;

use super::{demo, known, labels};
use crate::catalog::{day, demo as catalog, root, today, wrong_in};

fn texts(article: &Article) -> Vec<&Localised> {
    let sections = article.sections.iter().flat_map(|section| [&section.heading, &section.text]);
    [&article.title, &article.answer, &article.next_step].into_iter().chain(sections).collect()
}

#[test]
fn it_holds_a_hundred_and_twenty_articles_valid_today() {
    let valid = demo().articles().iter().filter(|article| article.valid_on(today())).count();
    assert!(valid >= 120, "{valid} articles");
}

#[test]
fn every_text_is_there_in_both_languages_and_promises_nothing() {
    let mut wrong = Vec::new();
    for article in demo().articles() {
        let reasons = texts(article).into_iter().filter_map(wrong_in);
        wrong.extend(reasons.map(|reason| format!("{}: {reason}", article.id)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_filled_text_promises_nothing_either() {
    for article in demo().articles().iter().filter(|article| article.valid_on(today())) {
        for text in texts(article) {
            let filled = |locale| catalog().fill(text.get(locale), today(), locale).unwrap().text;
            let filled = Localised { zh: filled(Locale::Zh), en: filled(Locale::En) };
            assert!(!filled.zh.contains("{{") && !filled.en.contains("{{"), "{}", article.id);
            assert_eq!(wrong_in(&filled), None, "{}", article.id);
        }
    }
}

/// A reply must not begin to fail on the day that some fact's last period ends.
#[test]
fn every_text_can_be_filled_on_every_day_to_come() {
    let facts: Vec<_> = catalog().products().flat_map(|product| &product.facts).chain(catalog().bank_facts()).collect();
    let changes = facts.iter().flat_map(|fact| [Some(fact.from), fact.to.and_then(|to| to.succ_opt())]).flatten();
    let mut days: BTreeSet<NaiveDate> = changes.collect();
    days.insert(today());
    let mut wrong = BTreeSet::new();
    for article in demo().articles() {
        let ends = [article.valid_from, article.valid_to];
        for day in days.iter().chain(&ends).filter(|day| **day >= today() && article.valid_on(**day)) {
            for (text, locale) in texts(article).into_iter().flat_map(|text| Locale::ALL.map(|locale| (text, locale))) {
                if let Err(error) = catalog().fill(text.get(locale), *day, locale) {
                    wrong.insert(format!("{}: {error}", article.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
}

#[test]
fn both_languages_of_a_text_name_the_same_facts() {
    let facts = |text: &str| -> BTreeSet<String> {
        let ids = text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.trim().to_owned()));
        ids.collect()
    };
    for article in demo().articles() {
        for text in texts(article) {
            assert_eq!(facts(&text.zh), facts(&text.en), "{}: {}", article.id, text.en);
        }
    }
}

#[test]
fn every_intent_that_is_answered_with_text_has_an_article_today() {
    let without: Vec<String> = taxonomy()
        .unwrap()
        .into_iter()
        .filter(|intent| demo().for_intent(&intent.id, today()).is_empty())
        .map(|intent| format!("{} ({:?})", intent.id, intent.action))
        .filter(|intent| intent.contains("Answer"))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn texts_at_hand_give_the_same_articles_as_the_folder() {
    let mut files: Vec<_> = std::fs::read_dir(root().join("demo/articles")).unwrap().map(Result::unwrap).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|text| ("a.toml", text.as_str())).collect();
    assert_eq!(from_texts(&texts, &known()).unwrap(), demo().articles());
}

#[test]
fn an_intent_gets_its_own_articles_first_and_only_valid_ones() {
    let article = |id: &str, intents: &[&str], from: &str| Article {
        id: ArticleId::new(id).unwrap(),
        intents: intents.iter().map(|intent| (*intent).to_owned()).collect(),
        valid_from: day(from),
        valid_to: day("2026-12-31"),
        ..demo().articles()[0].clone()
    };
    let knowledge = KnowledgeBase::new(vec![
        article("KB-Z", &["other", "fees"], "2026-01-01"),
        article("KB-B", &["fees"], "2026-01-01"),
        article("KB-A", &["fees"], "2026-01-01"),
        article("KB-NEW", &["fees"], "2026-07-01"),
        article("KB-C", &["others"], "2026-01-01"),
    ]);
    let ids = |day: &str| -> Vec<String> {
        knowledge.for_intent("fees", day.parse().unwrap()).into_iter().map(|article| article.id.to_string()).collect()
    };
    assert_eq!(ids("2026-06-30"), ["KB-B", "KB-A", "KB-Z"]);
    assert_eq!(ids("2026-07-01"), ["KB-B", "KB-A", "KB-NEW", "KB-Z"]);
    assert_eq!(ids("2026-12-31").len(), 4, "the last day counts");
    assert_eq!(ids("2027-01-01"), Vec::<String>::new());
    let id = ArticleId::new("KB-NEW").unwrap();
    assert_eq!(knowledge.article(&id).map(|article| &article.id), Some(&id), "by id whether valid or not");
    assert!(knowledge.article(&ArticleId::new("KB-NONE").unwrap()).is_none());
}

#[test]
fn an_article_is_cut_into_its_answer_and_its_sections_in_each_language() {
    let article = demo().article(&ArticleId::new("KB-ACCOUNT-OPEN").unwrap()).unwrap();
    let cut = passages(article);
    assert_eq!(cut.len(), 2 * (1 + article.sections.len()));
    let ids: Vec<&str> = cut.iter().map(|passage| passage.id.as_str()).collect();
    assert_eq!(ids[..3], ["KB-ACCOUNT-OPEN#zh#0", "KB-ACCOUNT-OPEN#zh#1", "KB-ACCOUNT-OPEN#zh#2"]);
    assert_eq!(cut[0].title, "个人开户需要什么");
    assert_eq!(cut[0].text, article.answer.zh);
    let fees: &Passage = cut.iter().find(|passage| passage.id == "KB-ACCOUNT-OPEN#en#2").unwrap();
    assert_eq!((fees.locale, fees.position), (Locale::En, 2));
    assert_eq!(fees.title, "What you need to open a personal account · Whether the account costs anything");
    assert!(fees.text.contains("{{ACC-CURRENT.monthly_fee}}"), "the text stays as approved");
    let indexed = fees.indexed(labels()).unwrap();
    assert!(indexed.starts_with(&format!("{}\nThe monthly fee", fees.title)), "{indexed}");
    assert!(indexed.contains(&labels()["ACC-CURRENT.monthly_fee"].en) && !indexed.contains("{{"), "{indexed}");
}
