//! The contract's cases about what a store must refuse, whole and before anything is written.

use teller::domain::Fault;
use teller::store::vectors::{
    CollectionSpec, Condition, KeyKind, Needle, Payload, PayloadValue, Point, Query, VectorError,
};

use super::{C, DIMENSION, Place, ids, near, open, point, sparse, spec, strings};

const UNIT: [f32; DIMENSION] = [1.0, 0.0, 0.0, 0.0];

fn bad_points() -> Vec<(&'static str, Point)> {
    let words = |indices: &[u32], values: &[f32]| Point { sparse: Some(sparse(indices, values)), ..point("bad", UNIT) };
    let carries = |key: &str, value| Point { payload: Payload::from([(key.to_owned(), value)]), ..point("bad", UNIT) };
    let word = || PayloadValue::Keyword("x".to_owned());
    vec![
        ("dimension", Point { dense: vec![1.0, 2.0], ..point("bad", UNIT) }),
        ("dimension", Point { dense: Vec::new(), ..point("bad", UNIT) }),
        ("dense[0] is NaN", point("bad", [f32::NAN, 0.0, 0.0, 0.0])),
        ("dense[3] is inf", point("bad", [0.0, 0.0, 0.0, f32::INFINITY])),
        ("length 0", point("bad", [0.0; DIMENSION])),
        ("length", point("bad", [1e-30; DIMENSION])),
        ("length", point("bad", [1e30; DIMENSION])),
        ("id is empty", point("", UNIT)),
        ("twice", point("good", UNIT)),
        ("does not rise", words(&[2, 1], &[1.0, 1.0])),
        ("does not rise", words(&[1, 1], &[1.0, 1.0])),
        ("as many of each", words(&[1], &[1.0, 2.0])),
        ("sparse.values[0] is NaN", words(&[1], &[f32::NAN])),
        ("sparse.values[1] is 0", words(&[1, 2], &[1.0, 0.0])),
        ("choose another", carries("_id", word())),
        ("payload key", carries("a.b", word())),
        ("payload key", carries("", word())),
        ("2^53", carries("n", PayloadValue::Integer((1 << 53) + 1))),
    ]
}

pub async fn one_bad_point_refuses_the_batch(place: &Place) {
    let store = open(place).await;
    store.upsert(C, vec![point("old", UNIT)]).await.unwrap();
    for (told, bad) in bad_points() {
        // The bad one last, behind more good ones than any engine takes in one call.
        let good = (0..700).map(|i| point(&format!("good {i}"), UNIT)).chain([point("good", UNIT)]);
        let refused = store.upsert(C, good.chain([bad]).collect()).await.unwrap_err();
        assert!(matches!(refused, VectorError::BadPoint { .. }), "{refused}");
        assert!(refused.to_string().contains(told), "{refused}");
        assert_eq!(store.count(C).await.unwrap(), 1, "{told}: a part of the batch was written");
    }
    store.upsert(C, Vec::new()).await.unwrap();
    store.upsert(C, vec![point("good", UNIT)]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 2);
}

pub async fn bad_queries_are_refused(place: &Place) {
    let store = open(place).await;
    store.upsert(C, vec![point("a", UNIT)]).await.unwrap();
    let right = || near(UNIT, 1);
    let filtered = |condition| Query { filter: vec![condition], ..right() };
    let queries = [
        ("limit is 0", Query { limit: 0, ..right() }),
        ("limit is 1000000", Query { limit: 1_000_000, ..right() }),
        ("dimension", Query { needle: Needle::Dense(vec![1.0]), ..right() }),
        ("NaN", Query { needle: Needle::Dense(vec![f32::NAN; DIMENSION]), ..right() }),
        ("length 0", Query { needle: Needle::Dense(vec![0.0; DIMENSION]), ..right() }),
        ("does not rise", Query { needle: Needle::Sparse(sparse(&[2, 1], &[1.0, 1.0])), ..right() }),
        ("exclude", Query { exclude: vec!["x".to_owned(); 10_001], ..right() }),
        ("payload key", filtered(Condition::AnyOf { key: "a[0]".to_owned(), values: strings(&["x"]) })),
        ("2^53", filtered(Condition::AtMost { key: "n".to_owned(), value: i64::MAX })),
    ];
    for (told, query) in queries {
        let refused = store.search(C, query).await.unwrap_err();
        assert!(matches!(refused, VectorError::BadQuery { .. }), "{refused}");
        assert!(refused.to_string().contains(told), "{refused}");
    }
    let refused = store.index_key(C, "a.b", KeyKind::Keyword).await;
    assert!(matches!(refused, Err(VectorError::BadQuery { .. })), "{refused:?}");
    assert_eq!(ids(&store.search(C, right()).await.unwrap()), ["a"]);
}

pub async fn another_encoder_or_dimension_is_refused(place: &Place) {
    let store = open(place).await;
    let other = CollectionSpec { encoder: "other@1".to_owned(), ..spec() };
    let longer = CollectionSpec { dimension: DIMENSION + 1, ..spec() };
    let refused = [(other, "encoder test@1, this server runs other@1"), (longer, "dimension 4, the encoder makes 5")];
    for (wanted, told) in refused {
        let error = store.open_collection(C, &wanted).await.unwrap_err();
        assert_eq!(error.fault(), Fault::Caller);
        assert!(error.to_string().contains(told), "{error}");
        assert!(error.to_string().contains("teller admin reindex"), "{error}");
    }
    let nothing = CollectionSpec { dimension: 0, ..spec() };
    assert!(matches!(store.open_collection(C, &nothing).await, Err(VectorError::BadQuery { .. })));
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, vec![point("a", UNIT)]).await.unwrap();
}

pub async fn a_collection_must_be_open(place: &Place) {
    let store = place.open().await;
    let refused = [
        store.search(C, near(UNIT, 1)).await.map(drop),
        store.upsert(C, vec![point("a", UNIT)]).await,
        store.delete(C, &strings(&["a"])).await,
        store.get(C, &strings(&["a"])).await.map(drop),
        store.count(C).await.map(drop),
        store.index_key(C, "name", KeyKind::Keyword).await,
        store.optimize(C).await,
    ];
    for refused in refused {
        assert!(matches!(refused, Err(VectorError::NotOpen { .. })), "{refused:?}");
    }
    store.drop_collection(C).await.unwrap();
    store.flush().await.unwrap();
    store.ping().await.unwrap();
}

pub async fn a_closed_store_says_so(place: &Place) {
    let store = open(place).await;
    store.close().await.unwrap();
    store.close().await.unwrap();
    let refused = [
        store.ping().await,
        store.flush().await,
        store.open_collection(C, &spec()).await,
        store.drop_collection(C).await,
        store.upsert(C, vec![point("a", UNIT)]).await,
        store.search(C, near(UNIT, 1)).await.map(drop),
        store.count(C).await.map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(VectorError::Unavailable(_))), "{refused:?}");
    }
}
