//! The pages: served from the program, kept by browsers, safe to show.

use axum::body::Body;
use axum::http::Request;

use super::client::{Who, advisor, cast, get, send};
use crate::support;

const PAGES: [(&str, &str); 9] = [
    ("/", "text/html; charset=utf-8"),
    ("/sign-in", "text/html; charset=utf-8"),
    ("/assets/advisor.js", "text/javascript; charset=utf-8"),
    ("/assets/chat.js", "text/javascript; charset=utf-8"),
    ("/assets/i18n.js", "text/javascript; charset=utf-8"),
    ("/assets/sign-in.js", "text/javascript; charset=utf-8"),
    ("/assets/style.css", "text/css; charset=utf-8"),
    ("/assets/favicon.svg", "image/svg+xml"),
    ("/docs/", "text/html"),
];

#[tokio::test]
async fn every_page_and_asset_has_its_type_and_the_headers_that_keep_it_safe() {
    let app = support::app().await;
    for (path, media_type) in PAGES {
        let answer = get(&app, &Who::Nobody, path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert_eq!(answer.header("content-type"), media_type, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") || path.starts_with("/docs"), "{path}: {policy}");
        assert!(!policy.contains("script-src"), "{path}: scripts only from here");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
}

#[tokio::test]
async fn an_answer_of_the_api_is_kept_by_nobody_and_runs_nothing() {
    let app = support::app().await;
    for path in ["/v1/products", "/v1/customers", "/nowhere", "/healthz"] {
        let answer = get(&app, &Who::Nobody, path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_browser_that_has_a_page_is_not_sent_it_again() {
    let app = support::app().await;
    for (path, _) in PAGES.iter().filter(|(path, _)| !path.starts_with("/docs")) {
        let first = get(&app, &Who::Nobody, path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 8, "{path}: {tag}");
        for (stated, status) in
            [(tag.clone(), 304), (format!("\"other\", W/{tag}"), 304), ("\"other\"".to_owned(), 200)]
        {
            let request = Request::get(*path).header("if-none-match", &stated).body(Body::empty()).unwrap();
            let again = send(&app, request).await;
            assert_eq!(again.status.as_u16(), status, "{path} {stated}");
            assert_eq!(again.body.is_empty(), status == 304);
        }
    }
}

#[tokio::test]
async fn the_advisors_page_asks_strangers_to_sign_in() {
    let app = support::app().await;
    let stranger = get(&app, &Who::Nobody, "/advisor").await;
    assert_eq!((stranger.status.as_u16(), stranger.header("location")), (303, "/sign-in?next=/advisor"));
    let own = get(&app, &advisor(&cast(&app).await.advisor), "/advisor").await;
    assert_eq!(own.status.as_u16(), 200);
    assert!(own.text().contains("/assets/advisor.js"));
}

#[tokio::test]
async fn pages_name_only_assets_that_exist() {
    let app = support::app().await;
    let who = advisor(&cast(&app).await.advisor);
    for page in ["/", "/advisor", "/sign-in"] {
        let html = get(&app, &who, page).await.text();
        let named: Vec<&str> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(!named.is_empty(), "{page}");
        for asset in named {
            assert_eq!(get(&app, &Who::Nobody, asset).await.status.as_u16(), 200, "{asset} of {page}");
        }
        assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="), "{page}");
    }
}

#[tokio::test]
async fn the_documentation_page_needs_nothing_from_elsewhere() {
    let app = support::app().await;
    let redirect = get(&app, &Who::Nobody, "/docs").await;
    assert_eq!((redirect.status.as_u16(), redirect.header("location")), (303, "/docs/"));
    let html = get(&app, &Who::Nobody, "/docs/").await.text();
    assert!(!html.contains("https://"), "{html}");
    let start = get(&app, &Who::Nobody, "/docs/swagger-initializer.js").await;
    assert!(start.text().contains("/openapi.json"), "{}", start.text());
    assert_eq!(get(&app, &Who::Nobody, "/docs/swagger-ui-bundle.js").await.status.as_u16(), 200);
}
