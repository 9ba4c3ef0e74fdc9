//! A request for a person as a record: its reference, its place before others, until when staff must act.
//! Must not know wording, storage or why a person was asked for.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};

use super::ChatError;
use super::intents;
use crate::catalog::Catalog;
use crate::domain::conversation::Session;
use crate::domain::fact::FactValue;
use crate::domain::handoff::{Handoff, HandoffReason, HandoffStatus};

/// Letters and digits of a reference: none that is taken for another when read out.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Staff's own service levels. They are kept on the record and never promised to a customer.
const SELF_HARM: Duration = Duration::minutes(10);
const URGENT: Duration = Duration::minutes(30);
const ORDINARY: Duration = Duration::hours(24);

/// A registered request as the customer is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub handoff: Handoff,
    /// Open requests that staff takes before this one.
    pub ahead: u64,
    /// It was there before this message.
    pub reused: bool,
}

/// A new request of a session.
///
/// # Errors
/// [`ChatError::Randomness`].
pub fn open(
    session: &Session,
    intent: Option<&str>,
    reason: HandoffReason,
    urgent: bool,
    now: DateTime<Utc>,
    catalog: &Catalog,
) -> Result<Handoff, ChatError> {
    Ok(Handoff {
        reference: reference()?,
        session_id: session.id.clone(),
        customer_id: session.customer_id.clone(),
        intent: intent.map(str::to_owned),
        reason,
        urgent,
        opened_at: now,
        deadline: deadline(intent, reason, urgent, now, catalog),
        status: HandoffStatus::Open,
    })
}

fn reference() -> Result<String, ChatError> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| ChatError::Randomness(error.to_string()))?;
    let letters: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte % 32)])).collect();
    Ok(format!("H-{letters}"))
}

/// A complaint is due when the bank has said it answers one; everything else by staff's own service level.
fn deadline(
    intent: Option<&str>,
    reason: HandoffReason,
    urgent: bool,
    now: DateTime<Utc>,
    catalog: &Catalog,
) -> DateTime<Utc> {
    if reason == HandoffReason::SelfHarm {
        return now + SELF_HARM;
    }
    let stated = (intent == Some(intents::COMPLAINT)).then(|| complaint_days(catalog, now.date_naive())).flatten();
    match stated {
        Some(days) => after_working_days(now, days),
        None if urgent => now + URGENT,
        None => now + ORDINARY,
    }
}

fn complaint_days(catalog: &Catalog, day: NaiveDate) -> Option<u32> {
    match catalog.fact("bank.complaint.deadline", day)?.value {
        FactValue::Number(days) => u32::try_from(days).ok(),
        FactValue::Phone(_) | FactValue::Words(_) => None,
    }
}

/// So many days later, Saturdays and Sundays not counted.
#[must_use]
pub fn after_working_days(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let (mut at, mut left) = (from, days);
    while left > 0 {
        at += Duration::days(1);
        if !matches!(at.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    at
}
