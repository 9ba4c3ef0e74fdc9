//! The catalogue: the authored demo bank, dated facts in texts, faults in authored files, products as points.

mod demo;
mod fill;
mod load;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use teller::catalog::{self, Catalog};
use teller::domain::Localised;

static DEMO: LazyLock<Catalog> = LazyLock::new(|| match catalog::load::load(&root().join("demo")) {
    Ok(catalog) => catalog,
    Err(error) => panic!("{error}"),
});

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The authored catalogue of `demo/`.
pub fn demo() -> &'static Catalog {
    &DEMO
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day that the demo bank's texts were written for.
pub fn today() -> NaiveDate {
    day("2026-11-24")
}

/// What is wrong with a text for customers: a language missing or mixed up, a claim that `prompts/banned.toml` bans.
pub fn wrong_in(text: &Localised) -> Option<String> {
    let han = |text: &str| text.chars().any(teller::domain::locale::is_han);
    if text.zh.trim().is_empty() || !han(&text.zh) {
        return Some(format!("no Chinese: {:?}", text.zh));
    }
    if text.en.trim().is_empty() || han(&text.en) {
        return Some(format!("no English: {:?}", text.en));
    }
    [&text.zh, &text.en].into_iter().find_map(|text| banned_in(text)).map(|claim| format!("{claim} in {text:?}"))
}

fn banned_in(text: &str) -> Option<String> {
    let file: toml::Table = std::fs::read_to_string(root().join("prompts/banned.toml")).unwrap().parse().unwrap();
    let claims = file["claim"].as_array().unwrap().iter().flat_map(|claim| claim["words"].as_array().unwrap());
    let text = teller::text::normalise(text).to_lowercase();
    let stands = |claim: &str| {
        let letter = |c: Option<char>| claim.is_ascii() && c.is_some_and(|c| c.is_ascii_alphanumeric());
        text.match_indices(claim)
            .any(|(at, _)| !letter(text[..at].chars().next_back()) && !letter(text[at + claim.len()..].chars().next()))
    };
    claims.map(|claim| claim.as_str().unwrap()).find(|claim| stands(claim)).map(str::to_owned)
}

#[test]
fn banned_claims_are_seen_in_any_dress_and_only_as_whole_words() {
    assert_eq!(banned_in("本产品穩賺不赔").as_deref(), Some("稳赚"));
    assert_eq!(banned_in("A Risk-Free account.").as_deref(), Some("risk-free"));
    assert_eq!(banned_in("There is no risky step"), None);
}
