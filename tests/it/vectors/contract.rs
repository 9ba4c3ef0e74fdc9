//! What every vector store must do: functions over a [`Place`], each gets one of its own, empty.

mod refusals;
mod search;

use std::collections::BTreeMap;
use std::pin::Pin;

use teller::store::vectors::{
    Collection, CollectionSpec, KeyKind, Payload, PayloadValue, Point, SparseVector, VectorError,
};

use super::{DIMENSION, Place, Store, ids, near, point, spec};
use refusals::*;
use search::*;

const C: Collection = Collection::Knowledge;

type Case = for<'place> fn(&'place Place) -> Pin<Box<dyn Future<Output = ()> + 'place>>;

/// The cases, as a list for a server that has to be asked for, and as a test each on what is always there.
macro_rules! contract {
    ($($case:ident)*) => {
        pub const CASES: &[(&str, Case)] = &[$((stringify!($case), |place| Box::pin($case(place)))),*];

        mod on_the_embedded_engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(&super::Place::embedded()).await;
            })*
        }

        mod over_grpc {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(&super::Place::over_grpc()).await;
            })*
        }
    };
}

contract! {
    nearest_come_first_and_ties_by_id
    ties_wider_than_the_first_fetch_are_cut_by_id
    rare_words_weigh_more
    conditions_are_all_required
    excluded_ids_never_come_back
    answers_are_the_same_after_optimize
    reads_go_on_beside_writes
    upsert_replaces_the_whole_point
    delete_and_get_do_not_mind_what_is_not_there
    a_payload_comes_back_as_it_went_in
    points_are_there_when_opened_again
    a_dropped_collection_is_gone_and_can_be_made_anew
    collections_do_not_see_each_other
    one_bad_point_refuses_the_batch
    bad_queries_are_refused
    another_encoder_or_dimension_is_refused
    a_collection_must_be_open
    a_closed_store_says_so
}

/// A store on `place` with the collection open.
async fn open(place: &Place) -> Store {
    let store = place.open().await;
    store.open_collection(C, &spec()).await.unwrap();
    store
}

fn sparse(indices: &[u32], values: &[f32]) -> SparseVector {
    SparseVector { indices: indices.to_vec(), values: values.to_vec() }
}

fn payload(locale: &str, intents: &[&str], day: i64) -> Payload {
    BTreeMap::from([
        ("locale".to_owned(), PayloadValue::Keyword(locale.to_owned())),
        ("intents".to_owned(), PayloadValue::Keywords(intents.iter().map(|i| (*i).to_owned()).collect())),
        ("valid_to".to_owned(), PayloadValue::Integer(day)),
    ])
}

