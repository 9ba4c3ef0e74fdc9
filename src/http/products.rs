//! What the bank offers, for everybody: products with today's facts, and branches. Must not know whom they suit.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::extract::{PathId, QueryOf};
use super::problem::Problem;
use super::problems::{CommonProblems, MissingProblems, ParameterProblems};
use crate::app::App;
use crate::domain::branch::Branch;
use crate::domain::customer::{CustomerKind, LifeStage};
use crate::domain::fact::Fact;
use crate::domain::product::{Category, Need, Product};
use crate::domain::{Locale, Localised, ProductId};

/// Which products are listed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Listed {
    /// Only products of this category.
    #[param(inline)]
    category: Option<Category>,
}

/// The products on sale today, by rising id.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProductList {
    products: Vec<ProductRow>,
}

/// A product in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProductRow {
    #[schema(value_type = String)]
    id: ProductId,
    category: Category,
    name: Localised,
    summary: Localised,
    /// ISO 4217 code.
    currency: String,
    /// Product risk, 1 (R1) to 5 (R5); `null` where there is no investment risk.
    risk: Option<u8>,
}

/// A product with the facts that hold today.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProductDetail {
    #[serde(flatten)]
    row: ProductRow,
    on_sale: bool,
    /// Smallest amount, in `currency`.
    #[schema(value_type = Option<String>)]
    min_amount: Option<Decimal>,
    horizon_months: Option<u32>,
    needs: Vec<Need>,
    /// Whom it is made for; empty means everybody.
    life_stages: Vec<LifeStage>,
    documents: Option<Localised>,
    risk_note: Option<Localised>,
    eligibility: EligibilityRules,
    suitability: SuitabilityRules,
    facts: Vec<CurrentFact>,
    #[schema(value_type = String, format = Date)]
    as_of: NaiveDate,
}

/// Who may hold the product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EligibilityRules {
    /// Empty means every kind.
    customer_kinds: Vec<CustomerKind>,
    min_age: Option<u32>,
    max_age: Option<u32>,
    /// CNY a month.
    #[schema(value_type = Option<String>)]
    min_monthly_income: Option<Decimal>,
    /// CNY held with the bank.
    #[schema(value_type = Option<String>)]
    min_assets: Option<Decimal>,
    residents_only: bool,
    #[schema(value_type = Option<String>)]
    requires_product: Option<ProductId>,
}

/// Whom the product suits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SuitabilityRules {
    /// 0 none, 1 basic, 2 informed, 3 experienced.
    min_knowledge: u8,
    /// Largest share of the customer's financial assets, 0 to 1.
    #[schema(value_type = Option<String>)]
    max_share: Option<Decimal>,
    one_per_customer: bool,
}

/// A fact as it is today.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CurrentFact {
    id: String,
    label: Localised,
    /// Value and unit.
    value: Localised,
    #[schema(value_type = String, format = Date)]
    valid_from: NaiveDate,
    /// Last day, inclusive; `null` while no end is known.
    #[schema(value_type = Option<String>, format = Date)]
    valid_to: Option<NaiveDate>,
}

/// The bank's branches.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BranchList {
    branches: Vec<BranchEntry>,
}

/// A branch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BranchEntry {
    id: String,
    name: Localised,
    city: Localised,
    district: Localised,
    address: Localised,
    phone: String,
    /// Degrees north.
    latitude: f64,
    /// Degrees east.
    longitude: f64,
    weekday_hours: Localised,
    weekend_hours: Localised,
    services: Vec<String>,
}

/// List products
#[utoipa::path(get, path = "/v1/products", tag = "products", params(Listed), security(()),
    responses((status = 200, body = ProductList), ParameterProblems, CommonProblems))]
pub async fn list(State(app): State<Arc<App>>, QueryOf(listed): QueryOf<Listed>) -> Result<Json<ProductList>, Problem> {
    let today = app.clock.today();
    let wanted = |product: &&Product| {
        product.on_sale(today) && listed.category.is_none_or(|category| product.category == category)
    };
    Ok(Json(ProductList { products: app.catalog.products().filter(wanted).map(row).collect() }))
}

/// Show a product
#[utoipa::path(get, path = "/v1/products/{id}", tag = "products", security(()),
    params(("id" = String, Path, description = "A product's id, such as `DEP-TERM-1Y`.")),
    responses((status = 200, body = ProductDetail), ParameterProblems, MissingProblems, CommonProblems))]
pub async fn show(State(app): State<Arc<App>>, PathId(id): PathId<ProductId>) -> Result<Json<ProductDetail>, Problem> {
    let found = app.catalog.product(&id);
    let product = found.ok_or_else(|| Problem::not_found(format!("product {id} does not exist")))?;
    let today = app.clock.today();
    let facts = app.catalog.product_facts(&id, today).into_iter().map(current).collect();
    Ok(Json(detail(product, facts, today)))
}

/// List branches
#[utoipa::path(get, path = "/v1/branches", tag = "branches", security(()),
    responses((status = 200, body = BranchList), CommonProblems))]
pub async fn branches(State(app): State<Arc<App>>) -> Json<BranchList> {
    Json(BranchList { branches: app.catalog.branches().iter().cloned().map(branch).collect() })
}

fn row(product: &Product) -> ProductRow {
    ProductRow {
        id: product.id.clone(),
        category: product.category,
        name: product.name.clone(),
        summary: product.summary.clone(),
        currency: product.currency.clone(),
        risk: product.risk,
    }
}

fn detail(product: &Product, facts: Vec<CurrentFact>, today: NaiveDate) -> ProductDetail {
    let (eligibility, suitability) = (product.eligibility.clone(), product.suitability.clone());
    ProductDetail {
        row: row(product),
        on_sale: product.on_sale(today),
        min_amount: product.min_amount,
        horizon_months: product.horizon_months,
        needs: product.needs.clone(),
        life_stages: product.life_stages.clone(),
        documents: product.documents.clone(),
        risk_note: product.risk_note.clone(),
        eligibility: EligibilityRules {
            customer_kinds: eligibility.customer_kinds,
            min_age: eligibility.min_age,
            max_age: eligibility.max_age,
            min_monthly_income: eligibility.min_monthly_income,
            min_assets: eligibility.min_assets,
            residents_only: eligibility.residents_only,
            requires_product: eligibility.requires_product,
        },
        suitability: SuitabilityRules {
            min_knowledge: suitability.min_knowledge,
            max_share: suitability.max_share,
            one_per_customer: suitability.one_per_customer,
        },
        facts,
        as_of: today,
    }
}

fn current(fact: &Fact) -> CurrentFact {
    CurrentFact {
        id: fact.id.clone(),
        label: fact.label.clone(),
        value: Localised { zh: fact.render(Locale::Zh), en: fact.render(Locale::En) },
        valid_from: fact.from,
        valid_to: fact.to,
    }
}

fn branch(branch: Branch) -> BranchEntry {
    let Branch { id, name, city, district, address, phone, latitude, longitude, .. } = branch;
    let Branch { weekday_hours, weekend_hours, services, .. } = branch;
    BranchEntry {
        id,
        name,
        city,
        district,
        address,
        phone,
        latitude,
        longitude,
        weekday_hours,
        weekend_hours,
        services,
    }
}
