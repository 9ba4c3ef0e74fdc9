//! The contract's cases about searching.

use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use teller::store::vectors::{Condition, KeyKind, Needle, Point, Query};

use super::{C, DIMENSION, Place, ids, near, open, payload, point, sparse, strings};

/// Every point that has one of these words.
pub fn words_like(indices: &[u32]) -> Query {
    let needle = Needle::Sparse(sparse(indices, &vec![1.0; indices.len()]));
    Query { needle, limit: 10, filter: Vec::new(), exclude: Vec::new() }
}

pub async fn nearest_come_first_and_ties_by_id(place: &Place) {
    let store = open(place).await;
    let points = [
        ("far", [0.0, 1.0, 0.0, 0.0]),
        ("b", [1.0, 0.0, 0.0, 0.0]),
        ("opposite", [-1.0, 0.0, 0.0, 0.0]),
        ("a", [2.0, 0.0, 0.0, 0.0]),
        ("mid", [1.0, 1.0, 0.0, 0.0]),
    ];
    store.upsert(C, points.map(|(id, dense)| point(id, dense)).to_vec()).await.unwrap();
    let hits = store.search(C, near([3.0, 0.0, 0.0, 0.0], 10)).await.unwrap();
    assert_eq!(ids(&hits), ["a", "b", "mid", "far", "opposite"]);
    let scores = [1.0, 1.0, 0.5_f32.sqrt(), 0.0, -1.0];
    for (hit, score) in hits.iter().zip(scores) {
        assert!((hit.score - score).abs() < 1e-5, "{hit:?} is not at {score}");
    }
    assert_eq!(ids(&store.search(C, near([1.0, 0.0, 0.0, 0.0], 1)).await.unwrap()), ["a"]);
}

