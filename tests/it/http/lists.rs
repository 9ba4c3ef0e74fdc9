//! Customers, products and branches as they are shown: complete, paged, current, and no more than is needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use teller::app::App;
use teller::store::records::CustomerFilter;

use super::client::{Who, advisor, cast, get, post};
use crate::support;

async fn ids_of_page(app: &Arc<App>, path: &str) -> (Vec<String>, Value) {
    let page = get(app, &Who::Key, path).await.ok();
    let ids = page["customers"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned());
    (ids.collect(), page["next"].clone())
}

#[tokio::test]
async fn pages_hold_every_customer_once_in_order() {
    let app = support::app().await;
    let total = app.records.count_customers().await.unwrap();
    let size = (total / 3 + 1).min(100);
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let behind = after.map(|id| format!("&after={id}")).unwrap_or_default();
        let (ids, next) = ids_of_page(&app, &format!("/v1/customers?limit={size}{behind}")).await;
        seen.extend(ids);
        match next.as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen.len() as u64, total);
    assert!(seen.is_sorted());
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
}

#[tokio::test]
async fn a_search_finds_by_id_and_takes_wildcards_as_they_are() {
    let app = support::app().await;
    let own = cast(&app).await.own;
    let (found, _) = ids_of_page(&app, &format!("/v1/customers?query={own}")).await;
    assert_eq!(found, [own.to_string()]);
    assert_eq!(ids_of_page(&app, "/v1/customers?query=%25").await.0, [""; 0]);
    assert!(!ids_of_page(&app, "/v1/customers?query=%20").await.0.is_empty());
}

#[tokio::test]
async fn a_list_shows_no_more_than_tells_customers_apart() {
    let app = support::app().await;
    let page = get(&app, &Who::Key, "/v1/customers").await.ok();
    let row = page["customers"][0].as_object().unwrap();
    let names: BTreeSet<&str> = row.keys().map(String::as_str).collect();
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["id", "kind", "life_stage", "name", "region", "risk", "segment"]
    );
    assert!(row["segment"]["label"]["zh"].is_string() && row["segment"]["code"].is_string());
}

#[tokio::test]
async fn a_customer_is_seen_whole() {
    let app = support::app().await;
    let cast = cast(&app).await;
    let view = get(&app, &advisor(&cast.advisor), &format!("/v1/customers/{}", cast.own)).await.ok();
    assert_eq!(view["customer"]["id"], cast.own.as_str());
    for member in ["age", "financial_assets_fen", "debts_fen"] {
        assert!(view[member].is_number(), "{member}: {view}");
    }
    assert!(view["segment"]["definition"]["en"].is_string() && view["value"]["total"].is_number());
    let movements = view["recent_transactions"].as_array().unwrap();
    assert!(movements.len() <= 20);
    let times: Vec<&str> = movements.iter().map(|one| one["at"].as_str().unwrap()).collect();
    assert!(times.iter().rev().is_sorted(), "newest first: {times:?}");
    assert!(view["recent_decisions"].is_array());
}

#[tokio::test]
async fn decisions_about_a_customer_are_listed_with_it() {
    let app = support::app().await;
    // A customer that no other test asks about: on a clock that stands still, theirs would be as new.
    let all = app.records.customers_page(&CustomerFilter::default(), None, 1000).await.unwrap();
    let id = &all.last().unwrap().id;
    let list = post(&app, &Who::Key, "/v1/recommendations", &serde_json::json!({"customer_id": id})).await.ok();
    let view = get(&app, &Who::Key, &format!("/v1/customers/{id}")).await.ok();
    assert_eq!(view["recent_decisions"][0]["id"], list["decision_id"]);
}

#[tokio::test]
async fn products_on_sale_are_listed_and_shown_with_todays_facts() {
    let app = support::app().await;
    let today = app.clock.today();
    let list = get(&app, &Who::Nobody, "/v1/products").await.ok();
    let products = list["products"].as_array().unwrap();
    assert_eq!(products.len(), app.catalog.products().filter(|product| product.on_sale(today)).count());
    for product in products {
        let id = product["id"].as_str().unwrap();
        let shown = get(&app, &Who::Nobody, &format!("/v1/products/{id}")).await.ok();
        assert_eq!((&shown["id"], &shown["on_sale"]), (&product["id"], &Value::Bool(true)));
        assert_eq!(shown["as_of"], today.to_string());
        let facts = shown["facts"].as_array().unwrap();
        let codes: BTreeSet<&str> = facts.iter().map(|fact| fact["id"].as_str().unwrap()).collect();
        assert_eq!(codes.len(), facts.len(), "{id}: one value a fact");
        assert!(facts.iter().all(|fact| fact["valid_from"].as_str().unwrap() <= today.to_string().as_str()));
    }
    let category = products[0]["category"].as_str().unwrap();
    let some = get(&app, &Who::Nobody, &format!("/v1/products?category={category}")).await.ok();
    assert!(some["products"].as_array().unwrap().iter().all(|product| product["category"] == category));
}

#[tokio::test]
async fn branches_are_listed_with_hours() {
    let app = support::app().await;
    let list = get(&app, &Who::Nobody, "/v1/branches").await.ok();
    let branches = list["branches"].as_array().unwrap();
    assert_eq!(branches.len(), app.catalog.branches().len());
    assert!(branches.iter().all(|branch| branch["weekday_hours"]["zh"].is_string() && branch["phone"].is_string()));
}
