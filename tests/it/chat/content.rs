//! The demo bank's content as replies: every article, product and branch can be said, in both languages.

use chrono::NaiveDate;
use teller::chat::articles::{self, Chosen, Titles};
use teller::chat::branches;
use teller::chat::compose::Composer;
use teller::chat::guard::Guard;
use teller::chat::intents::Intents;
use teller::chat::products::ProductNames;
use teller::chat::retrieve::Found;
use teller::chat::wording::Templates;
use teller::domain::product::Category;
use teller::domain::{ArticleId, Locale};

use super::bank;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn composer<'a>(templates: &'a Templates, intents: &'a Intents, locale: Locale) -> Composer<'a> {
    Composer { catalog: bank::catalog(), templates, intents, locale, day: day() }
}

#[test]
fn every_valid_article_passes_the_guard_in_both_languages_with_each_section() {
    let (templates, intents) = (Templates::embedded().unwrap(), Intents::embedded().unwrap());
    let guard = Guard::embedded().unwrap();
    let mut said = 0;
    for locale in Locale::ALL {
        let composer = composer(&templates, &intents, locale);
        for article in bank::knowledge().articles().iter().filter(|article| article.valid_on(day())) {
            for section in std::iter::once(None).chain((1..=article.sections.len()).map(Some)) {
                let draft = composer.answer(Chosen { article, section }, Vec::new()).unwrap();
                let draft = draft.unwrap_or_else(|| panic!("{} cannot be filled", article.id));
                assert_eq!(guard.check(&draft.text, &draft.sources), Ok(()), "{}: {}", article.id, draft.text);
                assert_eq!(draft.citations[0].id, article.id.as_str());
                assert!(draft.text.contains(&draft.citations[0].quote), "{}: a quote is what was said", article.id);
                said += 1;
            }
        }
    }
    assert!(said > 240, "{said}");
}

#[test]
fn every_product_and_branch_passes_the_guard_in_both_languages() {
    let (templates, intents) = (Templates::embedded().unwrap(), Intents::embedded().unwrap());
    let guard = Guard::embedded().unwrap();
    for locale in Locale::ALL {
        let composer = composer(&templates, &intents, locale);
        for product in bank::catalog().products() {
            let draft = composer.product(product, Vec::new()).unwrap();
            assert_eq!(guard.check(&draft.text, &draft.sources), Ok(()), "{}: {}", product.id, draft.text);
            assert!(draft.citations.len() > 1, "{}: facts are cited", product.id);
        }
        for branch in bank::catalog().branches() {
            let draft = composer.branches(&[branch], Vec::new()).unwrap();
            assert_eq!(guard.check(&draft.text, &draft.sources), Ok(()), "{}: {}", branch.id, draft.text);
        }
    }
}

#[test]
fn every_intent_has_a_valid_article_to_answer_with() {
    let intents = teller::models::intent::corpus::taxonomy().unwrap();
    for intent in intents {
        assert!(articles::choose(&intent.id, &[], bank::knowledge(), day()).is_some(), "{}", intent.id);
    }
}

#[test]
fn an_expired_article_is_never_chosen_even_when_found_first() {
    let found = |id: &str| Found { article: ArticleId::new(id).unwrap(), passage: 0, score: 1.0 };
    let hits = [found("KB-TRANSFER-FEE-2025"), found("KB-TRANSFER-FEE")];
    let chosen = articles::choose("transfer_fee", &hits, bank::knowledge(), day()).unwrap();
    assert_eq!(chosen.article.id.as_str(), "KB-TRANSFER-FEE");
    assert_eq!(articles::intents_of_best(&hits, bank::knowledge(), day())[0], "transfer_fee");
    let late = NaiveDate::from_ymd_opt(2028, 1, 1).unwrap();
    assert!(articles::choose("transfer_fee", &hits, bank::knowledge(), late).is_none(), "none is valid: none is used");
    let titles = Titles::new(bank::knowledge());
    assert!(titles.named("Transfer fees (previous edition)", None, bank::knowledge(), day()).is_none());
}

#[test]
fn names_of_intents_titles_and_headings_resolve_when_tapped() {
    let intents = Intents::embedded().unwrap();
    let titles = Titles::new(bank::knowledge());
    assert_eq!(intents.named("转账手续费？"), Some("transfer_fee"));
    assert_eq!(intents.named("TRANSFER FEE"), Some("transfer_fee"));
    assert_eq!(intents.named("how much is the transfer fee"), None);
    let named = |text: &str, last| titles.named(text, last, bank::knowledge(), day());
    assert_eq!(named("人在境外丢了卡", None).unwrap().section, Some(1));
    assert_eq!(named("Your card is lost or stolen", None).unwrap().article.id.as_str(), "KB-CARD-LOSS");
    for article in bank::knowledge().articles().iter().filter(|article| article.valid_on(day())) {
        for locale in Locale::ALL {
            assert!(named(article.title.get(locale), None).is_some(), "{}", article.id);
        }
    }
}

#[test]
fn products_are_found_by_what_customers_call_them() {
    let names = ProductNames::new(bank::catalog()).unwrap();
    for (text, id) in [
        ("一年期定期利率多少", "DEP-TERM-1Y"),
        ("what's the 1-year term deposit rate", "DEP-TERM-1Y"),
        ("存一年定期有多少利息", "DEP-TERM-1Y"),
        ("rate of a fixed deposit for one year?", "DEP-TERM-1Y"),
        ("美元一年期定期存款利率", "FX-USD-1Y"),
        ("大额存单三年利率", "DEP-CD-3Y"),
        ("首套房贷利率", "MTG-FIRST"),
        ("interest on the six month term deposit", "DEP-TERM-6M"),
        ("Voyager credit card annual fee", "CC-TRAVEL"),
        ("远行信用卡年费", "CC-TRAVEL"),
    ] {
        let found = names.find(text).map(|(id, _)| id.as_str());
        assert_eq!(found, Some(id), "{text}");
    }
    assert_eq!(names.find("how much is a transfer"), None);
    assert!(names.find("晨川远行信用卡").unwrap().1, "the bare name is a tap");
    assert_eq!(names.category("product_recommendation", "推荐一只基金"), Some(Category::Fund));
    assert_eq!(names.category("product_recommendation", "what suits me"), None);
    assert_eq!(names.category("wealth_products", "有什么基金"), Some(Category::Wealth));
}

#[test]
fn branches_are_found_by_city_district_and_name() {
    let named = |text: &str| -> Vec<&str> {
        branches::named(bank::catalog().branches(), text).into_iter().map(|branch| branch.id.as_str()).collect()
    };
    assert_eq!(named("上海的网点在哪"), ["BR-001", "BR-002", "BR-003", "BR-004"]);
    assert_eq!(named("浦东有没有网点"), ["BR-001"]);
    assert_eq!(named("branches in Xuhui"), ["BR-002"]);
    assert_eq!(named("any branch in Beijing?").len(), 3);
    assert_eq!(named("附近网点"), Vec::<&str>::new());
}
