//! Whose conversation a message belongs to: a session is begun, or read back and checked for its customer and age.
//! Must not know replies, nor how a caller proved who it is.

use chrono::{DateTime, Duration, Utc};

use super::{ChatError, ChatTurn};
use crate::domain::conversation::{Author, Message, Session};
use crate::domain::{CustomerId, Locale, MessageId, SessionId};
use crate::store::records::Records;

/// A conversation as it is before the reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub session: Session,
    /// It is not stored yet.
    pub is_new: bool,
    pub messages: Vec<Message>,
}

impl Conversation {
    /// What the customer wrote before this message, masked as it is stored: the last three messages, oldest first,
    /// one a line. A number may be split over as many.
    #[must_use]
    pub fn previous(&self) -> Option<String> {
        let own = self.messages.iter().rev().filter(|message| message.author == Author::Customer);
        let mut texts: Vec<&str> = own.take(3).map(|message| message.text.as_str()).collect();
        texts.reverse();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    /// The next free place.
    #[must_use]
    pub fn next_position(&self) -> i64 {
        self.messages.last().map_or(0, |message| message.position + 1)
    }
}

/// Reads the turn's session, or begins one without storing it.
///
/// # Errors
/// [`ChatError::UnknownSession`], [`ChatError::ForeignSession`] for anybody but the customer who began it,
/// [`ChatError::ExpiredSession`], [`ChatError::UnknownCustomer`], [`ChatError::BadChannel`].
pub async fn find(
    records: &Records,
    turn: &ChatTurn,
    now: DateTime<Utc>,
    hours: u32,
) -> Result<Conversation, ChatError> {
    let channel = channel(turn.channel.as_deref())?;
    if let Some(id) = &turn.customer_id {
        known(records, id).await?;
    }
    let Some(id) = &turn.session_id else {
        let session = Session {
            id: SessionId::new(random_id("S-")?).map_err(bad_id)?,
            customer_id: turn.customer_id.clone(),
            channel,
            locale: turn.locale.unwrap_or(Locale::Zh),
            started_at: now,
            failures: 0,
            last_intent: None,
        };
        return Ok(Conversation { session, is_new: true, messages: Vec::new() });
    };
    let session = records.session(id).await?.ok_or_else(|| ChatError::UnknownSession(id.clone()))?;
    if session.customer_id != turn.customer_id {
        return Err(ChatError::ForeignSession(id.clone()));
    }
    if now - session.started_at >= Duration::hours(i64::from(hours)) {
        return Err(ChatError::ExpiredSession(id.clone()));
    }
    let messages = records.messages(id).await?;
    Ok(Conversation { session, is_new: false, messages })
}

async fn known(records: &Records, id: &CustomerId) -> Result<(), ChatError> {
    match records.customer(id).await? {
        Some(_) => Ok(()),
        None => Err(ChatError::UnknownCustomer(id.clone())),
    }
}

fn channel(given: Option<&str>) -> Result<String, ChatError> {
    let channel = given.unwrap_or("web");
    let fits = (1..=32).contains(&channel.len())
        && channel.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if fits { Ok(channel.to_owned()) } else { Err(ChatError::BadChannel) }
}

/// A message of this conversation.
///
/// # Errors
/// [`ChatError::Randomness`].
pub fn message(
    session: &SessionId,
    position: i64,
    author: Author,
    text: String,
    at: DateTime<Utc>,
) -> Result<Message, ChatError> {
    let id = MessageId::new(random_id("M-")?).map_err(bad_id)?;
    Ok(Message { id, session_id: session.clone(), position, author, text, at })
}

/// A prefix and 128 random bits: nobody guesses another's.
///
/// # Errors
/// [`ChatError::Randomness`].
pub fn random_id(prefix: &str) -> Result<String, ChatError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| ChatError::Randomness(error.to_string()))?;
    Ok(format!("{prefix}{:032x}", u128::from_be_bytes(bytes)))
}

pub(super) fn bad_id(error: crate::domain::ids::BadId) -> ChatError {
    ChatError::Randomness(error.to_string())
}
