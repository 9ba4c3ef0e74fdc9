//! `POST /v1/chat`: one message in, one reply out. Settles who speaks before the chat service hears of it: a session
//! belongs to whoever holds its token, a customer's name to that customer. Must not know how a reply is made.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde::Deserialize;

use super::auth::Caller;
use super::extract::{JsonBody, refuse_control_characters};
use super::problem::Problem;
use super::problems::{BodyProblems, CallerProblems, CommonProblems, MissingProblems};
use crate::app::App;
use crate::chat::{ChatResponse, ChatTurn};
use crate::domain::{CustomerId, Locale, SessionId};
use crate::privacy::token::TokenError;

/// Carries the session's token: out with the first reply, in with every further message.
pub const SESSION_TOKEN: HeaderName = HeaderName::from_static("x-session-token");
/// Purpose of that token.
const SESSION_PURPOSE: &str = "session";

/// One message of a customer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatRequest {
    /// What the customer writes, in Chinese or English.
    message: String,
    /// The session to go on with; without it a new one begins. Needs the header `x-session-token`.
    #[schema(value_type = Option<String>)]
    session_id: Option<SessionId>,
    /// The customer who speaks: only that customer, signed in, or the API key may say so. A signed-in customer need
    /// not.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// The language where the message shows none.
    locale: Option<Locale>,
    /// Where the message comes from, such as `web`, which is also the default.
    channel: Option<String>,
}

/// Answer a customer's message
///
/// The first reply carries the header `x-session-token`; every further message of the session must bring it back.
#[utoipa::path(post, path = "/v1/chat", tag = "chat", request_body = ChatRequest,
    params(("x-session-token" = Option<String>, Header, description = "The token of `session_id`.")),
    security((), ("api_key" = []), ("demo_user" = [])),
    responses(
        (status = 200, body = ChatResponse,
            headers(("x-session-token" = String, description = "The session's token, with the first reply."))),
        BodyProblems, CallerProblems, MissingProblems, CommonProblems))]
pub async fn chat(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(asked): JsonBody<ChatRequest>,
) -> Result<Response, Problem> {
    refuse_control_characters("message", &asked.message)?;
    let customer_id = speaker(&caller, asked.customer_id)?;
    if let Some(session) = &asked.session_id {
        check_token(&app, session, &headers)?;
    }
    let begins = asked.session_id.is_none();
    let turn = ChatTurn {
        message: asked.message,
        session_id: asked.session_id,
        customer_id,
        locale: asked.locale,
        channel: asked.channel,
    };
    let reply = app.chat.turn(turn).await?;
    if !begins {
        return Ok(Json(reply).into_response());
    }
    let expires = app.clock.now() + Duration::hours(i64::from(app.settings.chat.session_hours));
    let token = app.signing_key.issue(SESSION_PURPOSE, reply.session_id.as_str(), expires);
    Ok(([(SESSION_TOKEN, token)], Json(reply)).into_response())
}

/// For whom the message speaks.
fn speaker(caller: &Caller, named: Option<CustomerId>) -> Result<Option<CustomerId>, Problem> {
    match (caller, named) {
        (Caller::Customer(own), None) => Ok(Some(own.clone())),
        (_, None) => Ok(None),
        (Caller::Admin, Some(id)) => Ok(Some(id)),
        (Caller::Customer(own), Some(id)) if *own == id => Ok(Some(id)),
        (_, Some(id)) => {
            Err(Problem::denied(format!("only {id}, signed in, may speak as this customer: leave customer_id out"))
                .field("customer_id"))
        }
    }
}

/// The session's token is the only proof that the session is the sender's own: ids appear in logs, tokens do not.
fn check_token(app: &App, session: &SessionId, headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |detail: &str| Err(Problem::denied(detail).field("session_id"));
    let Some(token) = headers.get(SESSION_TOKEN) else {
        return refuse("send the header x-session-token that the session's first reply carried");
    };
    match app.signing_key.open(SESSION_PURPOSE, token.to_str().unwrap_or_default(), app.clock.now()) {
        Ok(subject) if subject == session.as_str() => Ok(()),
        Err(TokenError::Expired) => refuse("the session has ended: leave session_id out to begin a new one"),
        Ok(_) | Err(_) => refuse("x-session-token is not this session's: leave session_id out to begin a new one"),
    }
}
