//! Signing demo users in and out, and who is signed in. Only where the settings allow it; no passwords exist here.
//! Must not know what a signed-in user may do.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::auth::{Caller, USER_COOKIE, is_advisor_id, unknown_customer};
use super::extract::JsonBody;
use super::problem::Problem;
use super::problems::{BodyProblems, CommonProblems, DeniedProblems, KeyProblems, MissingProblems};
use crate::app::App;
use crate::domain::CustomerId;
use crate::store::records::CustomerFilter;

/// Hours until a demo user must sign in again.
const SIGNED_IN_HOURS: i64 = 12;

/// Who wants to sign in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// A customer's id such as `C000001`, or an advisor's such as `A001`.
    user: String,
    role: Role,
}

/// As whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    Advisor,
}

/// Who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// `anonymous`, `customer`, `advisor` or `admin`.
    role: &'static str,
    /// The user's id; absent when nobody is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
}

impl Me {
    fn of(caller: &Caller) -> Self {
        let user = match caller {
            Caller::Anonymous => None,
            Caller::Customer(id) => Some(id.to_string()),
            Caller::Advisor(id) => Some(id.clone()),
            Caller::Admin => Some("api-key".to_owned()),
        };
        Self { role: caller.role(), user }
    }
}

/// Who is signed in
#[utoipa::path(get, path = "/v1/me", tag = "users", security((), ("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = Me), KeyProblems, CommonProblems))]
pub async fn me(caller: Caller) -> Json<Me> {
    Json(Me::of(&caller))
}

/// Sign a demo user in
///
/// Answers with the cookie `teller_user`. Only a server started with `--demo` does this.
#[utoipa::path(post, path = "/v1/sign-in", tag = "users", request_body = SignIn, security(()),
    responses((status = 200, body = Me), BodyProblems, DeniedProblems, MissingProblems, CommonProblems))]
pub async fn sign_in(State(app): State<Arc<App>>, JsonBody(asked): JsonBody<SignIn>) -> Result<Response, Problem> {
    if !app.settings.server.demo_login {
        return Err(Problem::denied("this server signs nobody in: start it with --demo, or use the API key"));
    }
    let caller = match asked.role {
        Role::Customer => customer(&app, asked.user).await?,
        Role::Advisor => advisor(&app, asked.user).await?,
    };
    let expires = app.clock.now() + Duration::hours(SIGNED_IN_HOURS);
    let token = caller.token(&app, expires).ok_or_else(Problem::bug)?;
    let cookie = format!(
        "{USER_COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}",
        Duration::hours(SIGNED_IN_HOURS).num_seconds()
    );
    Ok(([(header::SET_COOKIE, cookie)], Json(Me::of(&caller))).into_response())
}

async fn customer(app: &App, user: String) -> Result<Caller, Problem> {
    let id = CustomerId::new(user).map_err(|error| Problem::bad_request(error.to_string()).field("user"))?;
    match app.records.customer(&id).await? {
        Some(customer) => Ok(Caller::Customer(customer.id)),
        None => Err(unknown_customer(&id).field("user")),
    }
}

/// An advisor is known by the customers in the portfolio: the demo bank keeps no list of staff.
async fn advisor(app: &App, user: String) -> Result<Caller, Problem> {
    if !is_advisor_id(&user) {
        return Err(Problem::bad_request("user must be an advisor's id, such as A001").field("user"));
    }
    let filter = CustomerFilter { advisor_id: Some(user.clone()), query: None };
    if app.records.customers_page(&filter, None, 1).await?.is_empty() {
        return Err(Problem::not_found(format!("advisor {user} does not exist")).field("user"));
    }
    Ok(Caller::Advisor(user))
}

/// Sign out
#[utoipa::path(post, path = "/v1/sign-out", tag = "users", security((), ("demo_user" = [])),
    responses((status = 204, description = "nobody is signed in any more"), DeniedProblems, CommonProblems))]
pub async fn sign_out() -> Response {
    let cookie = format!("{USER_COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}