fn strings(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

async fn upsert_replaces_the_whole_point(place: &Place) {
    let store = open(place).await;
    let words = Point { sparse: Some(sparse(&[7], &[1.0])), ..point("a", [1.0, 0.0, 0.0, 0.0]) };
    store.upsert(C, vec![words, point("b", [0.0, 1.0, 0.0, 0.0])]).await.unwrap();
    let replaced = Point { payload: payload("en", &["x"], 1), ..point("a", [0.0, 0.0, 3.0, 0.0]) };
    store.upsert(C, vec![replaced.clone()]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 2);
    let found = store.get(C, &strings(&["a"])).await.unwrap().remove(0).unwrap();
    assert_eq!(found.payload, replaced.payload, "nothing of the old payload is left");
    assert_eq!(found.dense, [0.0, 0.0, 1.0, 0.0], "at unit length");
    assert_eq!(ids(&store.search(C, near([0.0, 0.0, 1.0, 0.0], 1)).await.unwrap()), ["a"]);
    assert!(store.search(C, words_like(&[7])).await.unwrap().is_empty(), "the old words are gone");
}

async fn delete_and_get_do_not_mind_what_is_not_there(place: &Place) {
    let store = open(place).await;
    store.upsert(C, vec![point("a", [1.0, 0.0, 0.0, 0.0]), point("b", [0.0, 1.0, 0.0, 0.0])]).await.unwrap();
    let found = store.get(C, &strings(&["b", "none", "a", "b"])).await.unwrap();
    let found: Vec<_> = found.iter().map(|point| point.as_ref().map(|point| point.id.as_str())).collect();
    assert_eq!(found, [Some("b"), None, Some("a"), Some("b")], "in the order asked");
    store.delete(C, &strings(&["a", "none"])).await.unwrap();
    store.delete(C, &[]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 1);
    assert_eq!(store.get(C, &strings(&["a"])).await.unwrap(), [None]);
    assert_eq!(store.get(C, &[]).await.unwrap(), []);
    assert_eq!(ids(&store.search(C, near([1.0, 0.0, 0.0, 0.0], 10)).await.unwrap()), ["b"]);
}

async fn a_payload_comes_back_as_it_went_in(place: &Place) {
    let store = open(place).await;
    let mut payload = payload("中文 \"quoted\" \n", &["存款", "", "emoji 🏦"], -(1 << 53));
    payload.insert("none".to_owned(), PayloadValue::Keywords(Vec::new()));
    payload.insert("a-B_9".to_owned(), PayloadValue::Keyword(String::new()));
    let stored = Point { payload: payload.clone(), ..point("KB-CARD-LOSS#zh#0", [0.5, 0.5, 0.5, 0.5]) };
    let bare = Point { payload: Payload::new(), ..point("编号 1", [-1.0, 0.0, 0.0, 0.0]) };
    store.upsert(C, vec![stored, bare]).await.unwrap();
    let hits = store.search(C, near([1.0, 1.0, 1.0, 1.0], 2)).await.unwrap();
    assert_eq!((hits[0].id.as_str(), &hits[0].payload), ("KB-CARD-LOSS#zh#0", &payload));
    assert_eq!((hits[1].id.as_str(), &hits[1].payload), ("编号 1", &Payload::new()));
    let found = store.get(C, &strings(&["KB-CARD-LOSS#zh#0"])).await.unwrap().remove(0).unwrap();
    assert_eq!((found.payload, found.dense), (payload, vec![0.5; DIMENSION]));
}

async fn points_are_there_when_opened_again(place: &Place) {
    let store = open(place).await;
    store.index_key(C, "locale", KeyKind::Keyword).await.unwrap();
    let words = |id: &str, indices: &[u32]| {
        let sparse = sparse(indices, &vec![1.0; indices.len()]);
        Point { sparse: Some(sparse), payload: payload("zh", &["x"], 1), ..point(id, [1.0, 2.0, 3.0, 4.0]) }
    };
    store.upsert(C, vec![words("a", &[1]), words("b", &[1, 2]), point("c", [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    store.delete(C, &strings(&["c"])).await.unwrap();
    store.flush().await.unwrap();
    store.upsert(C, vec![words("d", &[2, 3])]).await.unwrap();
    let everything = near([1.0, 0.0, 0.0, 0.0], 10);
    let before = store.search(C, everything.clone()).await.unwrap();
    let before_by_words = store.search(C, words_like(&[1, 3])).await.unwrap();
    assert_eq!((ids(&before), ids(&before_by_words)), (vec!["a", "b", "d"], vec!["d", "a", "b"]));
    store.close().await.unwrap();
    drop(store);

    let store = place.open().await;
    let other = CollectionSpec { encoder: "other@1".to_owned(), ..spec() };
    let refused = store.open_collection(C, &other).await;
    assert!(matches!(refused, Err(VectorError::OtherEncoder { .. })), "{refused:?}");
    let longer = CollectionSpec { dimension: DIMENSION + 1, ..spec() };
    let refused = store.open_collection(C, &longer).await;
    assert!(matches!(refused, Err(VectorError::OtherDimension { .. })), "{refused:?}");
    store.open_collection(C, &spec()).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 3);
    assert_eq!(store.search(C, everything).await.unwrap(), before);
    assert_eq!(store.search(C, words_like(&[1, 3])).await.unwrap(), before_by_words);
}

async fn a_dropped_collection_is_gone_and_can_be_made_anew(place: &Place) {
    let store = open(place).await;
    store.upsert(C, vec![point("a", [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    store.drop_collection(C).await.unwrap();
    assert!(matches!(store.count(C).await, Err(VectorError::NotOpen { .. })));
    store.drop_collection(C).await.unwrap();
    store.open_collection(C, &CollectionSpec { dimension: 2, encoder: "other@2".to_owned() }).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 0);
    let two = Point { dense: vec![3.0, 4.0], ..point("a", [0.0; DIMENSION]) };
    store.upsert(C, vec![two]).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 1);
}

async fn collections_do_not_see_each_other(place: &Place) {
    let store = place.open().await;
    for collection in Collection::ALL {
        store.open_collection(collection, &spec()).await.unwrap();
        store.upsert(collection, vec![point(collection.name(), [1.0, 0.0, 0.0, 0.0])]).await.unwrap();
    }
    store.delete(C, &strings(&[C.name(), "products"])).await.unwrap();
    for (collection, count) in [(Collection::Products, 1), (C, 0), (Collection::Customers, 1)] {
        assert_eq!(store.count(collection).await.unwrap(), count, "{collection:?}");
        let hits = store.search(collection, near([1.0, 0.0, 0.0, 0.0], 10)).await.unwrap();
        assert!(hits.iter().all(|hit| hit.id == collection.name()), "{hits:?}");
    }
}
