//! Which products come into question, and how near each is to the person: a search of Qdrant with the customer's
//! vector. No forward pass: the vector is a mean of vectors that are already there. Must not know rules or reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use tokio::sync::OnceCell;

use super::RecommendError;
use crate::catalog::Catalog;
use crate::catalog::index::{number_of_day, point_id};
use crate::customers::CustomerView;
use crate::customers::vector::{Ingredients, customer_vector};
use crate::domain::{Locale, ProductId};
use crate::models::encoder::TextRole;
use crate::models::queue::EncoderQueue;
use crate::store::vectors::{Collection, Condition, Needle, PayloadValue, Query, VectorStore};

/// Points asked for; a product has one in each language.
const POINTS: usize = 400;

/// Nearness of somebody of whom nothing is known to any product.
const NEUTRAL: f32 = 0.5;

/// Candidates with their nearness, 0 to 1.
pub(super) type Candidates = BTreeMap<ProductId, f32>;

/// Finds candidates. The ingredients of customer vectors are gathered once, at the first request.
pub(super) struct Finder {
    catalog: Arc<Catalog>,
    vectors: Arc<dyn VectorStore>,
    encoder: Arc<EncoderQueue>,
    ingredients: OnceCell<Ingredients>,
}

impl Finder {
    pub(super) fn new(catalog: Arc<Catalog>, vectors: Arc<dyn VectorStore>, encoder: Arc<EncoderQueue>) -> Self {
        Self { catalog, vectors, encoder, ingredients: OnceCell::new() }
    }

    /// `id@revision` of the encoder.
    pub(super) fn encoder(&self) -> &str {
        self.encoder.identity()
    }

    /// The products nearest to a customer that are on sale on a day.
    pub(super) async fn near(&self, view: &CustomerView, day: NaiveDate) -> Result<Candidates, RecommendError> {
        let known =
            self.ingredients.get_or_try_init(|| ingredients(&self.catalog, &*self.vectors, &self.encoder)).await?;
        let Some(vector) = customer_vector(view, known) else { return Ok(self.all(day)) };
        let value = number_of_day(day);
        let filter = vec![
            Condition::AtMost { key: "on_sale_from".to_owned(), value },
            Condition::AtLeast { key: "on_sale_to".to_owned(), value },
        ];
        let query = Query { needle: Needle::Dense(vector), limit: POINTS, filter, exclude: Vec::new() };
        let hits = self.vectors.search(Collection::Products, query).await?;
        let mut best = Candidates::new();
        for hit in hits {
            let Some(PayloadValue::Keyword(id)) = hit.payload.get("product") else { continue };
            let Ok(id) = ProductId::new(id.clone()) else { continue };
            // A product that has left the catalogue or its sale since it was indexed.
            if self.catalog.product(&id).is_some_and(|product| product.on_sale(day)) {
                let nearest = best.entry(id).or_insert(hit.score);
                *nearest = nearest.max(hit.score);
            }
        }
        Ok(spread(best))
    }

    /// Every product on sale, none nearer than another.
    pub(super) fn all(&self, day: NaiveDate) -> Candidates {
        let on_sale = self.catalog.products().filter(|product| product.on_sale(day));
        on_sale.map(|product| (product.id.clone(), NEUTRAL)).collect()
    }
}

/// What customer vectors are made of: the products' vectors (the mean of both languages, as they are stored) and the
/// encoded texts of spending and segments.
///
/// # Errors
/// [`RecommendError::NotIndexed`] without products in the store; those of the store and of the encoder.
pub async fn ingredients(
    catalog: &Catalog,
    vectors: &dyn VectorStore,
    encoder: &EncoderQueue,
) -> Result<Ingredients, RecommendError> {
    let ids: Vec<ProductId> = catalog.products().map(|product| product.id.clone()).collect();
    let points: Vec<String> = ids.iter().flat_map(|id| Locale::ALL.map(|locale| point_id(id, locale))).collect();
    let found = vectors.get(Collection::Products, &points).await?;
    let products: BTreeMap<ProductId, Vec<f32>> = ids
        .into_iter()
        .zip(found.chunks_exact(Locale::ALL.len()))
        .filter_map(|(id, languages)| match languages {
            [Some(one), Some(other)] => {
                Some((id, one.dense.iter().zip(&other.dense).map(|(a, b)| f32::midpoint(*a, *b)).collect()))
            }
            _ => None,
        })
        .collect();
    if products.is_empty() {
        return Err(RecommendError::NotIndexed);
    }
    let texts = encoder.encode_all(TextRole::Passage, &Ingredients::texts()).await?;
    Ok(Ingredients::new(products, &texts))
}

/// Scores spread over 0 to 1: their order is what counts, cosines lie close together.
fn spread(scores: Candidates) -> Candidates {
    let lowest = scores.values().copied().fold(f32::INFINITY, f32::min);
    let highest = scores.values().copied().fold(f32::NEG_INFINITY, f32::max);
    let width = highest - lowest;
    let place = |score: f32| if width > 0.0 { (score - lowest) / width } else { NEUTRAL };
    scores.into_iter().map(|(id, score)| (id, place(score))).collect()
}
