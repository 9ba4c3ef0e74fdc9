//! The decision log: append and read, nothing else. Must not know how a decision is made.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entities::decisions;
use super::error::{RecordsError, read_from};
use super::rows;
use crate::domain::decision::Decision;
use crate::domain::{CustomerId, DecisionId};

pub async fn append(db: &impl ConnectionTrait, decision: &Decision) -> Result<(), RecordsError> {
    decisions::Entity::insert(rows::decision_row(decision)?).exec_without_returning(db).await?;
    Ok(())
}

pub async fn decision(db: &impl ConnectionTrait, id: &DecisionId) -> Result<Option<Decision>, RecordsError> {
    let query = decisions::Entity::find().filter(decisions::Column::Id.eq(id.as_str()));
    query.one(db).await.map_err(read_from("decisions"))?.map(rows::decision).transpose()
}

pub async fn newest(
    db: &impl ConnectionTrait,
    customer: Option<&CustomerId>,
    limit: u64,
) -> Result<Vec<Decision>, RecordsError> {
    let mut query = decisions::Entity::find();
    if let Some(customer) = customer {
        query = query.filter(decisions::Column::CustomerId.eq(customer.as_str()));
    }
    let query = query.order_by_desc(decisions::Column::At).order_by_desc(decisions::Column::Sequence).limit(limit);
    query.all(db).await.map_err(read_from("decisions"))?.into_iter().map(rows::decision).collect()
}
