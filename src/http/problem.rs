//! Every refusal as `application/problem+json` (RFC 9457), and the one table from [`Fault`] to status.
//!
//! What a caller can mend is said in full. What it cannot (a part that does not answer, our own mistake) goes to the
//! log, and the caller reads only that it happened. Must not know routes or what was asked.

use std::error::Error;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::chat::ChatError;
use crate::domain::Fault;
use crate::recommend::RecommendError;
use crate::store::records::RecordsError;

/// Media type of every refusal.
pub const CONTENT_TYPE: &str = "application/problem+json";
/// Seconds after which to try again when a part outside the process does not answer.
pub const UNAVAILABLE_RETRY_SECONDS: u64 = 5;

/// A refusal on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    /// One line: what is wrong and what the caller can do.
    pub detail: String,
    /// The field, parameter or header that must change.
    pub field: Option<String>,
    pub retry_after_seconds: Option<u64>,
}

/// A refusal as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// A stable name for programs, such as `urn:teller:problem:not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of this type.
    pub title: String,
    /// The HTTP status once more.
    pub status: u16,
    /// What is wrong here, and how to mend it.
    pub detail: String,
    /// The field, parameter or header that must change, where one is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Problem {
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), field: None, retry_after_seconds: None }
    }

    #[must_use]
    pub fn field(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The request itself is wrong.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Nobody is signed in, and somebody must be.
    #[must_use]
    pub fn not_signed_in(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// Whoever asks may not.
    #[must_use]
    pub fn denied(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Our own mistake; the log has the rest.
    #[must_use]
    pub fn bug() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "teller made a mistake; it is in the log under the x-request-id of this answer",
        )
    }

    /// The table: whose fault an error is, and what the caller gets to read of it.
    #[must_use]
    pub fn of(fault: Fault, field: Option<&str>, error: &dyn Error) -> Self {
        let said = error.to_string();
        let problem = match fault {
            Fault::Caller => Self::bad_request(said),
            Fault::NotFound => Self::not_found(said),
            Fault::Denied => Self::denied(said),
            Fault::Busy { retry_after_seconds } => Self {
                retry_after_seconds: Some(retry_after_seconds.max(1)),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, said)
            },
            Fault::Unavailable => {
                tracing::error!(error = %said, "a part does not answer");
                Self {
                    retry_after_seconds: Some(UNAVAILABLE_RETRY_SECONDS),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "a part of the bank's system does not answer at the moment: try again shortly",
                    )
                }
            }
            Fault::Bug => {
                tracing::error!(error = %said, "a mistake of teller's own");
                Self::bug()
            }
        };
        match field {
            Some(field) if problem.status.is_client_error() => problem.field(field),
            _ => problem,
        }
    }

    /// The stable name and the title of a status.
    fn kind(&self) -> (&'static str, &'static str) {
        match self.status.as_u16() {
            400 => ("bad-request", "The request cannot be used"),
            401 => ("not-signed-in", "Sign in first"),
            403 => ("denied", "Not allowed"),
            404 => ("not-found", "Does not exist"),
            405 => ("method-not-allowed", "Method not allowed"),
            413 => ("too-large", "The request is too large"),
            415 => ("unsupported-media-type", "Media type not supported"),
            503 => ("unavailable", "Not available at the moment"),
            504 => ("timeout", "Took too long"),
            status if status < 500 => ("refused", "The request cannot be used"),
            _ => ("internal", "Internal error"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (name, title) = self.kind();
        let body = ProblemBody {
            kind: format!("urn:teller:problem:{name}"),
            title: title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            field: self.field,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"teller\""));
        }
        response
    }
}

impl From<ChatError> for Problem {
    fn from(error: ChatError) -> Self {
        Self::of(error.fault(), error.field(), &error)
    }
}

impl From<RecommendError> for Problem {
    fn from(error: RecommendError) -> Self {
        Self::of(error.fault(), error.field(), &error)
    }
}

impl From<RecordsError> for Problem {
    fn from(error: RecordsError) -> Self {
        Self::of(error.fault(), None, &error)
    }
}
