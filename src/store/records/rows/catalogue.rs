//! Rows of products, facts, articles and branches. Must not know queries.

use rust_decimal::Decimal;

use crate::domain::ProductId;
use crate::domain::article::Article;
use crate::domain::branch::Branch;
use crate::domain::fact::{Fact, FactValue};
use crate::domain::product::Product;
use crate::store::records::codec::{Row, json_of, name_of};
use crate::store::records::entities::{articles, branches, facts, products};
use crate::store::records::error::RecordsError;

/// The product without its facts, which have a table of their own. `position` is its place in the catalogue.
pub fn product_row(product: &Product, position: i64) -> Result<products::Model, RecordsError> {
    Ok(products::Model {
        id: product.id.to_string(),
        position,
        category: name_of(&product.category)?,
        name: json_of(&product.name)?,
        summary: json_of(&product.summary)?,
        currency: product.currency.clone(),
        risk: product.risk.map(i32::from),
        min_amount: product.min_amount.as_ref().map(Decimal::to_string),
        horizon_months: product.horizon_months.map(i64::from),
        needs: json_of(&product.needs)?,
        life_stages: json_of(&product.life_stages)?,
        on_sale_from: product.on_sale_from,
        on_sale_to: product.on_sale_to,
        documents: product.documents.as_ref().map(json_of).transpose()?,
        risk_note: product.risk_note.as_ref().map(json_of).transpose()?,
        eligibility: json_of(&product.eligibility)?,
        suitability: json_of(&product.suitability)?,
    })
}

pub fn product(model: products::Model, facts: Vec<Fact>) -> Result<Product, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "products", key: &key };
    Ok(Product {
        id: row.checked("id", model.id)?,
        category: row.named("category", &model.category)?,
        name: row.json("name", model.name)?,
        summary: row.json("summary", model.summary)?,
        currency: model.currency,
        risk: model.risk.map(|risk| row.checked("risk", risk)).transpose()?,
        min_amount: model.min_amount.map(|text| row.decimal("min_amount", &text)).transpose()?,
        horizon_months: model.horizon_months.map(|months| row.checked("horizon_months", months)).transpose()?,
        needs: row.json("needs", model.needs)?,
        life_stages: row.json("life_stages", model.life_stages)?,
        on_sale_from: model.on_sale_from,
        on_sale_to: model.on_sale_to,
        documents: model.documents.map(|text| row.json("documents", text)).transpose()?,
        risk_note: model.risk_note.map(|text| row.json("risk_note", text)).transpose()?,
        eligibility: row.json("eligibility", model.eligibility)?,
        suitability: row.json("suitability", model.suitability)?,
        facts,
    })
}

pub fn fact_row(fact: &Fact, product: Option<&ProductId>, position: i64) -> Result<facts::Model, RecordsError> {
    let (kind, value) = match &fact.value {
        FactValue::Number(number) => ("number", number.to_string()),
        FactValue::Phone(phone) => ("phone", phone.clone()),
        FactValue::Words(words) => ("words", json_of(words)?.to_string()),
    };
    Ok(facts::Model {
        position,
        id: fact.id.clone(),
        product_id: product.map(ProductId::to_string),
        label: json_of(&fact.label)?,
        unit: name_of(&fact.unit)?,
        kind: kind.to_owned(),
        value,
        valid_from: fact.from,
        valid_to: fact.to,
    })
}

pub fn fact(model: facts::Model) -> Result<Fact, RecordsError> {
    let key = format!("{}@{}", model.id, model.valid_from);
    let row = Row { table: "facts", key: &key };
    let value = match model.kind.as_str() {
        "number" => FactValue::Number(row.decimal("value", &model.value)?),
        "phone" => FactValue::Phone(model.value),
        "words" => FactValue::Words(serde_json::from_str(&model.value).map_err(|error| row.corrupt("value", error))?),
        _ => return Err(row.corrupt("kind", "must be number, phone or words")),
    };
    Ok(Fact {
        label: row.json("label", model.label)?,
        unit: row.named("unit", &model.unit)?,
        value,
        from: model.valid_from,
        to: model.valid_to,
        id: model.id,
    })
}

pub fn article_row(article: &Article, position: i64) -> Result<articles::Model, RecordsError> {
    Ok(articles::Model {
        id: article.id.to_string(),
        position,
        title: json_of(&article.title)?,
        intents: json_of(&article.intents)?,
        products: json_of(&article.products)?,
        owner: article.owner.clone(),
        valid_from: article.valid_from,
        valid_to: article.valid_to,
        approved_by: article.approved_by.clone(),
        approved_on: article.approved_on,
        answer: json_of(&article.answer)?,
        next_step: json_of(&article.next_step)?,
        sections: json_of(&article.sections)?,
    })
}

pub fn article(model: articles::Model) -> Result<Article, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "articles", key: &key };
    Ok(Article {
        id: row.checked("id", model.id)?,
        title: row.json("title", model.title)?,
        intents: row.json("intents", model.intents)?,
        products: row.json("products", model.products)?,
        owner: model.owner,
        valid_from: model.valid_from,
        valid_to: model.valid_to,
        approved_by: model.approved_by,
        approved_on: model.approved_on,
        answer: row.json("answer", model.answer)?,
        next_step: row.json("next_step", model.next_step)?,
        sections: row.json("sections", model.sections)?,
    })
}

pub fn branch_row(branch: &Branch, position: i64) -> Result<branches::Model, RecordsError> {
    Ok(branches::Model {
        id: branch.id.clone(),
        position,
        name: json_of(&branch.name)?,
        city: json_of(&branch.city)?,
        district: json_of(&branch.district)?,
        address: json_of(&branch.address)?,
        phone: branch.phone.clone(),
        latitude: branch.latitude,
        longitude: branch.longitude,
        weekday_hours: json_of(&branch.weekday_hours)?,
        weekend_hours: json_of(&branch.weekend_hours)?,
        services: json_of(&branch.services)?,
    })
}

pub fn branch(model: branches::Model) -> Result<Branch, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "branches", key: &key };
    Ok(Branch {
        id: model.id,
        name: row.json("name", model.name)?,
        city: row.json("city", model.city)?,
        district: row.json("district", model.district)?,
        address: row.json("address", model.address)?,
        phone: model.phone,
        latitude: model.latitude,
        longitude: model.longitude,
        weekday_hours: row.json("weekday_hours", model.weekday_hours)?,
        weekend_hours: row.json("weekend_hours", model.weekend_hours)?,
        services: row.json("services", model.services)?,
    })
}
