//! Hybrid retrieval over approved knowledge: nearest passages and best matching words, fused here.
//! Must not know intents, policies or texts: it returns article ids in an order that never depends on the engine.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::ChatError;
use crate::catalog::index::number_of_day;
use crate::domain::{ArticleId, Locale};
use crate::store::vectors::{
    Collection, Condition, Hit, Needle, Payload, PayloadValue, Query, SparseVector, VectorStore,
};

/// The constant of reciprocal rank fusion, as in Cormack, Clarke and Buettcher 2009.
const K: f64 = 60.0;
/// Passages asked of each leg: an article has about three, so some ten articles.
const PASSAGES: usize = 30;

/// An article found, with its best passage.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub article: ArticleId,
    /// Place of the best passage: 0 is the answer itself, n its n-th section.
    pub passage: usize,
    /// Fused score of that passage.
    pub score: f64,
}

/// Articles valid on `day`, best first; equal scores by rising id.
///
/// # Errors
/// The vector store's.
pub async fn search(
    vectors: &dyn VectorStore,
    dense: Vec<f32>,
    sparse: SparseVector,
    locale: Locale,
    day: NaiveDate,
) -> Result<Vec<Found>, ChatError> {
    let query = |needle| Query { needle, limit: PASSAGES, filter: filter(locale, day), exclude: Vec::new() };
    let near = vectors.search(Collection::Knowledge, query(Needle::Dense(dense))).await?;
    let worded = vectors.search(Collection::Knowledge, query(Needle::Sparse(sparse))).await?;
    let passages: BTreeMap<String, (ArticleId, usize)> =
        near.iter().chain(&worded).filter_map(|hit| Some((hit.id.clone(), passage(&hit.payload)?))).collect();
    let legs = [ids(&near), ids(&worded)];
    Ok(best_passages(&fuse(&legs), &passages))
}

fn filter(locale: Locale, day: NaiveDate) -> Vec<Condition> {
    let value = number_of_day(day);
    vec![
        Condition::AnyOf { key: "locale".to_owned(), values: vec![locale.as_str().to_owned()] },
        Condition::AtMost { key: "valid_from".to_owned(), value },
        Condition::AtLeast { key: "valid_to".to_owned(), value },
    ]
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.id.as_str()).collect()
}

fn passage(payload: &Payload) -> Option<(ArticleId, usize)> {
    match (payload.get("article")?, payload.get("position")?) {
        (PayloadValue::Keyword(article), PayloadValue::Integer(position)) => {
            Some((ArticleId::new(article.clone()).ok()?, usize::try_from(*position).ok()?))
        }
        _ => None,
    }
}

/// Reciprocal rank fusion: each leg gives `1 / (60 + rank)`, ranks from 1. Best first; equal scores by rising id.
#[must_use]
pub fn fuse(legs: &[Vec<&str>]) -> Vec<(String, f64)> {
    let mut scores: BTreeMap<&str, f64> = BTreeMap::new();
    for leg in legs {
        let mut rank = K;
        for id in leg {
            rank += 1.0;
            *scores.entry(id).or_default() += 1.0 / rank;
        }
    }
    let mut fused: Vec<(String, f64)> = scores.into_iter().map(|(id, score)| (id.to_owned(), score)).collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    fused
}

/// Each article once, by its best passage.
fn best_passages(fused: &[(String, f64)], passages: &BTreeMap<String, (ArticleId, usize)>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (id, score) in fused {
        let Some((article, passage)) = passages.get(id) else { continue };
        if found.iter().all(|other| other.article != *article) {
            found.push(Found { article: article.clone(), passage: *passage, score: *score });
        }
    }
    found
}
