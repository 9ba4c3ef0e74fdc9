//! The catalogue: products with dated facts, the bank's facts, articles, branches. Replaced whole, read as it was at
//! one moment. Must not know which fact or article is valid on a day.

use std::collections::HashMap;

use sea_orm::{
    AccessMode, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    IsolationLevel, QueryFilter, QueryOrder, Statement, TransactionTrait,
};

use super::customers::insert_all;
use super::entities::{articles, branches, facts, products};
use super::error::{RecordsError, read_from};
use super::rows;
use crate::domain::ProductId;
use crate::domain::article::Article;
use crate::domain::branch::Branch;
use crate::domain::fact::Fact;
use crate::domain::product::Product;

pub async fn replace(
    db: &impl ConnectionTrait,
    catalogue: &[Product],
    bank_facts: &[Fact],
    texts: &[Article],
    places: &[Branch],
) -> Result<(), RecordsError> {
    if db.get_database_backend() == DbBackend::Postgres {
        // Two that replace at once go one after the other instead of clashing on every id; readers go on.
        let lock = "LOCK TABLE products, facts, articles, branches IN SHARE ROW EXCLUSIVE MODE";
        db.execute_raw(Statement::from_string(DbBackend::Postgres, lock)).await?;
    }
    facts::Entity::delete_many().exec(db).await?;
    products::Entity::delete_many().exec(db).await?;
    articles::Entity::delete_many().exec(db).await?;
    branches::Entity::delete_many().exec(db).await?;
    let numbered = |(position, product)| rows::product_row(product, position);
    insert_all(db, (0..).zip(catalogue).map(numbered).collect::<Result<Vec<_>, _>>()?, 17).await?;
    let of_products = catalogue.iter().flat_map(|product| product.facts.iter().map(|fact| (fact, Some(&product.id))));
    let all = of_products.chain(bank_facts.iter().map(|fact| (fact, None)));
    let numbered = |(position, (fact, product))| rows::fact_row(fact, product, position);
    insert_all(db, (0..).zip(all).map(numbered).collect::<Result<Vec<_>, _>>()?, 9).await?;
    let numbered = |(position, article)| rows::article_row(article, position);
    insert_all(db, (0..).zip(texts).map(numbered).collect::<Result<Vec<_>, _>>()?, 13).await?;
    let numbered = |(position, branch)| rows::branch_row(branch, position);
    insert_all(db, (0..).zip(places).map(numbered).collect::<Result<Vec<_>, _>>()?, 12).await
}

pub async fn products(db: &DatabaseConnection) -> Result<Vec<Product>, RecordsError> {
    let moment = one_moment(db).await?;
    let found = products::Entity::find().order_by_asc(products::Column::Position).all(&moment).await;
    let found = found.map_err(read_from("products"))?;
    let query = facts::Entity::find().filter(facts::Column::ProductId.is_not_null());
    let dated = query.order_by_asc(facts::Column::Position).all(&moment).await.map_err(read_from("facts"))?;
    moment.commit().await?;
    let mut of: HashMap<String, Vec<Fact>> = HashMap::new();
    for mut row in dated {
        if let Some(product) = row.product_id.take() {
            of.entry(product).or_default().push(rows::fact(row)?);
        }
    }
    found
        .into_iter()
        .map(|row| {
            let facts = of.remove(&row.id).unwrap_or_default();
            rows::product(row, facts)
        })
        .collect()
}

pub async fn product(db: &DatabaseConnection, id: &ProductId) -> Result<Option<Product>, RecordsError> {
    let moment = one_moment(db).await?;
    let found = products::Entity::find_by_id(id.as_str().to_owned()).one(&moment).await;
    let Some(row) = found.map_err(read_from("products"))? else {
        moment.commit().await?;
        return Ok(None);
    };
    let dated = facts::Entity::find().filter(facts::Column::ProductId.eq(id.as_str()));
    let dated = dated.order_by_asc(facts::Column::Position).all(&moment).await.map_err(read_from("facts"))?;
    moment.commit().await?;
    let facts = dated.into_iter().map(rows::fact).collect::<Result<_, _>>()?;
    rows::product(row, facts).map(Some)
}

/// Two queries that see the same catalogue. `SQLite`'s transactions always do.
async fn one_moment(db: &DatabaseConnection) -> Result<DatabaseTransaction, RecordsError> {
    let begun = match db.get_database_backend() {
        DbBackend::Postgres => {
            db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await
        }
        _ => db.begin().await,
    };
    Ok(begun?)
}

pub async fn bank_facts(db: &DatabaseConnection) -> Result<Vec<Fact>, RecordsError> {
    let query = facts::Entity::find().filter(facts::Column::ProductId.is_null());
    let found = query.order_by_asc(facts::Column::Position).all(db).await.map_err(read_from("facts"))?;
    found.into_iter().map(rows::fact).collect()
}

pub async fn articles(db: &DatabaseConnection) -> Result<Vec<Article>, RecordsError> {
    let query = articles::Entity::find().order_by_asc(articles::Column::Position);
    query.all(db).await.map_err(read_from("articles"))?.into_iter().map(rows::article).collect()
}

pub async fn branches(db: &DatabaseConnection) -> Result<Vec<Branch>, RecordsError> {
    let query = branches::Entity::find().order_by_asc(branches::Column::Position);
    query.all(db).await.map_err(read_from("branches"))?.into_iter().map(rows::branch).collect()
}
