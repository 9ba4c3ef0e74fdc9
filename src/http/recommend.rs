//! `POST /v1/recommendations`: what suits a customer or a described person. Settles who may ask for whom.
//! Must not know how products are chosen.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::auth::{Caller, sign_in_first, unknown_customer};
use super::extract::JsonBody;
use super::problem::Problem;
use super::problems::{BodyProblems, CallerProblems, CommonProblems, MissingProblems};
use crate::app::App;
use crate::domain::customer::Customer;
use crate::domain::product::Category;
use crate::domain::{CustomerId, Locale};
use crate::recommend::{DEFAULT_LIMIT, MAX_LIMIT, Profile, RecommendationList, RecommendationRequest, Subject};

/// Whom the list is for, and how it is to look.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// A customer; this or `profile`. A signed-in customer may leave both out and gets the own list.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// Somebody described; this or `customer_id`.
    profile: Option<Profile>,
    /// 1 to 20; 5 when absent.
    #[schema(minimum = 1, maximum = 20)]
    limit: Option<usize>,
    /// Language of the texts: the customer's when absent, `zh` for a profile.
    locale: Option<Locale>,
    /// `false` for the list that somebody unknown would get. Without the customer's consent that is the list anyway.
    personalised: Option<bool>,
    /// Only products of this category.
    category: Option<Category>,
}

/// Recommend products
///
/// Advisors ask for the customers of their portfolio and for profiles, customers for themselves, the API key for all.
#[utoipa::path(post, path = "/v1/recommendations", tag = "recommendations", request_body = Asked,
    security(("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = RecommendationList), BodyProblems, CallerProblems, MissingProblems,
        CommonProblems))]
pub async fn recommend(
    State(app): State<Arc<App>>,
    caller: Caller,
    JsonBody(asked): JsonBody<Asked>,
) -> Result<Json<RecommendationList>, Problem> {
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::bad_request(format!("limit must be 1 to {MAX_LIMIT}")).field("limit"));
    }
    let (subject, language) = subject(&app, &caller, asked.customer_id, asked.profile).await?;
    let request = RecommendationRequest {
        subject,
        limit,
        locale: asked.locale.unwrap_or(language),
        personalised: asked.personalised,
        category: asked.category,
    };
    Ok(Json(app.recommender.recommend(&request, &caller.actor()).await?))
}

/// Whom the list is for and the language it is in unless told otherwise, once the caller may ask for it.
async fn subject(
    app: &App,
    caller: &Caller,
    customer_id: Option<CustomerId>,
    profile: Option<Profile>,
) -> Result<(Subject, Locale), Problem> {
    let customer_id = match (caller, customer_id, profile) {
        (Caller::Anonymous, ..) => return Err(sign_in_first()),
        (_, Some(_), Some(_)) => {
            return Err(Problem::bad_request("name customer_id or profile, not both").field("profile"));
        }
        (Caller::Customer(_), None, Some(_)) => {
            return Err(Problem::denied("profiles are for the bank's advisors").field("profile"));
        }
        (_, None, Some(profile)) => return Ok((Subject::Profile(profile), Locale::Zh)),
        (Caller::Customer(own), None, None) => own.clone(),
        (_, None, None) => {
            return Err(
                Problem::bad_request("customer_id or profile must say whom the list is for").field("customer_id")
            );
        }
        (_, Some(id), None) => id,
    };
    let customer = customer(app, caller, &customer_id).await?;
    Ok((Subject::Customer(customer.id), customer.locale))
}

async fn customer(app: &App, caller: &Caller, id: &CustomerId) -> Result<Customer, Problem> {
    match caller {
        Caller::Customer(own) if own != id => {
            Err(Problem::denied("a customer may ask only for themselves: leave customer_id out").field("customer_id"))
        }
        Caller::Customer(own) => app.records.customer(own).await?.ok_or_else(|| unknown_customer(own)),
        Caller::Anonymous | Caller::Advisor(_) | Caller::Admin => caller.clone().staff()?.customer(app, id).await,
    }
}
