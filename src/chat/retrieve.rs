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

/// By how much the cosine of a section must be above that of the article's main passage for the section to be shown:
/// below it, which of the two is nearer is chance, and a section that misses the question is noise.
const SECTION_LEAD: f32 = 0.01;

/// An article found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub article: ArticleId,
    /// 0 where the answer itself fits best, n where its n-th section plainly fits better.
    pub passage: usize,
    /// Fused score of its best passage.
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
    let fused = fuse(&[ids(&near), ids(&worded)]);
    let mut found: Vec<Found> = Vec::new();
    for (id, score) in fused {
        let Some((article, _)) = passages.get(&id) else { continue };
        if found.iter().all(|other| other.article != *article) {
            let passage = leading_section(article, &near, &worded, &passages);
            found.push(Found { article: article.clone(), passage, score });
        }
    }
    Ok(found)
}

/// The section nearest to the question, if it is plainly nearer than the main passage and no worse by its words.
fn leading_section(
    article: &ArticleId,
    near: &[Hit],
    worded: &[Hit],
    passages: &BTreeMap<String, (ArticleId, usize)>,
) -> usize {
    let own = |leg: &[Hit]| -> Vec<(usize, f32)> {
        let of_article = |hit: &Hit| {
            let (_, passage) = passages.get(&hit.id).filter(|(other, _)| other == article)?;
            Some((*passage, hit.score))
        };
        leg.iter().filter_map(of_article).collect()
    };
    let (by_meaning, by_words) = (own(near), own(worded));
    let Some((section, score)) = by_meaning.first().filter(|(passage, _)| *passage > 0) else { return 0 };
    // A main passage that is not among the nearest is at least as far away as the last of them.
    let farthest = near.last().map_or(0.0, |hit| hit.score);
    let main = by_meaning.iter().find(|(passage, _)| *passage == 0).map_or(farthest, |(_, score)| *score);
    let first_by_words = by_words.first().map(|(passage, _)| *passage);
    let plainly = score - main >= SECTION_LEAD && first_by_words.is_none_or(|passage| passage == *section);
    if plainly { *section } else { 0 }
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
