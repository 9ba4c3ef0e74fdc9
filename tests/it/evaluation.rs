//! The evaluation harness: figures, error bars, gates and the JSON that others read.

use std::collections::BTreeMap;

use proptest::prelude::*;
use teller::eval::bootstrap::{mean, metric, share};
use teller::eval::report::{Metric, Report};
use teller::eval::{banking77, intent};
use teller::models::encoder::TextEncoder;
use teller::models::intent::{IntentModel, scores};

use crate::models::encoder;

fn report(value: f64) -> Report {
    let metric = Metric { value, low: value, high: value, n: 10 };
    Report {
        suite: "intent".to_owned(),
        metrics: BTreeMap::from([("accuracy".to_owned(), metric)]),
        model: "m".to_owned(),
        seconds: 1.0,
        missed: Vec::new(),
        notes: Vec::new(),
    }
}

#[test]
fn a_gate_is_missed_below_its_floor_above_its_ceiling_and_without_a_figure() {
    let missed = |value: f64, floors: &str, absent: &[&str]| {
        let mut report = report(value);
        report.check(floors, absent).unwrap();
        report.missed
    };
    let floor = "[accuracy]\nat_least = 0.9";
    assert!(missed(0.9, floor, &[]).is_empty());
    assert_eq!(missed(0.89, floor, &[]).len(), 1);
    assert_eq!(missed(0.5, "[accuracy]\nat_most = 0.4", &[]).len(), 1);
    assert_eq!(missed(0.9, "[banking77_accuracy]\nat_least = 0.5", &[]).len(), 1);
    assert!(missed(0.9, "[banking77_accuracy]\nat_least = 0.5", &["banking77"]).is_empty());
    assert!(report(0.9).check("[accuracy]\nat_leest = 0.5", &[]).is_err());
}

#[test]
fn the_json_form_is_the_one_promised() {
    let json = serde_json::to_value(report(0.5)).unwrap();
    assert_eq!(json["suite"], "intent");
    assert_eq!(json["metrics"]["accuracy"], serde_json::json!({"value": 0.5, "low": 0.5, "high": 0.5, "n": 10}));
    assert!(json["model"].is_string() && json["seconds"].is_number());
}

#[test]
fn nothing_measured_is_no_figure() {
    assert!(metric(&[] as &[bool], share).is_none());
    assert!(metric(&[] as &[f64], mean).is_none());
}

proptest! {
    #[test]
    fn an_interval_holds_its_share_and_narrows_with_cases(right in 1_usize..60, wrong in 1_usize..60) {
        let cases = |times: usize| [vec![true; right * times], vec![false; wrong * times]].concat();
        let (few, many) = (metric(&cases(1), share).unwrap(), metric(&cases(16), share).unwrap());
        prop_assert!(few.low <= few.value && few.value <= few.high);
        prop_assert!((few.value - many.value).abs() < 1e-9);
        prop_assert!(many.high - many.low <= few.high - few.low + 1e-9);
        prop_assert_eq!(metric(&cases(1), share), Some(few), "the same cases give the same interval");
    }

    #[test]
    fn roc_area_is_the_chance_that_a_positive_scores_higher(
        positives in prop::collection::vec(0_u8..20, 1..20),
        negatives in prop::collection::vec(0_u8..20, 1..20),
    ) {
        let floats = |scores: &[u8]| scores.iter().map(|s| f32::from(*s)).collect::<Vec<_>>();
        let mut wins = 0.0;
        for p in &positives {
            for n in &negatives {
                wins += if p > n { 1.0 } else if p == n { 0.5 } else { 0.0 };
            }
        }
        let pairs = f64::from(u32::try_from(positives.len() * negatives.len()).unwrap());
        let area = scores::roc_area(&floats(&positives), &floats(&negatives));
        prop_assert!((f64::from(area) - wins / pairs).abs() < 1e-5);
    }
}

#[test]
fn the_committed_head_passes_its_gates_on_the_own_set() {
    let encoder = encoder();
    let head = IntentModel::embedded(encoder.identity()).unwrap();
    let report = intent::run(&*encoder, &head, None, &mut |_| ()).unwrap();
    assert!(report.missed.is_empty(), "{:?}", report.missed);
    assert!(report.notes.iter().any(|note| note.contains("TELLER_DATA")), "what was not measured is said");
    assert!(report.metrics["accuracy_zh"].n > 500 && report.metrics["accuracy_en"].n > 500);
}

#[test]
fn absent_or_broken_public_data_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = banking77::run(&*encoder(), folder.path(), &mut |_| ()).unwrap_err().to_string();
    assert!(error.contains("banking77/train.csv"), "{error}");
}
