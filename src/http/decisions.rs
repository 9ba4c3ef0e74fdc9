//! One entry of the decision log, for whoever may see whom it is about. Must not know how decisions are made.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::auth::Staff;
use super::extract::PathId;
use super::problem::Problem;
use super::problems::{CallerProblems, CommonProblems, MissingProblems, ParameterProblems};
use crate::app::App;
use crate::domain::decision::{Decision, DecisionKind};
use crate::domain::{CustomerId, DecisionId, SessionId};

/// What was shown to whom, why, and under which versions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DecisionEntry {
    #[schema(value_type = String)]
    id: DecisionId,
    at: DateTime<Utc>,
    #[schema(value_type = String)]
    kind: DecisionKind,
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    #[schema(value_type = Option<String>)]
    session_id: Option<SessionId>,
    /// Who asked: `customer`, `advisor:` and an id, or `system`.
    actor: String,
    model_version: String,
    /// Ids, codes and scores of the decision; its form belongs to the kind and the version.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// Show a decision
///
/// Advisors see decisions about customers of their portfolio and those they asked for; the API key sees all.
#[utoipa::path(get, path = "/v1/decisions/{id}", tag = "decisions",
    params(("id" = String, Path, description = "The `decision_id` of a list, or an id from a customer's view.")),
    security(("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = DecisionEntry), ParameterProblems, CallerProblems, MissingProblems,
        CommonProblems))]
pub async fn show(
    State(app): State<Arc<App>>,
    staff: Staff,
    PathId(id): PathId<DecisionId>,
) -> Result<Json<DecisionEntry>, Problem> {
    let found = app.records.decision(&id).await?;
    let decision = found.ok_or_else(|| Problem::not_found(format!("decision {id} does not exist")))?;
    if !may_see(&app, &staff, &decision).await? {
        return Err(Problem::denied(format!("decision {id} is not about a customer of this portfolio")));
    }
    let Decision { id, at, kind, customer_id, session_id, actor, model_version, detail } = decision;
    Ok(Json(DecisionEntry { id, at, kind, customer_id, session_id, actor, model_version, detail }))
}

async fn may_see(app: &App, staff: &Staff, decision: &Decision) -> Result<bool, Problem> {
    let Some(advisor) = staff.portfolio() else { return Ok(true) };
    match &decision.customer_id {
        Some(id) => Ok(app.records.customer(id).await?.is_some_and(|customer| staff.may_see(&customer))),
        None => Ok(decision.actor.strip_prefix("advisor:") == Some(advisor)),
    }
}