pub async fn ties_wider_than_the_first_fetch_are_cut_by_id(place: &Place) {
    let store = open(place).await;
    let alike = |i: u32| point(&format!("p{i:03}"), [1.0, 2.0, 0.0, 0.0]);
    store.upsert(C, (0..300).rev().map(alike).collect()).await.unwrap();
    store.upsert(C, vec![point("z-nearest", [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    let query = Query { exclude: strings(&["p001", "p003"]), ..near([1.0, 0.0, 0.0, 0.0], 4) };
    assert_eq!(ids(&store.search(C, query).await.unwrap()), ["z-nearest", "p000", "p002", "p004"]);
}

pub async fn rare_words_weigh_more(place: &Place) {
    let store = open(place).await;
    let words = |id: &str, indices: &[u32]| {
        let sparse = sparse(indices, &vec![1.0; indices.len()]);
        Point { sparse: Some(sparse), ..point(id, [1.0, 0.0, 0.0, 0.0]) }
    };
    let points = [words("a", &[1, 2]), words("b", &[1]), words("c", &[1]), words("d", &[1, 3]), words("e", &[4])];
    store.upsert(C, points.to_vec()).await.unwrap();
    // Written again they are the same points, not twice as many.
    store.upsert(C, points.to_vec()).await.unwrap();
    let hits = store.search(C, words_like(&[1, 3])).await.unwrap();
    assert_eq!(ids(&hits), ["d", "a", "b", "c"], "only points that share a word, the rare word first");
    // ln((n - df + ½) / (df + ½) + 1), of five points with a word that four have and one that one has.
    let (common, rare) = ((1.5_f32 / 4.5 + 1.0).ln(), (4.5_f32 / 1.5 + 1.0).ln());
    for (hit, score) in hits.iter().zip([common + rare, common, common, common]) {
        assert!((hit.score - score).abs() < 1e-4, "{hit:?} is not at {score}");
    }
    assert!(store.search(C, words_like(&[99])).await.unwrap().is_empty());
    assert!(store.search(C, words_like(&[])).await.unwrap().is_empty(), "a question without words finds nothing");
    let without = Query { exclude: strings(&["d", "b"]), ..words_like(&[1, 3]) };
    assert_eq!(ids(&store.search(C, without).await.unwrap()), ["a", "c"]);
}

pub async fn conditions_are_all_required(place: &Place) {
    let store = open(place).await;
    let keys = [("locale", KeyKind::Keyword), ("intents", KeyKind::Keyword), ("valid_to", KeyKind::Integer)];
    let points = [
        ("a", payload("zh", &["x", "y"], 20_261_124)),
        ("b", payload("zh", &["z"], 20_270_101)),
        ("c", payload("en", &["x"], 20_251_231)),
        ("d", payload("en", &[], -1)),
    ];
    let points = points.map(|(id, payload)| Point { payload, ..point(id, [1.0, 0.0, 0.0, 0.0]) });
    store.upsert(C, points.to_vec()).await.unwrap();
    let any = |key: &str, values: &[&str]| Condition::AnyOf { key: key.to_owned(), values: strings(values) };
    let from = |value| Condition::AtLeast { key: "valid_to".to_owned(), value };
    let to = |value| Condition::AtMost { key: "valid_to".to_owned(), value };
    let cases: [(Vec<Condition>, &[&str]); 11] = [
        (vec![], &["a", "b", "c", "d"]),
        (vec![any("locale", &["zh"])], &["a", "b"]),
        (vec![any("intents", &["x"])], &["a", "c"]),
        (vec![any("intents", &["y", "z"])], &["a", "b"]),
        (vec![any("intents", &["y"]), any("intents", &["z"])], &[]),
        (vec![any("locale", &[])], &[]),
        (vec![any("nobody-has-it", &["x"])], &[]),
        (vec![from(20_261_124)], &["a", "b"]),
        (vec![to(20_261_124)], &["a", "c", "d"]),
        (vec![from(-1), to(0)], &["d"]),
        (vec![any("locale", &["zh"]), from(20_261_125), to(20_280_101)], &["b"]),
    ];
    // Without an index on the keys, then with one, which is harmless to ask for twice.
    for _ in 0..2 {
        for (filter, expected) in &cases {
            let query = Query { filter: filter.clone(), ..near([1.0, 0.0, 0.0, 0.0], 10) };
            assert_eq!(ids(&store.search(C, query).await.unwrap()), *expected, "{filter:?}");
        }
        for (key, kind) in keys.into_iter().chain(keys) {
            store.index_key(C, key, kind).await.unwrap();
        }
    }
}

pub async fn excluded_ids_never_come_back(place: &Place) {
    let store = open(place).await;
    let points: Vec<Point> = (0..60_u8).map(|i| point(&format!("p{i:02}"), [1.0, f32::from(i), 0.0, 0.0])).collect();
    store.upsert(C, points).await.unwrap();
    let exclude: Vec<String> = (0..40).map(|i| format!("p{i:02}")).chain(["none".to_owned()]).collect();
    let hits = store.search(C, Query { exclude, ..near([1.0, 0.0, 0.0, 0.0], 5) }).await.unwrap();
    assert_eq!(ids(&hits), ["p40", "p41", "p42", "p43", "p44"], "as many as asked for, none excluded");
}

pub async fn answers_are_the_same_after_optimize(place: &Place) {
    let store = open(place).await;
    store.index_key(C, "name", KeyKind::Keyword).await.unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut random = || std::array::from_fn::<f32, DIMENSION, _>(|_| rng.random_range(-1.0..1.0));
    let points: Vec<Point> = (0..600).map(|i| point(&format!("p{i:03}"), random())).collect();
    store.upsert(C, points).await.unwrap();
    store.delete(C, &(0..100).map(|i| format!("p{i:03}")).collect::<Vec<_>>()).await.unwrap();
    let needles: Vec<_> = (0..10).map(|_| near(random(), 20)).collect();
    let mut before = Vec::new();
    for needle in &needles {
        before.push(store.search(C, needle.clone()).await.unwrap());
    }
    store.optimize(C).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 500);
    for (needle, before) in needles.into_iter().zip(before) {
        assert_eq!(store.search(C, needle).await.unwrap(), before);
    }
}

pub async fn reads_go_on_beside_writes(place: &Place) {
    let store = open(place).await;
    store.upsert(C, vec![point("first", [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    let writers: Vec<_> = ["v", "w"]
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for i in 0..30_u8 {
                    let new = point(&format!("{writer}{i:02}"), [0.0, 1.0, f32::from(i), 0.0]);
                    store.upsert(C, vec![new]).await.unwrap();
                    if i % 10 == 0 {
                        store.flush().await.unwrap();
                        store.optimize(C).await.unwrap();
                    }
                }
            })
        })
        .into();
    let mut reads = 0;
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let hits = store.search(C, near([1.0, 0.0, 0.0, 0.0], 1)).await.unwrap();
        assert_eq!(ids(&hits), ["first"]);
        reads += 1;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(reads > 0, "the writers were done before the first read");
    assert_eq!(store.count(C).await.unwrap(), 61);
}
