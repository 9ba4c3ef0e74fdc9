//! Rows of sessions, messages, decisions and handoffs. Must not know queries.

use sea_orm::ActiveValue::{NotSet, Set};

use crate::domain::CustomerId;
use crate::domain::conversation::{Message, Session};
use crate::domain::decision::Decision;
use crate::domain::handoff::Handoff;
use crate::store::records::codec::{Row, kept, name_of};
use crate::store::records::entities::{decisions, handoffs, messages, sessions};
use crate::store::records::error::RecordsError;

pub fn session_row(session: &Session) -> sessions::Model {
    sessions::Model {
        id: session.id.to_string(),
        customer_id: session.customer_id.as_ref().map(CustomerId::to_string),
        channel: session.channel.clone(),
        locale: session.locale.as_str().to_owned(),
        started_at: kept(session.started_at),
        failures: session.failures,
        last_intent: session.last_intent.clone(),
    }
}

pub fn session(model: sessions::Model) -> Result<Session, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "sessions", key: &key };
    Ok(Session {
        id: row.checked("id", model.id)?,
        customer_id: model.customer_id.map(|id| row.checked("customer_id", id)).transpose()?,
        channel: model.channel,
        locale: row.named("locale", &model.locale)?,
        started_at: model.started_at,
        failures: model.failures,
        last_intent: model.last_intent,
    })
}

pub fn message_row(message: &Message) -> Result<messages::Model, RecordsError> {
    Ok(messages::Model {
        id: message.id.to_string(),
        session_id: message.session_id.to_string(),
        position: message.position,
        author: name_of(&message.author)?,
        text: message.text.clone(),
        at: kept(message.at),
    })
}

pub fn message(model: messages::Model) -> Result<Message, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "messages", key: &key };
    Ok(Message {
        id: row.checked("id", model.id)?,
        session_id: row.checked("session_id", model.session_id)?,
        position: model.position,
        author: row.named("author", &model.author)?,
        text: model.text,
        at: model.at,
    })
}

/// The database gives the sequence.
pub fn decision_row(decision: &Decision) -> Result<decisions::ActiveModel, RecordsError> {
    Ok(decisions::ActiveModel {
        sequence: NotSet,
        id: Set(decision.id.to_string()),
        at: Set(kept(decision.at)),
        kind: Set(name_of(&decision.kind)?),
        customer_id: Set(decision.customer_id.as_ref().map(ToString::to_string)),
        session_id: Set(decision.session_id.as_ref().map(ToString::to_string)),
        actor: Set(decision.actor.clone()),
        model_version: Set(decision.model_version.clone()),
        detail: Set(decision.detail.clone()),
    })
}

pub fn decision(model: decisions::Model) -> Result<Decision, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "decisions", key: &key };
    Ok(Decision {
        id: row.checked("id", model.id)?,
        at: model.at,
        kind: row.named("kind", &model.kind)?,
        customer_id: model.customer_id.map(|id| row.checked("customer_id", id)).transpose()?,
        session_id: model.session_id.map(|id| row.checked("session_id", id)).transpose()?,
        actor: model.actor,
        model_version: model.model_version,
        detail: model.detail,
    })
}

pub fn handoff_row(handoff: &Handoff) -> handoffs::Model {
    handoffs::Model {
        reference: handoff.reference.clone(),
        session_id: handoff.session_id.to_string(),
        customer_id: handoff.customer_id.as_ref().map(CustomerId::to_string),
        intent: handoff.intent.clone(),
        reason: handoff.reason.as_str().to_owned(),
        urgent: handoff.urgent,
        opened_at: kept(handoff.opened_at),
        deadline: kept(handoff.deadline),
        status: handoff.status.as_str().to_owned(),
    }
}

pub fn handoff(model: handoffs::Model) -> Result<Handoff, RecordsError> {
    let key = model.reference.clone();
    let row = Row { table: "handoffs", key: &key };
    Ok(Handoff {
        reference: model.reference,
        session_id: row.checked("session_id", model.session_id)?,
        customer_id: model.customer_id.map(|id| row.checked("customer_id", id)).transpose()?,
        intent: model.intent,
        reason: row.named("reason", &model.reason)?,
        urgent: model.urgent,
        opened_at: model.opened_at,
        deadline: model.deadline,
        status: row.named("status", &model.status)?,
    })
}
