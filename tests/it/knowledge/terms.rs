//! The terms of a text and their BM25 weights.

use std::collections::BTreeSet;

use proptest::prelude::*;
use teller::knowledge::passages::passages;
use teller::knowledge::terms::{Bm25, query_vector, term_id, terms};

use super::{demo, labels};

#[test]
fn chinese_is_cut_into_words_and_the_words_within_them() {
    for (text, wanted) in [
        ("我的信用卡怎么挂失", &["信用", "信用卡", "挂失"][..]),
        ("信用卡丢了怎么办？", &["信用", "信用卡", "丢"]),
        ("跨行转账", &["跨行", "转账"]),
        ("", &[]),
        ("的了吗？！…", &[]),
    ] {
        assert_eq!(terms(text), wanted, "{text}");
    }
}

#[test]
fn english_is_folded_in_case_and_number() {
    for (text, wanted) in [
        ("What are the Fees?", &["fee"][..]),
        ("branches, currencies & addresses", &["branch", "currency", "address"]),
        ("business status analysis", &["business", "status", "analysis"]),
        ("the card's limit; customers' cards", &["card", "limit", "customer", "card"]),
        ("I can\u{2019}t log-in", &["cant", "log"]),
        ("ATM atm ＡＴＭ", &["atm", "atm", "atm"]),
    ] {
        assert_eq!(terms(text), wanted, "{text}");
    }
}

#[test]
fn numbers_stay_whole() {
    assert_eq!(terms("50,000.00 元 vs ５００００．００元"), ["50000.00", "元", "vs", "50000.00", "元"]);
    assert_eq!(terms("1.10%, R3. 24-hour"), ["1.10", "r3", "24", "hour"]);
}

#[test]
fn traditional_characters_give_the_terms_of_simplified_ones() {
    for (traditional, simplified) in [
        ("信用卡遺失怎麼辦", "信用卡遗失怎么办"),
        ("跨行轉帳手續費多少", "跨行转账手续费多少"),
        ("帳戶餘額", "账户余额"),
    ] {
        assert_eq!(terms(traditional), terms(simplified), "{traditional}");
        assert_eq!(query_vector(traditional), query_vector(simplified));
    }
}

/// Checked by hand: 2 texts of 3 and 5 terms, so the mean is 4. In the first, `fee` stands twice among 3 terms:
/// 2 · 2.2 / (2 + 1.2 · (0.25 + 0.75 · 3/4)) = 4.4 / 2.975 = 1.478992; `card` once: 2.2 / 1.975 = 1.113924.
/// In the second, once among 5: 2.2 / (1 + 1.2 · (0.25 + 0.75 · 5/4)) = 2.2 / 2.425 = 0.907216.
#[test]
fn document_weights_are_those_of_bm25() {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (short, long) = (words("fee card fee"), words("fee one two three four"));
    let bm25 = Bm25::of_lengths([short.len(), long.len()]);
    let weight = |text: &[String], term: &str| {
        let vector = bm25.document(text);
        let at = vector.indices.binary_search(&term_id(term)).unwrap();
        f64::from(vector.values[at])
    };
    for (found, wanted) in
        [(weight(&short, "fee"), 1.478_992), (weight(&short, "card"), 1.113_924), (weight(&long, "fee"), 0.907_216)]
    {
        assert!((found - wanted).abs() < 1e-6, "{found} is not {wanted}");
    }
    assert_eq!(bm25.document(&short).indices.len(), 2, "each term once");
}

#[test]
fn a_question_weighs_each_of_its_terms_the_same() {
    let question = query_vector("fee fee 信用卡 fees");
    assert_eq!(question.values, [1.0, 1.0, 1.0]);
    let mut ids = ["fee", "信用", "信用卡"].map(term_id);
    ids.sort_unstable();
    assert_eq!(question.indices, ids);
    assert_eq!(query_vector("怎么 ?").indices, Vec::<u32>::new());
}

#[test]
fn ids_do_not_change_between_versions_and_do_not_collide_in_the_demo_bank() {
    assert_eq!(term_id("fee"), 3_087_850_158, "an index on disk would no longer fit");
    let mut words = BTreeSet::new();
    for passage in demo().articles().iter().flat_map(passages) {
        words.extend(terms(&passage.indexed(labels()).unwrap()));
    }
    let ids: BTreeSet<u32> = words.iter().map(|word| term_id(word)).collect();
    assert!(words.len() > 3_000, "{} terms", words.len());
    assert_eq!(ids.len(), words.len());
}

proptest! {
    #[test]
    fn any_text_has_terms_fit_for_the_engine(text in any::<String>()) {
        let words = terms(&text);
        prop_assert!(words.iter().all(|word| !word.is_empty()));
        let document = Bm25::of_lengths([words.len(), 0]).document(&words);
        prop_assert!(document.indices.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(document.values.iter().all(|weight| *weight > 0.0 && weight.is_finite()));
        prop_assert_eq!(document.indices, query_vector(&text).indices);
    }

    #[test]
    fn mixed_words_and_marks_never_panic(text in "[a-z0-9.,'’卡帳号。 %I-]{0,30}") {
        prop_assert_eq!(terms(&text), terms(&text.to_uppercase()));
    }
}
