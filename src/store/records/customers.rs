//! Customers with their holdings and transactions: bulk writes, pages, sums. Must not know scores, consent rules or
//! whose portfolio a caller may see.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::codec::{Row, kept};
use super::entities::{customers, holdings, transactions};
use super::error::{RecordsError, read_from};
use super::{CategoryTotal, CustomerFilter, CustomerRecord, rows};
use crate::domain::CustomerId;
use crate::domain::customer::{Customer, Holding, Transaction, TransactionCategory};

/// Ids in one `IN (…)`.
const IDS_AT_ONCE: usize = 500;
/// Values bound in one INSERT, far below what the engines allow: at 4,000 `PostgreSQL` took eight times as long for
/// half a million rows, `SQLite` twice. The driver keeps the statement prepared for the next chunk of the same size.
const VALUES_AT_ONCE: usize = 1_000;

/// Whether each record is about one customer, and each customer there once.
pub fn check(records: &[CustomerRecord]) -> Result<(), RecordsError> {
    let mut seen = BTreeSet::new();
    for record in records {
        let id = &record.customer.id;
        let bad = |reason: &str| {
            Err(RecordsError::BadRecord { what: "customer", id: id.to_string(), reason: reason.to_owned() })
        };
        if !seen.insert(id) {
            return bad("is given twice: give each customer once");
        }
        if record.holdings.iter().any(|holding| holding.customer_id != *id) {
            return bad("has a holding of another customer");
        }
        if record.transactions.iter().any(|transaction| transaction.customer_id != *id) {
            return bad("has a transaction of another customer");
        }
    }
    Ok(())
}

/// Removing a customer removes its holdings and transactions too (the tables say so).
pub async fn insert(db: &impl ConnectionTrait, records: &[CustomerRecord]) -> Result<(), RecordsError> {
    for records in records.chunks(IDS_AT_ONCE) {
        let ids = records.iter().map(|record| record.customer.id.as_str());
        customers::Entity::delete_many().filter(customers::Column::Id.is_in(ids)).exec(db).await?;
        let mut people = Vec::with_capacity(records.len());
        let mut held = Vec::new();
        let mut moved = Vec::new();
        for record in records {
            people.push(rows::customer_row(&record.customer)?);
            held.extend((0..).zip(&record.holdings).map(|(position, holding)| rows::holding_row(holding, position)));
            for transaction in &record.transactions {
                moved.push(rows::transaction_row(transaction)?);
            }
        }
        insert_all(db, people, 18).await?;
        insert_all(db, held, 5).await?;
        insert_all(db, moved, 5).await?;
    }
    Ok(())
}

/// Inserts rows of `columns` columns, as many at once as may be bound.
pub async fn insert_all<M, A>(db: &impl ConnectionTrait, rows: Vec<M>, columns: usize) -> Result<(), RecordsError>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let at_once = VALUES_AT_ONCE / columns;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<A> = rows.by_ref().take(at_once).map(IntoActiveModel::into_active_model).collect();
        M::Entity::insert_many(chunk).exec_without_returning(db).await?;
    }
    Ok(())
}

pub async fn customer(db: &impl ConnectionTrait, id: &CustomerId) -> Result<Option<Customer>, RecordsError> {
    let found = customers::Entity::find_by_id(id.as_str().to_owned()).one(db).await;
    found.map_err(read_from("customers"))?.map(rows::customer).transpose()
}

pub async fn holdings(db: &impl ConnectionTrait, id: &CustomerId) -> Result<Vec<Holding>, RecordsError> {
    let query = holdings::Entity::find()
        .filter(holdings::Column::CustomerId.eq(id.as_str()))
        .order_by_asc(holdings::Column::Position);
    query.all(db).await.map_err(read_from("holdings"))?.into_iter().map(rows::holding).collect()
}

