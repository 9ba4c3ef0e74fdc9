//! The whole-batch validation both engines share: the embedded one would store a NaN or half a batch, the server
//! refuses, and the contract is that neither ever sees such input. Must not know any engine.

use std::collections::HashSet;

use super::{
    Collection, CollectionSpec, Condition, Needle, PayloadValue, Point, Query, SparseVector, VectorError, ids,
};

/// Engines compare integers as doubles: beyond this, two different integers may compare equal.
const MAX_INTEGER: u64 = 1 << 53;
/// Most hits one query may ask for; a bound on what one caller can make the engine allocate.
const MAX_LIMIT: usize = 10_000;
/// Most ids one query may exclude; each costs one more candidate fetched.
const MAX_EXCLUDE: usize = 10_000;
/// Largest dimension the server takes.
const MAX_DIMENSION: usize = 65_536;
/// Vector lengths that a 32-bit normalisation survives without overflow or loss.
const LENGTHS: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// Checks what a collection is to be made for.
///
/// # Errors
/// [`VectorError::BadQuery`] when no vector has that dimension.
pub(super) fn dimension(collection: Collection, spec: &CollectionSpec) -> Result<(), VectorError> {
    if (1..=MAX_DIMENSION).contains(&spec.dimension) {
        return Ok(());
    }
    let reason = format!("dimension is {}: it must be 1 to {MAX_DIMENSION}", spec.dimension);
    Err(VectorError::BadQuery { collection: collection.name(), reason })
}

/// Checks that a collection was made for what is `wanted`.
///
/// # Errors
/// [`VectorError::OtherEncoder`] or [`VectorError::OtherDimension`].
pub(super) fn spec(collection: Collection, found: &CollectionSpec, wanted: &CollectionSpec) -> Result<(), VectorError> {
    let collection = collection.name();
    if found.encoder != wanted.encoder {
        let (found, wanted) = (found.encoder.clone(), wanted.encoder.clone());
        return Err(VectorError::OtherEncoder { collection, found, wanted });
    }
    if found.dimension != wanted.dimension {
        return Err(VectorError::OtherDimension { collection, found: found.dimension, wanted: wanted.dimension });
    }
    Ok(())
}

/// Checks every point of a batch; the first fault refuses all of it.
///
/// # Errors
/// [`VectorError::BadPoint`] naming the point and what to change.
pub(super) fn batch(collection: Collection, spec: &CollectionSpec, points: &[Point]) -> Result<(), VectorError> {
    let mut seen = HashSet::with_capacity(points.len());
    for point in points {
        let checked = if point.id.is_empty() {
            Err("the id is empty: give every point an id".to_owned())
        } else if !seen.insert(point.id.as_str()) {
            Err("the id is in the batch twice: send one point per id".to_owned())
        } else {
            dense(spec, &point.dense)
                .and_then(|()| point.sparse.as_ref().map_or(Ok(()), sparse))
                .and_then(|()| payload(point))
        };
        checked.map_err(|reason| VectorError::BadPoint {
            collection: collection.name(),
            id: point.id.clone(),
            reason,
        })?;
    }
    Ok(())
}

/// Checks a query.
///
/// # Errors
/// [`VectorError::BadQuery`] naming the field and what to change.
pub(super) fn query(collection: Collection, spec: &CollectionSpec, query: &Query) -> Result<(), VectorError> {
    let limits = || {
        if !(1..=MAX_LIMIT).contains(&query.limit) {
            return Err(format!("limit is {}: ask for 1 to {MAX_LIMIT} hits", query.limit));
        }
        if query.exclude.len() > MAX_EXCLUDE {
            let asked = query.exclude.len();
            return Err(format!("exclude has {asked} ids: at most {MAX_EXCLUDE}, filter on the payload instead"));
        }
        Ok(())
    };
    let needle = || match &query.needle {
        Needle::Dense(vector) => dense(spec, vector),
        Needle::Sparse(vector) => sparse(vector),
    };
    limits()
        .and_then(|()| needle())
        .and_then(|()| query.filter.iter().try_for_each(condition))
        .map_err(|reason| VectorError::BadQuery { collection: collection.name(), reason })
}

/// Checks a payload key that is to be indexed.
///
/// # Errors
/// [`VectorError::BadQuery`] naming the key.
pub(super) fn index_key(collection: Collection, name: &str) -> Result<(), VectorError> {
    key(name).map_err(|reason| VectorError::BadQuery { collection: collection.name(), reason })
}

fn dense(spec: &CollectionSpec, vector: &[f32]) -> Result<(), String> {
    let (wanted, found) = (spec.dimension, vector.len());
    if found != wanted {
        return Err(format!("the dense vector has {found} numbers, the collection's dimension is {wanted}"));
    }
    if let Some(at) = vector.iter().position(|x| !x.is_finite()) {
        return Err(format!("dense[{at}] is {}: every number must be finite", vector[at]));
    }
    let length = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
    if !LENGTHS.contains(&length) {
        return Err(format!("the dense vector has length {length}: normalise it, it must not be zero"));
    }
    Ok(())
}

fn sparse(vector: &SparseVector) -> Result<(), String> {
    let (indices, values) = (vector.indices.len(), vector.values.len());
    if indices != values {
        return Err(format!("the sparse vector has {indices} indices and {values} values: as many of each"));
    }
    if let Some(at) = vector.indices.windows(2).position(|pair| pair[0] >= pair[1]) {
        return Err(format!("sparse.indices[{}] does not rise: sort the indices and merge equal ones", at + 1));
    }
    if let Some(at) = vector.values.iter().position(|&x| !x.is_finite() || x <= 0.0) {
        return Err(format!("sparse.values[{at}] is {}: weights must be finite and above zero", vector.values[at]));
    }
    Ok(())
}

fn payload(point: &Point) -> Result<(), String> {
    point.payload.iter().try_for_each(|(name, value)| {
        key(name)?;
        match value {
            PayloadValue::Integer(number) => integer(name, *number),
            PayloadValue::Keyword(_) | PayloadValue::Keywords(_) => Ok(()),
        }
    })
}

fn condition(condition: &Condition) -> Result<(), String> {
    match condition {
        Condition::AnyOf { key: name, .. } => key(name),
        Condition::AtLeast { key: name, value } | Condition::AtMost { key: name, value } => {
            key(name).and_then(|()| integer(name, *value))
        }
    }
}

fn key(name: &str) -> Result<(), String> {
    if name == ids::ID_KEY {
        return Err(format!("payload key {name:?} is the store's own: choose another"));
    }
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err(format!("payload key {name:?}: use ASCII letters, digits, '_' and '-' only"));
    }
    Ok(())
}

fn integer(name: &str, value: i64) -> Result<(), String> {
    if value.unsigned_abs() > MAX_INTEGER {
        return Err(format!("{name} is {value}: integers must lie within ±2^53"));
    }
    Ok(())
}
