//! The catalogue as points of the vector store: one for each product and language.
//! Must not know who searches them, nor which engine or model is behind the traits.

use std::fmt;

use serde::Serialize;

use super::describe::describe;
use super::{Catalog, CatalogError};
use crate::domain::product::Product;
use crate::domain::{Locale, ProductId};
use crate::models::encoder::TextRole;
use crate::models::queue::EncoderQueue;
pub use crate::store::vectors::number_of_day;
use crate::store::vectors::{Collection, CollectionSpec, KeyKind, Payload, PayloadValue, Point, VectorStore};

/// Day that stands for "no end" in a payload.
const NO_END: i64 = 99_991_231;

/// Payload keys worth an index: those that queries have conditions on.
const KEYS: [(&str, KeyKind); 7] = [
    ("product", KeyKind::Keyword),
    ("locale", KeyKind::Keyword),
    ("category", KeyKind::Keyword),
    ("needs", KeyKind::Keyword),
    ("risk", KeyKind::Integer),
    ("on_sale_from", KeyKind::Integer),
    ("on_sale_to", KeyKind::Integer),
];

/// Id of the point of a product in a language: `DEP-TERM-1Y#zh`.
#[must_use]
pub fn point_id(product: &ProductId, locale: Locale) -> String {
    format!("{product}#{}", locale.as_str())
}

/// Fills [`Collection::Products`] and returns the number of points written. Points of products that are no longer
/// in the catalogue stay until the collection is rebuilt; a reader looks every hit up in the catalogue.
///
/// # Errors
/// Those of the encoder and of the vector store.
pub async fn index(
    catalog: &Catalog,
    encoder: &EncoderQueue,
    vectors: &dyn VectorStore,
) -> Result<usize, CatalogError> {
    let spec = CollectionSpec { dimension: encoder.dimension(), encoder: encoder.identity().to_owned() };
    vectors.open_collection(Collection::Products, &spec).await?;
    for (key, kind) in KEYS {
        vectors.index_key(Collection::Products, key, kind).await?;
    }
    let entries: Vec<(&Product, Locale)> =
        catalog.products().flat_map(|product| Locale::ALL.map(|locale| (product, locale))).collect();
    let texts: Vec<String> = entries.iter().map(|(product, locale)| describe(product, *locale)).collect();
    let dense = encoder.encode_all(TextRole::Passage, &texts).await?;
    let points: Vec<Point> = entries
        .into_iter()
        .zip(dense)
        .map(|((product, locale), dense)| Point {
            id: point_id(&product.id, locale),
            dense,
            sparse: None,
            payload: payload(product, locale),
        })
        .collect();
    let written = points.len();
    vectors.upsert(Collection::Products, points).await?;
    vectors.optimize(Collection::Products).await?;
    Ok(written)
}

fn payload(product: &Product, locale: Locale) -> Payload {
    let on_sale_to = product.on_sale_to.map_or(NO_END, number_of_day);
    Payload::from([
        ("product".to_owned(), PayloadValue::Keyword(product.id.to_string())),
        ("locale".to_owned(), PayloadValue::Keyword(locale.as_str().to_owned())),
        ("category".to_owned(), PayloadValue::Keyword(word(&product.category))),
        ("risk".to_owned(), PayloadValue::Integer(product.risk.unwrap_or(0).into())),
        ("needs".to_owned(), PayloadValue::Keywords(product.needs.iter().map(word).collect())),
        ("on_sale_from".to_owned(), PayloadValue::Integer(number_of_day(product.on_sale_from))),
        ("on_sale_to".to_owned(), PayloadValue::Integer(on_sale_to)),
    ])
}

/// The word an enum value of a payload is written with (`cash_management`), the same as in files and JSON.
fn word<T: Serialize>(value: &T) -> String {
    struct Word<'a, T>(&'a T);
    impl<T: Serialize> fmt::Display for Word<'_, T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }
    Word(value).to_string()
}
