//! The refusals that a route may answer with, for the `OpenAPI` document: one group per reason, so that a route names
//! what can happen in a word or two. Must not know routes.

use std::collections::BTreeMap;

use utoipa::openapi::response::Response;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

use super::problem::CONTENT_TYPE;

macro_rules! groups {
    ($($(#[$doc:meta])* $name:ident: $($status:literal $what:literal),+;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([$(problem($status, $what)),+])
            }
        }
    )+};
}

groups! {
    /// What any route may answer.
    CommonProblems:
        500 "a mistake of teller's own",
        503 "too much is asked at once, or a part does not answer; `Retry-After` says when to try again",
        504 "the answer took too long";
    /// What a route that reads a JSON body may answer.
    BodyProblems:
        400 "the body cannot be used; `field` names what must change",
        413 "the body is larger than 64 KiB",
        415 "the body is not JSON";
    /// What a route with parameters may answer.
    ParameterProblems: 400 "a parameter cannot be used; `field` names it";
    /// What a route that looks something up may answer.
    MissingProblems: 404 "what is named does not exist";
    /// What a route that anybody may ask answers to a wrong key.
    KeyProblems: 401 "the API key is not known";
    /// What a route may answer when the caller may not do this.
    DeniedProblems: 403 "not allowed";
    /// What a route for known callers may answer.
    CallerProblems: 401 "nobody is signed in, or the API key is not known", 403 "not allowed";
}

fn problem(status: u16, what: &str) -> (String, RefOr<Response>) {
    let schema = Ref::from_schema_name("ProblemBody");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(what).content(CONTENT_TYPE, content).build();
    (status.to_string(), response.into())
}
