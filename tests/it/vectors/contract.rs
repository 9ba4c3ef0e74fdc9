//! What every vector store must do, as functions over the trait: each gets a store of its own, empty.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use teller::store::vectors::{
    Collection, CollectionSpec, Condition, Hit, KeyKind, Needle, Payload, PayloadValue, Point, Query, SparseVector,
    VectorError, VectorStore,
};

use super::{DIMENSION, point, spec};

type Store = Arc<dyn VectorStore>;
type Case = (&'static str, fn(Store) -> Pin<Box<dyn Future<Output = ()> + Send>>);

/// Names and functions of all cases.
pub const CASES: [Case; 12] = [
    ("nearest first, ties by id", |store| Box::pin(nearest_first_ties_by_id(store))),
    ("what is found equals a full comparison", |store| Box::pin(equals_full_comparison(store))),
    ("rare words weigh more", |store| Box::pin(rare_words_weigh_more(store))),
    ("conditions on the payload", |store| Box::pin(conditions(store))),
    ("excluded ids never come back", |store| Box::pin(excluded(store))),
    ("upsert replaces, delete removes", |store| Box::pin(replaces_and_removes(store))),
    ("a payload comes back as it went in", |store| Box::pin(payload_comes_back(store))),
    ("one bad point refuses the batch", |store| Box::pin(bad_batches(store))),
    ("bad queries are refused", |store| Box::pin(bad_queries(store))),
    ("another encoder or dimension is refused", |store| Box::pin(another_encoder(store))),
    ("a collection must be open", |store| Box::pin(must_be_open(store))),
    ("reads go on beside writes", |store| Box::pin(reads_beside_writes(store))),
];

const C: Collection = Collection::Knowledge;

async fn open(store: &Store) {
    store.open_collection(C, &spec()).await.unwrap();
}

fn near(dense: [f32; DIMENSION], limit: usize) -> Query {
    Query { needle: Needle::Dense(dense.to_vec()), limit, filter: Vec::new(), exclude: Vec::new() }
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.id.as_str()).collect()
}

async fn nearest_first_ties_by_id(store: Store) {
    open(&store).await;
    let points = [
        ("far", [0.0, 1.0, 0.0, 0.0]),
        ("b", [1.0, 0.0, 0.0, 0.0]),
        ("a", [2.0, 0.0, 0.0, 0.0]),
        ("mid", [1.0, 1.0, 0.0, 0.0]),
    ];
    store.upsert(C, points.map(|(id, dense)| point(id, dense)).to_vec()).await.unwrap();
    let hits = store.search(C, near([1.0, 0.0, 0.0, 0.0], 10)).await.unwrap();
    assert_eq!(ids(&hits), ["a", "b", "mid", "far"]);
    assert!((hits[0].score - 1.0).abs() < 1e-5 && (hits[2].score - 0.5_f32.sqrt()).abs() < 1e-4);
    assert_eq!(ids(&store.search(C, near([1.0, 0.0, 0.0, 0.0], 1)).await.unwrap()), ["a"]);
}

async fn equals_full_comparison(store: Store) {
    open(&store).await;
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut random = || std::array::from_fn::<f32, DIMENSION, _>(|_| rng.random_range(-1.0..1.0));
    let points: Vec<Point> = (0..300).map(|i| point(&format!("p{i:03}"), random())).collect();
    store.upsert(C, points.clone()).await.unwrap();
    store.optimize(C).await.unwrap();
    let cosine = |a: &[f32], b: &[f32]| {
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    };
    for _ in 0..20 {
        let needle = random();
        let mut expected: Vec<(f32, &str)> =
            points.iter().map(|p| (cosine(&p.dense, &needle), p.id.as_str())).collect();
        expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let hits = store.search(C, near(needle, 10)).await.unwrap();
        let found = hits.iter().filter(|hit| expected[..10].iter().any(|(_, id)| *id == hit.id)).count();
        assert!(found >= 9, "{found} of 10 nearest were found");
        for hit in &hits {
            let (score, _) = expected.iter().find(|(_, id)| *id == hit.id).unwrap();
            assert!((score - hit.score).abs() < 1e-3);
        }
    }
}

fn words(id: &str, indices: &[u32]) -> Point {
    let sparse = SparseVector { indices: indices.to_vec(), values: vec![1.0; indices.len()] };
    Point { sparse: Some(sparse), ..point(id, [1.0, 0.0, 0.0, 0.0]) }
}

