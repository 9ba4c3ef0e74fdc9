//! The pages, built into the program: no file is looked up at run time, and none can be asked for by path.
//! Must not know what the pages show.

use std::sync::{Arc, LazyLock};

use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use utoipa_swagger_ui::Config;

use super::auth::{Caller, Visitor};
use super::problem::Problem;
use super::problems::{CommonProblems, MissingProblems};

/// Scripts, styles and pictures only from here; nothing inline; no other site may frame a page.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                           form-action 'self'; frame-ancestors 'none'";
/// Swagger UI sets styles of its own.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Kept by the browser, but asked for again each time: the entity tag answers that at once.
const REVALIDATE: &str = "no-cache";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file built in.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
    /// Of the content, in quotes as HTTP writes it.
    tag: String,
}

macro_rules! asset {
    ($name:literal, $media_type:expr) => {
        Asset::new($name, $media_type, include_str!(concat!("../../web/", $name)))
    };
}

static CHAT: LazyLock<Asset> = LazyLock::new(|| asset!("index.html", HTML));
static ADVISOR: LazyLock<Asset> = LazyLock::new(|| asset!("advisor.html", HTML));
static SIGN_IN: LazyLock<Asset> = LazyLock::new(|| asset!("sign-in.html", HTML));
static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        asset!("advisor.js", SCRIPT),
        asset!("chat.js", SCRIPT),
        asset!("favicon.svg", "image/svg+xml"),
        asset!("i18n.js", SCRIPT),
        asset!("sign-in.js", SCRIPT),
        asset!("style.css", "text/css; charset=utf-8"),
    ]
});
static DOCS: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("/openapi.json")));

impl Asset {
    fn new(name: &'static str, media_type: &'static str, text: &'static str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { name, media_type, text, tag: format!("\"{hex}\"") }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let common = [
            (header::ETAG, self.tag.as_str()),
            (header::CACHE_CONTROL, REVALIDATE),
            (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        ];
        if self.is_known(headers) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        (common, [(header::CONTENT_TYPE, self.media_type)], self.text).into_response()
    }

    /// Whether the browser has this very content already.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let stated = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut tags = stated.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == self.tag || tag == "*")
    }
}

/// The chat page
#[utoipa::path(get, path = "/", tag = "pages", security(()),
    responses((status = 200, body = String, content_type = "text/html"), CommonProblems))]
pub async fn chat(headers: HeaderMap) -> Response {
    CHAT.answer(&headers)
}

/// The advisor's page
///
/// For whoever is signed in or sends the API key; everybody else is sent to the sign-in page.
#[utoipa::path(get, path = "/advisor", tag = "pages", security(("api_key" = []), ("demo_user" = [])),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 303, description = "to the sign-in page"), CommonProblems))]
pub async fn advisor(Visitor(caller): Visitor, headers: HeaderMap) -> Response {
    if caller == Caller::Anonymous {
        return Redirect::to("/sign-in?next=/advisor").into_response();
    }
    let mut response = ADVISOR.answer(&headers);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    response
}

/// The sign-in page of the demo bank
#[utoipa::path(get, path = "/sign-in", tag = "pages", security(()),
    responses((status = 200, body = String, content_type = "text/html"), CommonProblems))]
pub async fn sign_in(headers: HeaderMap) -> Response {
    SIGN_IN.answer(&headers)
}

/// A script, style or picture of the pages
#[utoipa::path(get, path = "/assets/{file}", tag = "pages", security(()),
    params(("file" = String, Path, description = "Such as `chat.js`.")),
    responses((status = 200, body = String, content_type = "text/javascript"), MissingProblems, CommonProblems))]
pub async fn asset(path: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    let found = path.ok().and_then(|Path(file)| ASSETS.iter().find(|asset| asset.name == file));
    match found {
        Some(asset) => asset.answer(&headers),
        None => Problem::not_found("there is no such file").into_response(),
    }
}

/// This documentation
#[utoipa::path(get, path = "/docs", tag = "pages", security(()),
    responses((status = 303, description = "to the page `/docs/`"), CommonProblems))]
pub async fn docs() -> Redirect {
    Redirect::to("/docs/")
}

/// Swagger UI and its files, from the program itself.
pub async fn docs_file(OriginalUri(uri): OriginalUri) -> Response {
    let file = uri.path().strip_prefix("/docs/").unwrap_or_default();
    match utoipa_swagger_ui::serve(file, Arc::clone(&DOCS)) {
        Ok(Some(file)) => {
            let headers = [
                (header::CONTENT_TYPE, file.content_type.as_str()),
                (header::CACHE_CONTROL, REVALIDATE),
                (header::CONTENT_SECURITY_POLICY, DOCS_POLICY),
            ];
            let mut response = (headers, file.bytes.into_owned()).into_response();
            if file.gzpipped {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        }
        Ok(None) => Problem::not_found("there is no such file").into_response(),
        Err(error) => {
            tracing::error!(%error, "the documentation page cannot be made");
            Problem::bug().into_response()
        }
    }
}
