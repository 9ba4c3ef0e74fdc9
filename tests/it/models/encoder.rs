//! The forward pass: against independent reference vectors, against candle's stock model, alone and in company.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde::Deserialize;
use teller::models::ModelError;
use teller::models::encoder::{LocalEncoder, TextEncoder, TextRole};
use teller::models::stock::StockEncoder;

use super::{cache, encoder};

/// Vectors computed once outside teller; the file says how.
#[derive(Deserialize)]
struct Reference {
    model: String,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    role: String,
    text: String,
    vector: Vec<f32>,
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn one(encoder: &LocalEncoder, role: TextRole, text: &str) -> Vec<f32> {
    let ids = encoder.tokenize(role, text).unwrap();
    encoder.encode(&[&ids]).unwrap().remove(0)
}

fn matches_reference(encoder: &LocalEncoder, reference: &str) {
    let reference: Reference = serde_json::from_str(reference).unwrap();
    assert!(encoder.identity().starts_with(&reference.model));
    assert!(!reference.rows.is_empty());
    for row in reference.rows {
        let role = if row.role == "query" { TextRole::Query } else { TextRole::Passage };
        let cosine = cosine(&one(encoder, role, &row.text), &row.vector);
        assert!(cosine >= 0.999, "{} as {}: cosine {cosine}", row.text, row.role);
    }
}

fn minilm() -> &'static LocalEncoder {
    static MINILM: OnceLock<LocalEncoder> = OnceLock::new();
    MINILM.get_or_init(|| LocalEncoder::open(&cache(), "all-MiniLM-L6-v2").expect("run `teller models pull --all`"))
}

#[test]
fn e5_gives_the_vectors_of_the_c_engine_that_ships_its_weights() {
    matches_reference(&encoder(), include_str!("../../fixtures/reference_e5.json"));
}

#[test]
fn minilm_gives_the_vectors_of_a_float64_reference() {
    matches_reference(minilm(), include_str!("../../fixtures/reference_minilm.json"));
}

#[test]
fn own_forward_pass_equals_candles_stock_model() {
    for encoder in [&*encoder(), minilm()] {
        let stock = StockEncoder::new(encoder.weights()).unwrap();
        for text in ["how much is a transfer to another bank", "card"] {
            let ids = encoder.tokenize(TextRole::Query, text).unwrap();
            let (own, stock) = (encoder.encode(&[&ids]).unwrap(), stock.encode(&[&ids]).unwrap());
            let furthest = own[0].iter().zip(&stock[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(furthest < 1e-5, "{}: {text}: {furthest}", encoder.identity());
        }
    }
}

#[test]
fn minilm_is_not_padded_to_the_length_its_tokenizer_file_asks_for() {
    assert_eq!(minilm().tokenize(TextRole::Query, "card").unwrap().len(), 3);
}

#[test]
fn chinese_and_english_of_one_meaning_lie_close() {
    let encoder = encoder();
    let zh = one(&encoder, TextRole::Query, "信用卡丢了怎么挂失");
    let en = one(&encoder, TextRole::Query, "how do I report a lost credit card");
    let other = one(&encoder, TextRole::Query, "what time does the branch open on Sunday");
    assert!(cosine(&zh, &en) > cosine(&zh, &other) + 0.03);
}

#[test]
fn overlong_text_is_cut_at_what_the_model_can_take() {
    let encoder = encoder();
    let ids = encoder.tokenize(TextRole::Passage, &"利率 ".repeat(5_000)).unwrap();
    assert_eq!(ids.len(), 512);
    assert!(encoder.encode(&[&ids]).is_ok());
}

#[test]
fn bad_token_ids_are_an_error_and_not_a_crash() {
    let encoder = encoder();
    let outside = [0_u32, u32::MAX, 2];
    assert!(matches!(encoder.encode(&[&outside]), Err(ModelError::OutsideVocabulary { .. })));
    assert!(matches!(encoder.encode(&[&[]]), Err(ModelError::Tokenize(_))));
    assert!(encoder.encode(&[]).unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_text_has_the_same_vector_alone_and_in_any_batch(
        lengths in prop::collection::vec(1_usize..40, 1..9),
        seed in any::<u32>(),
    ) {
        let encoder = encoder();
        let mut state = seed;
        let mut id = || { state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); (state >> 8) % 250_000 };
        let texts: Vec<Vec<u32>> = lengths.iter().map(|n| (0..*n).map(|_| id()).collect()).collect();
        let batch: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let together = encoder.encode(&batch).unwrap();
        for (ids, in_company) in batch.iter().zip(&together) {
            let alone = encoder.encode(&[ids]).unwrap().remove(0);
            let furthest = alone.iter().zip(in_company).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            prop_assert!(furthest <= 1e-5, "differs by {furthest}");
            let length = alone.iter().map(|v| v * v).sum::<f32>().sqrt();
            prop_assert!((length - 1.0).abs() < 1e-4);
        }
    }
}