async fn rare_words_weigh_more(store: Store) {
    open(&store).await;
    let points = [words("a", &[1, 2]), words("b", &[1]), words("c", &[1]), words("d", &[1, 3]), words("e", &[4])];
    store.upsert(C, points.to_vec()).await.unwrap();
    let needle = Needle::Sparse(SparseVector { indices: vec![1, 3], values: vec![1.0, 1.0] });
    let query = Query { needle, limit: 10, filter: Vec::new(), exclude: Vec::new() };
    let hits = store.search(C, query).await.unwrap();
    assert_eq!(ids(&hits), ["d", "a", "b", "c"], "only points that share a word, the rare word first");
    assert!(hits[0].score > 2.0 * hits[1].score, "{hits:?}");
    let nothing = Needle::Sparse(SparseVector { indices: vec![99], values: vec![1.0] });
    let query = Query { needle: nothing, limit: 10, filter: Vec::new(), exclude: Vec::new() };
    assert!(store.search(C, query).await.unwrap().is_empty());
}

fn payload(locale: &str, intents: &[&str], day: i64) -> Payload {
    BTreeMap::from([
        ("locale".to_owned(), PayloadValue::Keyword(locale.to_owned())),
        ("intents".to_owned(), PayloadValue::Keywords(intents.iter().map(|i| (*i).to_owned()).collect())),
        ("valid_to".to_owned(), PayloadValue::Integer(day)),
    ])
}

async fn conditions(store: Store) {
    open(&store).await;
    for (key, kind) in [("locale", KeyKind::Keyword), ("intents", KeyKind::Keyword), ("valid_to", KeyKind::Integer)] {
        store.index_key(C, key, kind).await.unwrap();
        store.index_key(C, key, kind).await.unwrap();
    }
    let points = [
        ("a", payload("zh", &["x", "y"], 20_261_124)),
        ("b", payload("zh", &["z"], 20_270_101)),
        ("c", payload("en", &["x"], 20_251_231)),
    ];
    let points = points.map(|(id, payload)| Point { payload, ..point(id, [1.0, 0.0, 0.0, 0.0]) });
    store.upsert(C, points.to_vec()).await.unwrap();
    let any = |key: &str, values: &[&str]| Condition::AnyOf {
        key: key.to_owned(),
        values: values.iter().map(|v| (*v).to_owned()).collect(),
    };
    let from = |value| Condition::AtLeast { key: "valid_to".to_owned(), value };
    let to = |value| Condition::AtMost { key: "valid_to".to_owned(), value };
    let cases: [(Vec<Condition>, &[&str]); 7] = [
        (vec![], &["a", "b", "c"]),
        (vec![any("locale", &["zh"])], &["a", "b"]),
        (vec![any("intents", &["x"])], &["a", "c"]),
        (vec![any("intents", &["y", "z"])], &["a", "b"]),
        (vec![from(20_261_124)], &["a", "b"]),
        (vec![to(20_261_124)], &["a", "c"]),
        (vec![any("locale", &["zh"]), from(20_261_125), to(20_280_101)], &["b"]),
    ];
    for (filter, expected) in cases {
        let query = Query { filter: filter.clone(), ..near([1.0, 0.0, 0.0, 0.0], 10) };
        assert_eq!(ids(&store.search(C, query).await.unwrap()), expected, "{filter:?}");
    }
}

async fn excluded(store: Store) {
    open(&store).await;
    let points: Vec<Point> = (0..30_u8).map(|i| point(&format!("p{i:02}"), [1.0, f32::from(i), 0.0, 0.0])).collect();
    store.upsert(C, points).await.unwrap();
    let exclude: Vec<String> = (0..20).map(|i| format!("p{i:02}")).collect();
    let hits = store.search(C, Query { exclude, ..near([1.0, 0.0, 0.0, 0.0], 5) }).await.unwrap();
    assert_eq!(ids(&hits), ["p20", "p21", "p22", "p23", "p24"], "as many as asked for, none excluded");
}

async fn replaces_and_removes(store: Store) {
    open(&store).await;
    store.upsert(C, vec![point("a", [1.0, 0.0, 0.0, 0.0]), point("b", [0.0, 1.0, 0.0, 0.0])]).await.unwrap();
    let replaced = Point { payload: payload("en", &["x"], 1), ..point("a", [0.0, 0.0, 1.0, 0.0]) };
    store.upsert(C, vec![replaced.clone()]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 2);
    let found = store.get(C, &["a".to_owned(), "none".to_owned(), "b".to_owned()]).await.unwrap();
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(found[0].as_ref().unwrap().payload, replaced.payload);
    assert_eq!(found[0].as_ref().unwrap().dense, [0.0, 0.0, 1.0, 0.0]);
    store.delete(C, &["a".to_owned(), "none".to_owned()]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 1);
    assert_eq!(ids(&store.search(C, near([0.0, 0.0, 1.0, 0.0], 10)).await.unwrap()), ["b"]);
    store.drop_collection(C).await.unwrap();
    store.open_collection(C, &CollectionSpec { dimension: 2, encoder: "other@2".to_owned() }).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 0);
}

