//! Payloads as JSON objects, the form both engines take: our id goes in under [`ids::ID_KEY`] and is taken out
//! again. Must not know any engine.

use serde_json::{Map, Value};

use super::{Payload, PayloadValue, VectorError, ids};

/// A point's payload with its id inside.
pub(super) fn to_json(id: String, payload: Payload) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert(ids::ID_KEY.to_owned(), Value::String(id));
    for (key, value) in payload {
        let value = match value {
            PayloadValue::Integer(number) => Value::from(number),
            PayloadValue::Keyword(word) => Value::String(word),
            PayloadValue::Keywords(words) => words.into_iter().map(Value::String).collect(),
        };
        object.insert(key, value);
    }
    object
}

/// The id and the payload that [`to_json`] made an object of.
///
/// # Errors
/// [`VectorError::Engine`] when the object was not written by teller.
pub(super) fn from_json(object: Map<String, Value>) -> Result<(String, Payload), VectorError> {
    let mut id = None;
    let mut payload = Payload::new();
    for (key, value) in object {
        if key == ids::ID_KEY {
            id = value.as_str().map(str::to_owned);
            continue;
        }
        let value = serde_json::from_value::<PayloadValue>(value).map_err(|_| {
            VectorError::Engine(format!("payload key {key:?} of a stored point is neither integer nor keyword"))
        })?;
        payload.insert(key, value);
    }
    match id {
        Some(id) => Ok((id, payload)),
        None => Err(VectorError::Engine(format!("a stored point has no {:?}: not written by teller", ids::ID_KEY))),
    }
}