pub async fn transactions(db: &impl ConnectionTrait, id: &CustomerId) -> Result<Vec<Transaction>, RecordsError> {
    let query = transactions::Entity::find()
        .filter(transactions::Column::CustomerId.eq(id.as_str()))
        .order_by_asc(transactions::Column::Sequence);
    query.all(db).await.map_err(read_from("transactions"))?.into_iter().map(rows::transaction).collect()
}

pub async fn page(
    db: &impl ConnectionTrait,
    filter: &CustomerFilter,
    after: Option<&CustomerId>,
    limit: u64,
) -> Result<Vec<Customer>, RecordsError> {
    let mut query = customers::Entity::find();
    if let Some(advisor) = &filter.advisor_id {
        query = query.filter(customers::Column::AdvisorId.eq(advisor.as_str()));
    }
    if let Some(text) = filter.query.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let holds = |column: customers::Column| {
            Expr::expr(Func::lower(Expr::col(column))).like(LikeExpr::new(pattern(text)).escape('\\'))
        };
        query = query.filter(Condition::any().add(holds(customers::Column::Id)).add(holds(customers::Column::Name)));
    }
    if let Some(after) = after {
        query = query.filter(customers::Column::Id.gt(after.as_str()));
    }
    let query = query.order_by_asc(customers::Column::Id).limit(limit);
    query.all(db).await.map_err(read_from("customers"))?.into_iter().map(rows::customer).collect()
}

/// The text anywhere, with LIKE's own signs taken literally.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_ascii_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

pub async fn count(db: &impl ConnectionTrait) -> Result<u64, RecordsError> {
    Ok(customers::Entity::find().count(db).await?)
}

pub async fn holdings_of(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<BTreeMap<CustomerId, Vec<Holding>>, RecordsError> {
    let mut of: BTreeMap<CustomerId, Vec<Holding>> = BTreeMap::new();
    for ids in distinct(ids).chunks(IDS_AT_ONCE) {
        let query = holdings::Entity::find()
            .filter(holdings::Column::CustomerId.is_in(ids.iter().copied()))
            .order_by_asc(holdings::Column::CustomerId)
            .order_by_asc(holdings::Column::Position);
        for row in query.all(db).await.map_err(read_from("holdings"))? {
            let holding = rows::holding(row)?;
            of.entry(holding.customer_id.clone()).or_default().push(holding);
        }
    }
    Ok(of)
}

pub async fn spending_by_category(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    since: DateTime<Utc>,
) -> Result<BTreeMap<CustomerId, BTreeMap<TransactionCategory, CategoryTotal>>, RecordsError> {
    use transactions::Column;
    let read = read_from("transactions");
    let mut of: BTreeMap<CustomerId, BTreeMap<TransactionCategory, CategoryTotal>> = BTreeMap::new();
    for ids in distinct(ids).chunks(IDS_AT_ONCE) {
        let sums = transactions::Entity::find()
            .select_only()
            .column(Column::CustomerId)
            .column(Column::Category)
            // PostgreSQL adds big integers up to a numeric.
            .column_as(Column::AmountFen.sum().cast_as("bigint"), "sum_fen")
            .column_as(Column::Sequence.count(), "count")
            .filter(Column::CustomerId.is_in(ids.iter().copied()))
            .filter(Column::At.gte(kept(since)))
            .group_by(Column::CustomerId)
            .group_by(Column::Category)
            .into_tuple::<(String, String, i64, i64)>();
        for (customer, category, sum_fen, count) in sums.all(db).await.map_err(&read)? {
            let row = Row { table: "transactions", key: &customer };
            let category = row.named("category", &category)?;
            let total = CategoryTotal { sum_fen, count: row.checked("count", count)? };
            of.entry(row.checked("customer_id", customer.clone())?).or_default().insert(category, total);
        }
    }
    Ok(of)
}

fn distinct(ids: &[CustomerId]) -> Vec<&str> {
    ids.iter().map(CustomerId::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}