async fn payload_comes_back(store: Store) {
    open(&store).await;
    let payload = payload("中文 \"quoted\" \n", &["存款", "", "emoji 🏦"], i64::from(i32::MAX) * 4);
    let stored = Point { payload: payload.clone(), ..point("KB-CARD-LOSS#zh#0", [0.5, 0.5, 0.5, 0.5]) };
    store.upsert(C, vec![stored]).await.unwrap();
    let hits = store.search(C, near([1.0, 1.0, 1.0, 1.0], 1)).await.unwrap();
    assert_eq!((hits[0].id.as_str(), &hits[0].payload), ("KB-CARD-LOSS#zh#0", &payload));
}

async fn bad_batches(store: Store) {
    open(&store).await;
    let good = || point("good", [1.0, 0.0, 0.0, 0.0]);
    let sparse = |indices: &[u32], values: &[f32]| {
        let sparse = SparseVector { indices: indices.to_vec(), values: values.to_vec() };
        Point { sparse: Some(sparse), ..point("bad", [1.0, 0.0, 0.0, 0.0]) }
    };
    let bad = [
        Point { dense: vec![1.0, 2.0], ..point("bad", [0.0; 4]) },
        point("bad", [f32::NAN, 0.0, 0.0, 0.0]),
        point("bad", [f32::INFINITY, 0.0, 0.0, 0.0]),
        point("bad", [0.0; 4]),
        point("", [1.0, 0.0, 0.0, 0.0]),
        good(),
        sparse(&[2, 1], &[1.0, 1.0]),
        sparse(&[1], &[1.0, 2.0]),
        sparse(&[1], &[f32::NAN]),
    ];
    for point in bad {
        let told = format!("{point:?}");
        let refused = store.upsert(C, vec![good(), point]).await;
        assert!(matches!(refused, Err(VectorError::BadPoint { .. })), "{told}: {refused:?}");
        assert_eq!(store.count(C).await.unwrap(), 0, "{told}: a part of the batch was written");
    }
    store.upsert(C, Vec::new()).await.unwrap();
    store.upsert(C, vec![good()]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 1);
}

async fn bad_queries(store: Store) {
    open(&store).await;
    let right = || near([1.0, 0.0, 0.0, 0.0], 1);
    let queries = [
        Query { limit: 0, ..right() },
        Query { limit: 1_000_000, ..right() },
        Query { needle: Needle::Dense(vec![1.0]), ..right() },
        Query { needle: Needle::Dense(vec![f32::NAN; DIMENSION]), ..right() },
        Query { exclude: vec!["x".to_owned(); 10_001], ..right() },
    ];
    for query in queries {
        let told = format!("{query:?}").chars().take(200).collect::<String>();
        assert!(matches!(store.search(C, query).await, Err(VectorError::BadQuery { .. })), "{told}");
    }
    assert!(store.search(C, right()).await.unwrap().is_empty());
}

async fn another_encoder(store: Store) {
    open(&store).await;
    let other = CollectionSpec { encoder: "other@1".to_owned(), ..spec() };
    let error = store.open_collection(C, &other).await.unwrap_err();
    assert!(matches!(error, VectorError::OtherEncoder { .. }));
    assert!(error.to_string().contains("teller admin reindex"), "{error}");
    let longer = CollectionSpec { dimension: DIMENSION + 1, ..spec() };
    let error = store.open_collection(C, &longer).await.unwrap_err();
    assert!(matches!(error, VectorError::OtherDimension { .. }));
    assert!(error.to_string().contains("teller admin reindex"), "{error}");
    open(&store).await;
}

async fn must_be_open(store: Store) {
    let refused = store.search(C, near([1.0, 0.0, 0.0, 0.0], 1)).await;
    assert!(matches!(refused, Err(VectorError::NotOpen { .. })));
    let refused = store.upsert(C, vec![point("a", [1.0, 0.0, 0.0, 0.0])]).await;
    assert!(matches!(refused, Err(VectorError::NotOpen { .. })));
    store.drop_collection(C).await.unwrap();
    store.ping().await.unwrap();
}

async fn reads_beside_writes(store: Store) {
    open(&store).await;
    store.upsert(C, vec![point("first", [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    let writer = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for i in 0..40_u8 {
                store.upsert(C, vec![point(&format!("w{i:02}"), [0.0, 1.0, f32::from(i), 0.0])]).await.unwrap();
                if i % 10 == 0 {
                    store.flush().await.unwrap();
                    store.optimize(C).await.unwrap();
                }
            }
        })
    };
    while !writer.is_finished() {
        let hits = store.search(C, near([1.0, 0.0, 0.0, 0.0], 1)).await.unwrap();
        assert_eq!(ids(&hits), ["first"]);
    }
    writer.await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 41);
}
