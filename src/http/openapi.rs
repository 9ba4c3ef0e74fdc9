//! The `OpenAPI` document, put together from what stands beside each route. A test holds it against the routes, both
//! ways. Must not know how a route answers.

use std::sync::LazyLock;

use axum::Json;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::problem::ProblemBody;
use super::problems::CommonProblems;
use super::{auth, chat, customers, decisions, handoffs, health, pages, products, recommend, sign_in};

#[derive(OpenApi)]
#[openapi(
    info(title = "teller", description = "AI-assisted customer service and product recommendation for banks"),
    components(schemas(ProblemBody)),
    paths(
        chat::chat,
        recommend::recommend,
        customers::list,
        customers::show,
        products::list,
        products::show,
        products::branches,
        decisions::show,
        handoffs::list,
        sign_in::me,
        sign_in::sign_in,
        sign_in::sign_out,
        health::alive,
        health::ready,
        health::metrics,
        document,
        pages::chat,
        pages::advisor,
        pages::sign_in,
        pages::asset,
        pages::docs
    )
)]
struct Described;

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let mut document = Described::openapi();
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The server's API key.")).build();
    components.add_security_scheme("api_key", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description(auth::USER_COOKIE, "A signed-in demo user; see `/v1/sign-in`.");
    components.add_security_scheme("demo_user", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
});

/// The `OpenAPI` document
#[utoipa::path(get, path = "/openapi.json", tag = "operations", security(()),
    responses((status = 200, body = Object, content_type = "application/json"), CommonProblems))]
pub async fn document() -> Json<&'static Document> {
    Json(&DOCUMENT)
}
