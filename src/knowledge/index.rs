//! Articles into the vector store: every passage in both languages, by meaning and by words.
//! Must not know queries or replies.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::passages::{Passage, passages};
use super::{KnowledgeBase, KnowledgeError, terms};
use crate::domain::Localised;
use crate::domain::article::Article;
use crate::models::encoder::TextRole;
use crate::models::queue::EncoderQueue;
use crate::store::vectors::{
    Collection, CollectionSpec, KeyKind, Payload, PayloadValue, Point, VectorStore,
};

/// The payload keys that queries filter by.
const KEYS: [(&str, KeyKind); 5] = [
    ("article", KeyKind::Keyword),
    ("locale", KeyKind::Keyword),
    ("intents", KeyKind::Keyword),
    ("valid_from", KeyKind::Integer),
    ("valid_to", KeyKind::Integer),
];

/// Fills [`Collection::Knowledge`] and returns the number of points. Passages of articles that are gone stay until
/// the collection is built anew; a reader looks every hit up in the knowledge base.
///
/// # Errors
/// Those of the encoder and of the vector store.
pub async fn index(
    knowledge: &KnowledgeBase,
    labels: &BTreeMap<String, Localised>,
    encoder: &EncoderQueue,
    vectors: &dyn VectorStore,
) -> Result<usize, KnowledgeError> {
    let spec = CollectionSpec { dimension: encoder.dimension(), encoder: encoder.identity().to_owned() };
    vectors.open_collection(Collection::Knowledge, &spec).await?;
    for (key, kind) in KEYS {
        vectors.index_key(Collection::Knowledge, key, kind).await?;
    }
    let entries: Vec<(&Article, Passage)> = knowledge
        .articles()
        .flat_map(|article| passages(article, labels).into_iter().map(move |passage| (article, passage)))
        .collect();
    let texts: Vec<String> = entries.iter().map(|(_, passage)| passage.indexed()).collect();
    let words: Vec<Vec<String>> = texts.iter().map(|text| terms::terms(text)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand passages of a few hundred words")]
    let average = words.iter().map(Vec::len).sum::<usize>() as f32 / words.len().max(1) as f32;
    let dense = encoder.encode_all(TextRole::Passage, &texts).await?;
    let points: Vec<Point> = entries
        .iter()
        .zip(dense)
        .zip(&words)
        .map(|(((article, passage), dense), words)| Point {
            id: passage.id(),
            dense,
            sparse: Some(terms::document_vector(words, average)),
            payload: payload(article, passage),
        })
        .collect();
    let written = points.len();
    vectors.upsert(Collection::Knowledge, points).await?;
    vectors.optimize(Collection::Knowledge).await?;
    Ok(written)
}

fn payload(article: &Article, passage: &Passage) -> Payload {
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

/// A day as a payload holds it: 2026-11-24 is 20261124.
fn number_of_day(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
