//! Customers as their advisor sees them: the portfolio's list, short, and one customer whole.
//! Must not know how a view, a segment or a value is worked out.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::auth::Staff;
use super::extract::{PathId, QueryOf, refuse_control_characters};
use super::problem::Problem;
use super::problems::{CallerProblems, CommonProblems, MissingProblems, ParameterProblems};
use crate::app::App;
use crate::customers::segment::SegmentCode;
use crate::customers::{self, CustomerView};
use crate::domain::customer::{Customer, CustomerKind, Holding, LifeStage, Transaction, TransactionCategory};
use crate::domain::decision::{Decision, DecisionKind};
use crate::domain::{CustomerId, DecisionId, Localised};
use crate::store::records::CustomerFilter;

/// Customers of a page when no number is named, and the most of one page.
const DEFAULT_PAGE: u64 = 50;
const MAX_PAGE: u64 = 100;
/// Longest text searched for, in characters.
const MAX_QUERY_CHARS: usize = 64;
/// Latest movements and decisions shown with a customer.
const RECENT_TRANSACTIONS: usize = 20;
const RECENT_DECISIONS: u64 = 10;

/// Which customers are listed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Listed {
    /// Only customers whose name or id holds this text.
    #[param(max_length = 64)]
    query: Option<String>,
    /// Go on behind this customer: `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<CustomerId>,
    /// Customers of one page, 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// A page of customers, by rising id.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerPage {
    customers: Vec<CustomerRow>,
    /// `after` of the next page; `null` on the last.
    #[schema(value_type = Option<String>)]
    next: Option<CustomerId>,
}

/// A customer in a list: enough to tell one from another, no more.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerRow {
    #[schema(value_type = String)]
    id: CustomerId,
    name: String,
    kind: CustomerKind,
    life_stage: LifeStage,
    region: String,
    risk: Option<RiskClass>,
    segment: SegmentLabel,
}

/// The risk class, 1 (C1) to 5 (C5), and the last day it is valid on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RiskClass {
    class: u8,
    #[schema(value_type = String, format = Date)]
    valid_to: NaiveDate,
}

/// A segment without its definition.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SegmentLabel {
    code: SegmentCode,
    label: Localised,
}

/// A customer seen whole.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerDetail {
    #[serde(flatten)]
    view: CustomerView,
    /// The latest 20, newest first.
    recent_transactions: Vec<Movement>,
    /// The latest 10, newest first: what was decided about the customer; `/v1/decisions/{id}` has it whole.
    recent_decisions: Vec<DecisionRow>,
}

/// One movement of money; positive comes in. Money is in fen.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Movement {
    at: DateTime<Utc>,
    category: TransactionCategory,
    amount_fen: i64,
}

/// An entry of the decision log in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DecisionRow {
    #[schema(value_type = String)]
    id: DecisionId,
    at: DateTime<Utc>,
    #[schema(value_type = String)]
    kind: DecisionKind,
    actor: String,
    model_version: String,
}

/// List customers
///
/// Advisors see their portfolio, the API key sees all.
#[utoipa::path(get, path = "/v1/customers", tag = "customers", params(Listed),
    security(("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = CustomerPage), ParameterProblems, CallerProblems, CommonProblems))]
pub async fn list(
    State(app): State<Arc<App>>,
    staff: Staff,
    QueryOf(listed): QueryOf<Listed>,
) -> Result<Json<CustomerPage>, Problem> {
    let limit = listed.limit.unwrap_or(DEFAULT_PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Problem::bad_request(format!("limit must be 1 to {MAX_PAGE}")).field("limit"));
    }
    let query = listed.query.filter(|text| !text.trim().is_empty());
    if let Some(text) = &query {
        refuse_control_characters("query", text)?;
        if text.chars().count() > MAX_QUERY_CHARS {
            let detail = format!("query may have at most {MAX_QUERY_CHARS} characters");
            return Err(Problem::bad_request(detail).field("query"));
        }
    }
    let filter = CustomerFilter {
        advisor_id: staff.portfolio().map(str::to_owned),
        query: query.map(|text| text.trim().to_owned()),
    };
    // One more than asked for: whether a next page exists is then known, not guessed.
    let mut found = app.records.customers_page(&filter, listed.after.as_ref(), limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|customer| customer.id.clone());
    let ids: Vec<CustomerId> = found.iter().map(|customer| customer.id.clone()).collect();
    let mut holdings = app.records.holdings_of(&ids).await?;
    let customers = found.into_iter().map(|customer| row(&app, customer, &mut holdings)).collect();
    Ok(Json(CustomerPage { customers, next }))
}

fn row(app: &App, customer: Customer, holdings: &mut BTreeMap<CustomerId, Vec<Holding>>) -> CustomerRow {
    let held = holdings.remove(&customer.id).unwrap_or_default();
    let view = customers::view(customer, &held, &[], |id| app.catalog.product(id), app.clock.today());
    let Customer { id, name, kind, life_stage, region, risk, .. } = view.customer;
    CustomerRow {
        id,
        name,
        kind,
        life_stage,
        region,
        risk: risk.map(|risk| RiskClass { class: risk.class, valid_to: risk.valid_to }),
        segment: SegmentLabel { code: view.segment.code, label: view.segment.label },
    }
}

/// Show a customer
///
/// Holdings, a year's money, segment, value and what was last decided. For the customer's advisor and the API key.
#[utoipa::path(get, path = "/v1/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "A customer's id, such as `C000001`.")),
    security(("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = CustomerDetail), ParameterProblems, CallerProblems, MissingProblems,
        CommonProblems))]
pub async fn show(
    State(app): State<Arc<App>>,
    staff: Staff,
    PathId(id): PathId<CustomerId>,
) -> Result<Json<CustomerDetail>, Problem> {
    let customer = staff.customer(&app, &id).await?;
    let (holdings, transactions, decisions) = tokio::try_join!(
        app.records.holdings(&id),
        app.records.transactions(&id),
        app.records.decisions(Some(&id), RECENT_DECISIONS)
    )?;
    let product = |id: &_| app.catalog.product(id);
    let view = customers::view(customer, &holdings, &transactions, product, app.clock.today());
    Ok(Json(CustomerDetail {
        view,
        recent_transactions: recent(transactions),
        recent_decisions: decisions.into_iter().map(decision_row).collect(),
    }))
}

fn recent(mut transactions: Vec<Transaction>) -> Vec<Movement> {
    transactions.sort_by_key(|t| std::cmp::Reverse((t.at, t.sequence)));
    transactions.truncate(RECENT_TRANSACTIONS);
    let movement = |t: Transaction| Movement { at: t.at, category: t.category, amount_fen: t.amount_fen };
    transactions.into_iter().map(movement).collect()
}

fn decision_row(decision: Decision) -> DecisionRow {
    let Decision { id, at, kind, actor, model_version, .. } = decision;
    DecisionRow { id, at, kind, actor, model_version }
}
