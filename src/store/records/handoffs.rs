//! Requests for a person, in the order staff takes them: urgent first, then the oldest, then by reference.
//! Must not know who takes them nor when an answer is due.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::codec::kept;
use super::entities::handoffs::{Column, Entity};
use super::error::{RecordsError, read_from};
use super::rows;
use crate::domain::SessionId;
use crate::domain::handoff::{Handoff, HandoffStatus};

pub async fn queue(db: &impl ConnectionTrait, open_only: bool, limit: u64) -> Result<Vec<Handoff>, RecordsError> {
    let query = if open_only { open() } else { Entity::find() };
    let found = in_order(query).limit(limit).all(db).await.map_err(read_from("handoffs"))?;
    found.into_iter().map(rows::handoff).collect()
}

pub async fn handoff(db: &impl ConnectionTrait, reference: &str) -> Result<Option<Handoff>, RecordsError> {
    let found = Entity::find_by_id(reference.to_owned()).one(db).await.map_err(read_from("handoffs"))?;
    found.map(rows::handoff).transpose()
}

pub async fn open_of(db: &impl ConnectionTrait, session: &SessionId) -> Result<Option<Handoff>, RecordsError> {
    let query = in_order(open().filter(Column::SessionId.eq(session.as_str())));
    query.one(db).await.map_err(read_from("handoffs"))?.map(rows::handoff).transpose()
}

pub async fn ahead(db: &impl ConnectionTrait, handoff: &Handoff) -> Result<u64, RecordsError> {
    let opened_at = kept(handoff.opened_at);
    let same_instant = Column::OpenedAt.eq(opened_at).and(Column::Reference.lt(handoff.reference.as_str()));
    let earlier = Condition::all()
        .add(Column::Urgent.eq(handoff.urgent))
        .add(Condition::any().add(Column::OpenedAt.lt(opened_at)).add(same_instant));
    let mut before = Condition::any().add(earlier);
    if !handoff.urgent {
        before = before.add(Column::Urgent.eq(true));
    }
    Ok(open().filter(before).count(db).await?)
}

fn open() -> Select<Entity> {
    Entity::find().filter(Column::Status.eq(HandoffStatus::Open.as_str()))
}

fn in_order(query: Select<Entity>) -> Select<Entity> {
    query.order_by_desc(Column::Urgent).order_by_asc(Column::OpenedAt).order_by_asc(Column::Reference)
}
