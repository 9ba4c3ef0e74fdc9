//! What a turn leaves behind: the messages, the session as it is afterwards, the entry of the decision log, and the
//! response. Must not know how any of it was found out; no text of the customer enters the decision log.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::handoff::Ticket;
use super::intents;
use super::policy::{self, Decision};
use super::retrieve::Found;
use super::sessions::{self, Conversation};
use super::signals::Signals;
use super::sources::Draft;
use super::{Alternative, ChatError, ChatResponse, Reply, UnderstandingView};
use crate::domain::conversation::{Author, Session};
use crate::domain::decision::{self, DecisionKind};
use crate::domain::{DecisionId, Locale};
use crate::models::intent::Understanding;
use crate::store::records::Turn;

/// Articles found that the log names.
pub const LOGGED_HITS: usize = 5;
/// Intents named beside the best.
const ALTERNATIVES: usize = 3;

/// The message as it was read.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Masked.
    pub text: String,
    pub signals: Signals,
    pub understanding: Understanding,
    pub language: Locale,
}

/// What came of the decision beside the text.
#[derive(Debug, Default)]
pub struct Outcome {
    pub ticket: Option<Ticket>,
    pub found: Vec<Found>,
    /// The decision that a list of products left.
    pub recommendation: Option<DecisionId>,
    /// What the guard found.
    pub breach: Option<&'static str>,
    /// A person was offered instead of the reply decided on.
    pub fallback: bool,
}

/// The turn for the store, and the response for the caller (its notice still empty).
#[derive(Debug)]
pub struct Written {
    pub turn: Turn,
    pub response: ChatResponse,
}

/// Puts together what is stored and what is answered.
///
/// # Errors
/// [`ChatError::Randomness`].
#[expect(clippy::too_many_arguments, reason = "all that a turn leaves behind, put together in one place")]
pub fn written(
    conversation: &Conversation,
    heard: Heard,
    decision: Decision,
    draft: Draft,
    outcome: Outcome,
    secrets: Vec<&'static str>,
    model_version: String,
    now: DateTime<Utc>,
) -> Result<Written, ChatError> {
    let session = after(&conversation.session, &decision, outcome.fallback);
    let position = conversation.next_position();
    let asked = sessions::message(&session.id, position, Author::Customer, heard.text.clone(), now)?;
    let answered = sessions::message(&session.id, position + 1, Author::Assistant, draft.text.clone(), now)?;
    let message_id = answered.id.clone();
    let entry = decision::Decision {
        id: DecisionId::new(sessions::random_id("D-")?).map_err(sessions::bad_id)?,
        at: now,
        kind: DecisionKind::Reply,
        customer_id: session.customer_id.clone(),
        session_id: Some(session.id.clone()),
        actor: "customer".to_owned(),
        model_version,
        detail: detail(&heard, &decision, &outcome, &draft, &secrets, &session),
    };
    let understanding = view(&heard, &decision);
    let reply = Reply {
        kind: draft.kind,
        text: draft.text,
        locale: heard.language,
        citations: draft.citations,
        suggestions: draft.suggestions,
    };
    let response =
        ChatResponse { session_id: session.id.clone(), message_id, reply, understanding, notice: String::new() };
    let handoff = outcome.ticket.filter(|ticket| !ticket.reused).map(|ticket| ticket.handoff);
    Ok(Written { turn: Turn { session, messages: vec![asked, answered], decision: entry, handoff }, response })
}

/// The session as the next message finds it.
#[must_use]
pub fn after(session: &Session, decision: &Decision, fallback: bool) -> Session {
    let failed = decision.fails() || (fallback && !matches!(decision, Decision::Handoff { .. }));
    let failures = match (failed, fallback) {
        (false, _) => 0,
        (true, false) => session.failures + 1,
        // A person was offered: a yes to that must be understood.
        (true, true) => (session.failures + 1).max(policy::OFFER_AFTER),
    };
    let last_intent = match decision {
        _ if failed => None,
        Decision::Handoff { .. } | Decision::Flow { open_case: true, .. } => Some(intents::PERSON.to_owned()),
        other => other.intent().map(str::to_owned),
    };
    Session { failures, last_intent, ..session.clone() }
}

/// The intent acted on, where one was; a tap or a turn of speech may have named another than the head did.
fn view(heard: &Heard, decision: &Decision) -> UnderstandingView {
    let understanding = &heard.understanding;
    let out_of_scope = understanding.is_out_of_scope && decision.intent().is_none();
    let best = understanding.ranked.first().filter(|_| !out_of_scope).map(|(intent, _)| intent.as_str());
    let intent = decision.intent().or(best);
    let rated = |intent: &str| understanding.ranked.iter().find(|(id, _)| id == intent).map(|(_, p)| *p);
    let confidence = match intent {
        // What the head did not rate was named word for word.
        Some(intent) => rated(intent).unwrap_or(1.0),
        None => understanding.ranked.first().map_or(0.0, |(_, probability)| *probability),
    };
    let others = understanding.ranked.iter().filter(|(id, _)| Some(id.as_str()) != intent).take(ALTERNATIVES);
    UnderstandingView {
        intent: intent.map(str::to_owned),
        confidence,
        alternatives: others.map(|(intent, p)| Alternative { intent: intent.clone(), confidence: *p }).collect(),
        out_of_scope,
        language: heard.language,
    }
}

/// Ids, codes and scores: what it takes to say later why this reply was given.
fn detail(
    heard: &Heard,
    decision: &Decision,
    outcome: &Outcome,
    draft: &Draft,
    secrets: &[&'static str],
    session: &Session,
) -> serde_json::Value {
    let understanding = &heard.understanding;
    let found: Vec<_> = outcome
        .found
        .iter()
        .map(|hit| json!({ "article": hit.article, "passage": hit.passage, "score": hit.score }))
        .collect();
    json!({
        "decision": decision.code(),
        "intent": decision.intent(),
        "reply": draft.kind.as_str(),
        "locale": heard.language,
        "understanding": {
            "ranked": understanding.ranked,
            "out_of_scope": understanding.out_of_scope,
            "is_out_of_scope": understanding.is_out_of_scope,
            "is_confident": understanding.is_confident,
        },
        "found": found,
        "citations": draft.citations.iter().map(|citation| citation.id.as_str()).collect::<Vec<_>>(),
        "handoff": outcome.ticket.as_ref().map(|ticket| ticket.handoff.reference.as_str()),
        "recommendation": outcome.recommendation,
        "guard": outcome.breach,
        "fallback": outcome.fallback,
        "masked": secrets,
        "failures": session.failures,
    })
}
