//! What is found equals what a full comparison of all points finds: random points on a coarse grid, so that equal
//! scores are common, under random conditions, exclusions and limits.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestCaseResult, TestRunner};
use teller::store::vectors::{Collection, Condition, Needle, PayloadValue, Point, Query};
use tokio::runtime::Runtime;

use super::{DIMENSION, Place, near, point, spec};

const C: Collection = Collection::Products;

/// Engines count in 32 bits, the comparison in 64.
const NEAR_ENOUGH: f64 = 1e-5;

fn vectors() -> impl Strategy<Value = [f32; DIMENSION]> {
    let grid = proptest::array::uniform4(-2_i8..=2).prop_map(|grid| grid.map(f32::from));
    grid.prop_filter("a vector has a length", |vector| vector.iter().any(|x| *x != 0.0))
}

fn points() -> impl Strategy<Value = Vec<Point>> {
    let entry = (vectors(), select(vec!["zh", "en", "both"]), 0_i64..4);
    vec(entry, 1..60).prop_map(|entries| {
        let point = |(i, (dense, locale, day)): (usize, ([f32; DIMENSION], &str, i64))| {
            let locale = PayloadValue::Keyword(locale.to_owned());
            let payload = [("locale".to_owned(), locale), ("day".to_owned(), PayloadValue::Integer(day))];
            Point { payload: payload.into(), ..point(&format!("p{i:02}"), dense) }
        };
        entries.into_iter().enumerate().map(point).collect()
    })
}

fn conditions() -> impl Strategy<Value = Vec<Condition>> {
    let locale = subsequence(vec!["zh", "en", "both"], 1..=3).prop_map(|values| Condition::AnyOf {
        key: "locale".to_owned(),
        values: values.into_iter().map(str::to_owned).collect(),
    });
    let from = (0_i64..4).prop_map(|value| Condition::AtLeast { key: "day".to_owned(), value });
    let to = (0_i64..4).prop_map(|value| Condition::AtMost { key: "day".to_owned(), value });
    vec(prop_oneof![locale, from, to], 0..3)
}

fn queries() -> impl Strategy<Value = Query> {
    let exclude = vec((0_usize..60).prop_map(|i| format!("p{i:02}")), 0..8);
    (vectors(), 1_usize..15, conditions(), exclude).prop_map(|(needle, limit, filter, exclude)| Query {
        filter,
        exclude,
        ..near(needle, limit)
    })
}

fn meets(point: &Point, condition: &Condition) -> bool {
    match (condition, point.payload.get("locale"), point.payload.get("day")) {
        (Condition::AnyOf { values, .. }, Some(PayloadValue::Keyword(locale)), _) => values.contains(locale),
        (Condition::AtLeast { value, .. }, _, Some(PayloadValue::Integer(day))) => day >= value,
        (Condition::AtMost { value, .. }, _, Some(PayloadValue::Integer(day))) => day <= value,
        _ => false,
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

async fn compare(place: &Place, points: Vec<Point>, queries: Vec<Query>) -> TestCaseResult {
    let failed = |error| TestCaseError::fail(format!("{error}"));
    let store = place.open().await;
    store.drop_collection(C).await.map_err(failed)?;
    store.open_collection(C, &spec()).await.map_err(failed)?;
    store.upsert(C, points.clone()).await.map_err(failed)?;
    for query in queries {
        let Needle::Dense(needle) = &query.needle else { continue };
        let mut expected: Vec<(f64, &str)> = points
            .iter()
            .filter(|point| query.filter.iter().all(|condition| meets(point, condition)))
            .filter(|point| !query.exclude.contains(&point.id))
            .map(|point| (cosine(&point.dense, needle), point.id.as_str()))
            .collect();
        expected.sort_by(|a, b| b.0.total_cmp(&a.0));
        let hits = store.search(C, query.clone()).await.map_err(failed)?;
        prop_assert_eq!(hits.len(), expected.len().min(query.limit), "{:?}", query);
        for (hit, (score, _)) in hits.iter().zip(&expected) {
            let own = expected.iter().find(|(_, id)| *id == hit.id).map(|(own, _)| *own);
            prop_assert!(own.is_some(), "{} is excluded or does not meet the conditions", hit.id);
            prop_assert!((f64::from(hit.score) - own.unwrap_or_default()).abs() < NEAR_ENOUGH, "{hit:?}: {own:?}");
            prop_assert!((f64::from(hit.score) - score).abs() < NEAR_ENOUGH, "{hit:?}: something nearer, at {score}");
        }
        for pair in hits.windows(2) {
            let in_order = pair[0].score > pair[1].score || pair[0].score == pair[1].score && pair[0].id < pair[1].id;
            prop_assert!(in_order, "{:?} stands before {:?}", pair[0], pair[1]);
        }
    }
    store.close().await.map_err(failed)
}

/// Compares `cases` random sets of points, with eight queries each.
pub fn run(place: &Place, cases: u32) {
    let runtime = Runtime::new().unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let compared = TestRunner::new(config)
        .run(&(points(), vec(queries(), 8)), |(points, queries)| runtime.block_on(compare(place, points, queries)));
    compared.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn the_embedded_engine_finds_what_a_full_comparison_finds() {
    run(&Place::embedded(), 24);
}

#[test]
fn over_grpc_the_same_is_found_as_by_a_full_comparison() {
    run(&Place::over_grpc(), 24);
}
