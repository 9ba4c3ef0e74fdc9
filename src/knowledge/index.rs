//! The approved articles as points of the vector store: one for each passage and language, by meaning and by terms.
//! Must not know who searches them, nor which engine or model is behind the traits.

use std::collections::BTreeMap;

use super::passages::{Passage, passages};
use super::terms::{Bm25, terms};
use super::{KnowledgeBase, KnowledgeError};
use crate::domain::article::Article;
use crate::domain::{Locale, Localised};
use crate::models::encoder::TextRole;
use crate::models::queue::EncoderQueue;
use crate::store::vectors::{
    Collection, CollectionSpec, KeyKind, Payload, PayloadValue, Point, VectorStore, number_of_day,
};

/// Payload keys worth an index: those that queries have conditions on.
const KEYS: [(&str, KeyKind); 5] = [
    ("article", KeyKind::Keyword),
    ("locale", KeyKind::Keyword),
    ("intents", KeyKind::Keyword),
    ("valid_from", KeyKind::Integer),
    ("valid_to", KeyKind::Integer),
];

/// A passage about to become a point.
struct Entry<'a> {
    article: &'a Article,
    passage: Passage,
    terms: Vec<String>,
}

/// Fills [`Collection::Knowledge`] with all articles, valid or not (a search has the day as a condition), and returns
/// the number of points written. `labels` says what facts are called, by id; see [`Passage::indexed`]. Points of
/// articles that are no longer there stay until the collection is rebuilt; a reader looks every hit up.
///
/// # Errors
/// [`KnowledgeError::UnknownFact`] before anything is written; those of the encoder and of the vector store.
pub async fn index(
    knowledge: &KnowledgeBase,
    labels: &BTreeMap<String, Localised>,
    encoder: &EncoderQueue,
    vectors: &dyn VectorStore,
) -> Result<usize, KnowledgeError> {
    let (mut entries, mut texts) = (Vec::new(), Vec::new());
    for article in knowledge.articles() {
        for passage in passages(article) {
            let text = passage.indexed(labels)?;
            entries.push(Entry { article, passage, terms: terms(&text) });
            texts.push(text);
        }
    }
    let spec = CollectionSpec { dimension: encoder.dimension(), encoder: encoder.identity().to_owned() };
    vectors.open_collection(Collection::Knowledge, &spec).await?;
    for (key, kind) in KEYS {
        vectors.index_key(Collection::Knowledge, key, kind).await?;
    }
    let dense = encoder.encode_all(TextRole::Passage, &texts).await?;
    let points = points(entries, dense);
    let written = points.len();
    vectors.upsert(Collection::Knowledge, points).await?;
    vectors.optimize(Collection::Knowledge).await?;
    Ok(written)
}

/// Lengths are compared within a language: searches stay in one, and the same text has fewer terms in Chinese.
fn points(entries: Vec<Entry<'_>>, dense: Vec<Vec<f32>>) -> Vec<Point> {
    let bm25 = |locale: Locale| {
        let of_locale = entries.iter().filter(|entry| entry.passage.locale == locale);
        Bm25::of_lengths(of_locale.map(|entry| entry.terms.len()))
    };
    let (zh, en) = (bm25(Locale::Zh), bm25(Locale::En));
    let point = |(entry, dense): (Entry<'_>, Vec<f32>)| {
        let bm25 = match entry.passage.locale {
            Locale::Zh => zh,
            Locale::En => en,
        };
        let payload = payload(entry.article, &entry.passage);
        Point { id: entry.passage.id, dense, sparse: Some(bm25.document(&entry.terms)), payload }
    };
    entries.into_iter().zip(dense).map(point).collect()
}

fn payload(article: &Article, passage: &Passage) -> Payload {
    // An article of more sections than this integer counts does not exist.
    let position = i64::try_from(passage.position).unwrap_or(i64::MAX);
    Payload::from([
        ("article".to_owned(), PayloadValue::Keyword(article.id.to_string())),
        ("locale".to_owned(), PayloadValue::Keyword(passage.locale.as_str().to_owned())),
        ("position".to_owned(), PayloadValue::Integer(position)),
        ("intents".to_owned(), PayloadValue::Keywords(article.intents.clone())),
        ("valid_from".to_owned(), PayloadValue::Integer(number_of_day(article.valid_from))),
        ("valid_to".to_owned(), PayloadValue::Integer(number_of_day(article.valid_to))),
    ])
}
