//! Passages in the embedded engine: found by their own words, on their own days, in their own language.

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use teller::domain::{ArticleId, Locale};
use teller::knowledge::index::index;
use teller::knowledge::passages::{Passage, passages};
use teller::knowledge::terms::{query_vector, term_id, terms};
use teller::knowledge::{KnowledgeBase, KnowledgeError};
use teller::models::ModelError;
use teller::models::encoder::{TextEncoder, TextRole};
use teller::models::queue::{EncoderQueue, QueueLimits};
use teller::store::vectors::edge::EdgeStore;
use teller::store::vectors::{Collection, Condition, Hit, Needle, PayloadValue, Query, VectorStore, number_of_day};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{demo, labels};
use crate::catalog::{self, day, today};

const DIMENSION: usize = 64;

/// Counts words into so many places: near means "of the same words". The transformer has tests of its own.
struct BagOfWords;

impl TextEncoder for BagOfWords {
    fn identity(&self) -> &'static str {
        "bag-of-words@1"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn tokenize(&self, _: TextRole, text: &str) -> Result<Vec<u32>, ModelError> {
        Ok(terms(text).iter().map(|term| term_id(term)).collect())
    }

    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        let encode = |text: &&[u32]| {
            let mut vector = vec![0.1; DIMENSION];
            for id in *text {
                vector[*id as usize % DIMENSION] += 1.0;
            }
            vector
        };
        Ok(texts.iter().map(encode).collect())
    }
}

fn encoder() -> EncoderQueue {
    let limits = QueueLimits { max_queued_tokens: 100_000, batch_tokens: 10_000, workers: 1 };
    EncoderQueue::start(Arc::new(BagOfWords), limits).unwrap()
}

/// The demo bank's products and articles, indexed once for all tests of this file.
struct Indexed {
    vectors: EdgeStore,
    written: usize,
    _folder: TempDir,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static INDEXED: LazyLock<Indexed> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    RUNTIME.block_on(async {
        let vectors = EdgeStore::open(folder.path()).unwrap();
        teller::catalog::index::index(catalog::demo(), &encoder(), &vectors).await.unwrap();
        let written = index(demo(), labels(), &encoder(), &vectors).await.unwrap();
        Indexed { vectors, written, _folder: folder }
    })
});

fn search(collection: Collection, needle: Needle, limit: usize, filter: Vec<Condition>) -> Vec<Hit> {
    let indexed = LazyLock::force(&INDEXED);
    let query = Query { needle, limit, filter, exclude: Vec::new() };
    RUNTIME.block_on(indexed.vectors.search(collection, query)).unwrap()
}

fn on(day: NaiveDate, locale: Locale) -> Vec<Condition> {
    let value = number_of_day(day);
    vec![
        Condition::AnyOf { key: "locale".to_owned(), values: vec![locale.as_str().to_owned()] },
        Condition::AtMost { key: "valid_from".to_owned(), value },
        Condition::AtLeast { key: "valid_to".to_owned(), value },
    ]
}

