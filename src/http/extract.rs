//! What a request brings in, read strictly: JSON bodies, path and query parameters. Every refusal is a problem that
//! names the field where one is to blame.
//!
//! Must not know what the values mean. Bodies end at [`MAX_BODY_BYTES`].

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// Largest body read, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// Most bytes of a body too large that are still taken in and forgotten: a client that is cut off while it sends
/// would see a broken connection in place of the answer.
const MAX_DISCARDED_BYTES: usize = 4 * 1024 * 1024;
/// Longest reason given for a body that cannot be read.
const MAX_REASON_CHARS: usize = 300;

/// A JSON object in the body.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(body).await?;
        is_json(&parts.headers)?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            Problem::bad_request(format!("the body is not UTF-8 from byte {} on", error.valid_up_to()))
        })?;
        if text.trim().is_empty() {
            return Err(Problem::bad_request("the body is empty: send a JSON object"));
        }
        // Serde would also take an array, its items as the fields in order.
        if !text.trim_start().starts_with('{') {
            return Err(Problem::bad_request("the body is not a JSON object: it must begin with {"));
        }
        Json::from_bytes(&bytes).map(|Json(value)| Self(value)).map_err(|rejection| unreadable(&rejection.body_text()))
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = stated.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "send the body as JSON, with the header content-type: application/json";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).field("content-type"))
}

async fn read(body: Body) -> Result<Vec<u8>, Problem> {
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::bad_request("the body ended before it was complete: send it again"))?;
        seen += chunk.len();
        if seen <= MAX_BODY_BYTES {
            bytes.extend_from_slice(&chunk);
        } else if seen > MAX_DISCARDED_BYTES {
            break;
        }
    }
    if seen > MAX_BODY_BYTES {
        let detail = format!("the body may have at most {MAX_BODY_BYTES} bytes: shorten it or send it in parts");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    Ok(bytes)
}

/// Turns axum's `Failed to …: <path>: <reason>` into a problem: axum knows the path but gives it only as text.
fn unreadable(said: &str) -> Problem {
    let reason = said.split_once(": ").map_or(said, |(_, reason)| reason);
    let reason = reason.strip_prefix(": ").unwrap_or(reason);
    let problem = Problem::bad_request(one_line(reason));
    match field_of(reason) {
        Some(field) => problem.field(field),
        None => problem,
    }
}

/// The reason quotes what was sent, which may be long and hold anything.
fn one_line(text: &str) -> String {
    let mut line: String =
        text.chars().take(MAX_REASON_CHARS).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX_REASON_CHARS).is_some() {
        line.push('…');
    }
    line
}

/// The field that a deserialisation error blames: the path before its reason, or the name it quotes.
fn field_of(reason: &str) -> Option<String> {
    let path = reason.split_once(": ").map(|(path, _)| path).filter(|path| is_path(path));
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|words| reason.split_once(words)?.1.split_once('`').map(|(name, _)| name))
        .filter(|name| is_path(name));
    match (path, named) {
        (None, named) => named.map(str::to_owned),
        (Some(path), None) => Some(path.to_owned()),
        (Some(path), Some(name)) if path == name || path.ends_with(&format!(".{name}")) => Some(path.to_owned()),
        (Some(path), Some(name)) => Some(format!("{path}.{name}")),
    }
}

fn is_path(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '-');
    !text.is_empty() && text.len() <= 200 && text.chars().all(fits)
}

/// One parameter of the path, read as an identifier.
pub struct PathId<T>(pub T);

impl<T, S> FromRequestParts<S> for PathId<T>
where
    T: TryFrom<String> + Send,
    T::Error: std::fmt::Display,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::bad_request("the path is not UTF-8"))?;
        T::try_from(text).map(Self).map_err(|error| Problem::bad_request(error.to_string()))
    }
}

/// The parameters behind the `?`.
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(value)| Self(value)).map_err(|rejection| unreadable(&rejection.body_text()))
    }
}

/// Refuses control characters other than line breaks and tabs: nobody types them, and not every database keeps them.
///
/// # Errors
/// A problem that names the field, the character and its place.
pub fn refuse_control_characters(field: &str, text: &str) -> Result<(), Problem> {
    let found = text.chars().enumerate().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    match found {
        None => Ok(()),
        Some((place, c)) => Err(Problem::bad_request(format!(
            "{field} holds the control character U+{:04X} at character {}: remove it",
            u32::from(c),
            place + 1
        ))
        .field(field)),
    }
}
