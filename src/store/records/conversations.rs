//! Sessions, messages, and the turn that writes all of one exchange. Must not know how a reply is found.

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::entities::{handoffs, messages, sessions};
use super::error::{RecordsError, read_from};
use super::{Turn, decisions, rows};
use crate::domain::SessionId;
use crate::domain::conversation::{Message, Session};

pub async fn create_session(db: &impl ConnectionTrait, session: &Session) -> Result<(), RecordsError> {
    let row = rows::session_row(session).into_active_model();
    sessions::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn session(db: &impl ConnectionTrait, id: &SessionId) -> Result<Option<Session>, RecordsError> {
    let found = sessions::Entity::find_by_id(id.as_str().to_owned()).one(db).await.map_err(read_from("sessions"))?;
    found.map(rows::session).transpose()
}

pub async fn messages(db: &impl ConnectionTrait, session: &SessionId) -> Result<Vec<Message>, RecordsError> {
    let query = messages::Entity::find()
        .filter(messages::Column::SessionId.eq(session.as_str()))
        .order_by_asc(messages::Column::Position);
    query.all(db).await.map_err(read_from("messages"))?.into_iter().map(rows::message).collect()
}

/// Whether the parts of a turn belong together.
pub fn check(turn: &Turn) -> Result<(), RecordsError> {
    let session = &turn.session.id;
    let stray = |what, id: String| {
        let reason = format!("belongs to another session than the turn's, {session}");
        Err(RecordsError::BadRecord { what, id, reason })
    };
    if let Some(message) = turn.messages.iter().find(|message| message.session_id != *session) {
        return stray("message", message.id.to_string());
    }
    match &turn.handoff {
        Some(handoff) if handoff.session_id != *session => stray("handoff", handoff.reference.clone()),
        _ => Ok(()),
    }
}

/// The update comes first: on `PostgreSQL` it makes turns of one session wait for each other.
pub async fn record_turn(db: &impl ConnectionTrait, turn: &Turn) -> Result<(), RecordsError> {
    let session = &turn.session;
    let updated = sessions::Entity::update_many()
        .set(rows::session_row(session).into_active_model().reset_all())
        .filter(sessions::Column::Id.eq(session.id.as_str()))
        .exec(db)
        .await?;
    if updated.rows_affected == 0 {
        return Err(RecordsError::Missing { what: "session", id: session.id.to_string() });
    }
    let messages = turn.messages.iter().map(rows::message_row).collect::<Result<Vec<_>, _>>()?;
    if !messages.is_empty() {
        let messages = messages.into_iter().map(IntoActiveModel::into_active_model);
        messages::Entity::insert_many(messages).exec_without_returning(db).await?;
    }
    decisions::append(db, &turn.decision).await?;
    if let Some(handoff) = &turn.handoff {
        let row = rows::handoff_row(handoff).into_active_model();
        handoffs::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}