fn article_of(hit: &Hit) -> ArticleId {
    match &hit.payload["article"] {
        PayloadValue::Keyword(id) => ArticleId::new(id.clone()).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn all_passages() -> Vec<Passage> {
    demo().articles().iter().flat_map(passages).collect()
}

#[test]
fn every_passage_is_a_point_with_its_article_language_place_and_days() {
    let indexed = LazyLock::force(&INDEXED);
    assert_eq!(indexed.written, all_passages().len());
    let count = RUNTIME.block_on(indexed.vectors.count(Collection::Knowledge)).unwrap();
    assert_eq!(usize::try_from(count).unwrap(), indexed.written);
    let ids = ["KB-ACCOUNT-OPEN#en#1".to_owned()];
    let found = RUNTIME.block_on(indexed.vectors.get(Collection::Knowledge, &ids)).unwrap();
    let payload = &found[0].as_ref().unwrap().payload;
    assert_eq!(payload["article"], PayloadValue::Keyword("KB-ACCOUNT-OPEN".to_owned()));
    assert_eq!(payload["locale"], PayloadValue::Keyword("en".to_owned()));
    assert_eq!(payload["position"], PayloadValue::Integer(1));
    assert_eq!(payload["intents"], PayloadValue::Keywords(vec!["open_account".to_owned()]));
    assert_eq!(payload["valid_from"], PayloadValue::Integer(20_260_101));
    assert_eq!(payload["valid_to"], PayloadValue::Integer(20_271_231));
}

#[test]
fn a_search_on_a_day_finds_only_what_is_valid_then() {
    let expired = demo().articles().iter().filter(|article| article.valid_to < today()).count();
    assert!(expired > 0, "the demo bank keeps earlier editions");
    for date in [day("2025-07-01"), today(), day("2028-01-01")] {
        for locale in Locale::ALL {
            let valid = |hit: &Hit| demo().article(&article_of(hit)).unwrap().valid_on(date);
            let passages = all_passages().into_iter().filter(|passage| passage.locale == locale);
            let wanted = passages.filter(|passage| demo().article(&passage.article).unwrap().valid_on(date)).count();
            let near = search(Collection::Knowledge, Needle::Dense(vec![1.0; DIMENSION]), 5_000, on(date, locale));
            assert!(near.iter().all(valid), "{date}");
            assert_eq!(near.len(), wanted, "{date}: all that is valid, and nothing else");
            let worded =
                search(Collection::Knowledge, Needle::Sparse(query_vector("fee 手续费")), 5_000, on(date, locale));
            assert!(worded.iter().all(valid), "{date}");
        }
    }
}

#[test]
fn a_passage_is_found_by_its_own_words() {
    for passage in all_passages().iter().step_by(7) {
        let date = demo().article(&passage.article).unwrap().valid_from;
        let text = passage.indexed(labels()).unwrap();
        let hits = search(Collection::Knowledge, Needle::Sparse(query_vector(&text)), 3, on(date, passage.locale));
        let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
        assert!(ids.contains(&passage.id.as_str()), "{} is not in {ids:?}", passage.id);
    }
}

#[test]
fn a_fact_is_found_by_what_it_is_called() {
    let hits =
        search(Collection::Knowledge, Needle::Sparse(query_vector("跨行轉帳手續費")), 5, on(today(), Locale::Zh));
    let found: Vec<String> = hits.iter().map(|hit| article_of(hit).to_string()).collect();
    assert!(found.iter().any(|id| id.contains("TRANSFER")), "{found:?}");
}

#[test]
fn indexing_again_replaces_and_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let few = || KnowledgeBase::new(demo().articles()[..3].to_vec());
    RUNTIME.block_on(async {
        let vectors = EdgeStore::open(folder.path()).unwrap();
        let first = index(&few(), labels(), &encoder(), &vectors).await.unwrap();
        let second = index(&few(), labels(), &encoder(), &vectors).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(usize::try_from(vectors.count(Collection::Knowledge).await.unwrap()).unwrap(), first);
    });
}

#[test]
fn a_fact_without_a_label_stops_indexing_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    RUNTIME.block_on(async {
        let vectors = EdgeStore::open(folder.path()).unwrap();
        let mut labels = labels().clone();
        labels.remove("ACC-CURRENT.monthly_fee").unwrap();
        let error = index(demo(), &labels, &encoder(), &vectors).await.unwrap_err();
        assert!(
            matches!(&error, KnowledgeError::UnknownFact { fact, .. } if fact == "ACC-CURRENT.monthly_fee"),
            "{error}"
        );
        assert!(vectors.count(Collection::Knowledge).await.is_err(), "the collection was not even made");
    });
}

#[test]
fn products_are_points_in_both_languages_with_their_shelf() {
    let products = catalog::demo().products().count();
    let filter = |key: &str, value: &str| Condition::AnyOf { key: key.to_owned(), values: vec![value.to_owned()] };
    let zh = vec![filter("locale", "zh")];
    let all = search(Collection::Products, Needle::Dense(vec![1.0; DIMENSION]), 1_000, zh);
    assert_eq!(all.len(), products);
    let cards = vec![filter("locale", "en"), filter("category", "card")];
    let cards = search(Collection::Products, Needle::Dense(vec![1.0; DIMENSION]), 1_000, cards);
    assert!(!cards.is_empty());
    for hit in &cards {
        assert_eq!(hit.payload["category"], PayloadValue::Keyword("card".to_owned()), "{}", hit.id);
        assert!(hit.id.ends_with("#en"), "{}", hit.id);
    }
}
