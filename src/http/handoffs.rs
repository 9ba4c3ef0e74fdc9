//! Who waits for a person, in the order in which staff takes them. Must not know why a handoff was made.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::auth::Staff;
use super::problem::Problem;
use super::problems::{CallerProblems, CommonProblems};
use crate::app::App;
use crate::domain::handoff::{Handoff, HandoffReason};
use crate::domain::{CustomerId, SessionId};

/// Most requests of one answer, and most looked through for it.
const MAX_SHOWN: usize = 100;
const MAX_READ: u64 = 500;

/// The open requests.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HandoffList {
    /// Urgent first, then the oldest.
    handoffs: Vec<HandoffEntry>,
}

/// One open request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HandoffEntry {
    /// What the customer was told and can quote.
    reference: String,
    #[schema(value_type = String)]
    session_id: SessionId,
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    intent: Option<String>,
    reason: HandoffReason,
    urgent: bool,
    opened_at: DateTime<Utc>,
    /// Until when staff must have acted.
    deadline: DateTime<Utc>,
}

/// List who waits for a person
///
/// Advisors see visitors who are not signed in and the customers of their portfolio; the API key sees all.
#[utoipa::path(get, path = "/v1/handoffs", tag = "handoffs", security(("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = HandoffList), CallerProblems, CommonProblems))]
pub async fn list(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<HandoffList>, Problem> {
    let mut theirs: BTreeMap<CustomerId, bool> = BTreeMap::new();
    let mut handoffs = Vec::new();
    for handoff in app.records.handoffs(true, MAX_READ).await? {
        if handoffs.len() == MAX_SHOWN {
            break;
        }
        if may_see(&app, &staff, &handoff, &mut theirs).await? {
            handoffs.push(entry(handoff));
        }
    }
    Ok(Json(HandoffList { handoffs }))
}

/// `theirs` remembers whose customers have been looked up.
async fn may_see(
    app: &App,
    staff: &Staff,
    handoff: &Handoff,
    theirs: &mut BTreeMap<CustomerId, bool>,
) -> Result<bool, Problem> {
    let Some(id) = handoff.customer_id.as_ref().filter(|_| staff.portfolio().is_some()) else { return Ok(true) };
    if let Some(known) = theirs.get(id) {
        return Ok(*known);
    }
    let may = app.records.customer(id).await?.is_some_and(|customer| staff.may_see(&customer));
    theirs.insert(id.clone(), may);
    Ok(may)
}

fn entry(handoff: Handoff) -> HandoffEntry {
    let Handoff { reference, session_id, customer_id, intent, reason, urgent, opened_at, deadline, .. } = handoff;
    HandoffEntry { reference, session_id, customer_id, intent, reason, urgent, opened_at, deadline }
}
