//! One turn of a conversation, from the message to the reply and what it leaves behind.
//! Must not know HTTP or where a customer's permission comes from; texts are made in `compose`, decisions in `policy`.

use std::sync::Arc;

use super::articles::{self, Chosen, Titles};
use super::compose::Composer;
use super::guard::Guard;
use super::handoff::{self, Ticket};
use super::intents::{self, Intents};
use super::policy::{self, Decision, Named};
use super::products::ProductNames;
use super::reading::Read;
use super::record::{Heard, Outcome};
use super::retrieve;
use super::sessions::{self, Conversation};
use super::signals::Phrases;
use super::sources::Draft;
use super::wording::Templates;
use super::{ChatError, ChatResponse, ChatTurn, branches, reading, record, suggest};
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::config::ChatSettings;
use crate::domain::Locale;
use crate::domain::handoff::HandoffReason;
use crate::knowledge::{KnowledgeBase, terms};
use crate::models::encoder::TextRole;
use crate::models::intent::IntentModel;
use crate::models::queue::EncoderQueue;
use crate::privacy::mask::mask;
use crate::recommend::{RecommendationRequest, Recommender, Subject};
use crate::store::records::{Records, RecordsError};
use crate::store::vectors::VectorStore;
use crate::{telemetry, text};

/// Products of a list in a chat: more than three are not read.
const LISTED: usize = 3;

/// What the service is made of.
#[derive(Clone)]
pub struct ChatParts {
    pub settings: ChatSettings,
    pub clock: Arc<dyn Clock>,
    pub records: Records,
    pub vectors: Arc<dyn VectorStore>,
    pub encoder: Arc<EncoderQueue>,
    pub intents: Arc<IntentModel>,
    pub catalog: Arc<Catalog>,
    pub knowledge: Arc<KnowledgeBase>,
    pub recommender: Arc<Recommender>,
}

/// Answers customers.
pub struct ChatService {
    parts: ChatParts,
    taxonomy: Intents,
    phrases: Phrases,
    names: ProductNames,
    titles: Titles,
    templates: Templates,
    guard: Guard,
}

impl ChatService {
    /// Compiles what is in `prompts/` and `intents/`.
    ///
    /// # Errors
    /// [`ChatError::Prompt`] or [`ChatError::Model`] naming the built-in file that does not fit the code.
    pub fn new(parts: ChatParts) -> Result<Self, ChatError> {
        Ok(Self {
            taxonomy: Intents::embedded()?,
            phrases: Phrases::embedded()?,
            names: ProductNames::new(&parts.catalog)?,
            titles: Titles::new(&parts.knowledge),
            templates: Templates::embedded()?,
            guard: Guard::embedded()?,
            parts,
        })
    }

    /// Answers one message: checks, masks, encodes once, understands, finds, decides, words, guards, records.
    ///
    /// # Errors
    /// What is wrong with the message or its session, or what does not answer. Nothing is stored then.
    pub async fn turn(&self, turn: ChatTurn) -> Result<ChatResponse, ChatError> {
        let now = self.parts.clock.now();
        let message = self.checked(&turn.message)?;
        let mut conversation =
            sessions::find(&self.parts.records, &turn, now, self.parts.settings.session_hours).await?;
        let masked = mask(&message, conversation.previous().as_deref());
        for kind in &masked.kinds {
            telemetry::masked(kind.as_str());
        }
        let locale = reading::language(&masked.text, &conversation, turn.locale);
        conversation.session.locale = locale;
        let read = self.read(masked.text, locale, &conversation).await?;
        let decision = policy::decide(&read.situation(&conversation.session), &self.taxonomy);
        let composer = Composer {
            catalog: &self.parts.catalog,
            templates: &self.templates,
            intents: &self.taxonomy,
            locale,
            day: self.parts.clock.today(),
        };
        let mut outcome = Outcome { found: read.logged(), ..Outcome::default() };
        let draft = self.reply(&decision, &read, &conversation, &composer, &mut outcome).await?;
        let draft = self.guarded(draft, &decision, &composer, &mut outcome)?;
        let notice = composer.notice()?;
        let secrets = masked.kinds.iter().map(|kind| kind.as_str()).collect();
        let version = self.version();
        let written = record::written(&conversation, read.heard, decision, draft, outcome, secrets, version, now)?;
        self.store(&conversation, written.turn).await?;
        telemetry::reply(written.response.reply.kind.as_str(), locale.as_str());
        Ok(ChatResponse { notice, ..written.response })
    }

    /// The message in one form, if it is one that can be answered.
    fn checked(&self, message: &str) -> Result<String, ChatError> {
        let limit = self.parts.settings.max_message_chars;
        let too_long = |text: &str| {
            let found = text.chars().count();
            if found > limit { Err(ChatError::TooLong { found, limit }) } else { Ok(()) }
        };
        too_long(message)?;
        let message = text::normalise(message);
        // Some characters unfold into many.
        too_long(&message)?;
        if message.is_empty() { Err(ChatError::EmptyMessage) } else { Ok(message) }
    }

    /// Everything that reading the message gives: one pass of the encoder serves intent and retrieval.
    async fn read(&self, text: String, locale: Locale, conversation: &Conversation) -> Result<Read<'_>, ChatError> {
        let parts = &self.parts;
        let day = parts.clock.today();
        let vector = parts.encoder.encode(TextRole::Query, &text).await?;
        let understanding = parts.intents.classify(&vector);
        let found = retrieve::search(&*parts.vectors, vector, terms::query_vector(&text), locale, day).await?;
        let last = conversation.session.last_intent.as_deref();
        let tapped = match self.taxonomy.named(&text) {
            Some(intent) => Some((intent.to_owned(), None)),
            None => self.titles.named(&text, last, &parts.knowledge, day).and_then(|chosen| {
                let intents = &chosen.article.intents;
                let talked_about = intents.iter().find(|intent| Some(intent.as_str()) == last);
                Some((talked_about.or(intents.first())?.clone(), Some(chosen)))
            }),
        };
        let named = self.names.find(&text).and_then(|(id, alone)| {
            let category = parts.catalog.product(id)?.category;
            Some((id.clone(), Named { category, alone }))
        });
        let branches = branches::named(parts.catalog.branches(), &text);
        let found_intents = articles::intents_of_best(&found, &parts.knowledge, day);
        let signals = self.phrases.read(&text);
        let heard = Heard { text, signals, understanding, language: locale };
        Ok(Read { heard, found, found_intents, tapped, named, branches })
    }

    /// Words the decision, opening a request for a person where it says so. `None` where nothing approved can be said.
    async fn reply(
        &self,
        decision: &Decision,
        read: &Read<'_>,
        conversation: &Conversation,
        composer: &Composer<'_>,
        outcome: &mut Outcome,
    ) -> Result<Option<Draft>, ChatError> {
        let offer = conversation.session.failures + 1 >= policy::OFFER_AFTER;
        match decision {
            Decision::Answer { intent } => self.answer(intent, read, composer),
            Decision::Product { intent } => self.product(intent.as_deref(), read, composer),
            Decision::Clarify { options } => composer.clarify(options, offer).map(Some),
            Decision::Refuse => composer.refuse(offer).map(Some),
            Decision::Recommend { intent } => self.recommend(intent, read, conversation, composer, outcome).await,
            Decision::Flow { intent, open_case } => {
                if *open_case {
                    let ticket = self.ticket(conversation, Some(intent), HandoffReason::SpecialCase, true).await?;
                    outcome.ticket = Some(ticket);
                }
                let Some(mut chosen) = self.chosen(intent, read, composer) else { return Ok(None) };
                if read.tapped.is_none() {
                    // Somebody in a hurry reads the steps and nothing else.
                    chosen.section = None;
                }
                let person = (!*open_case).then(|| composer.person());
                let further = self.suggestions(chosen, intent, read, composer);
                let suggestions = person.into_iter().chain(further).take(suggest::MOST).collect();
                composer.flow(intent, chosen, outcome.ticket.as_ref(), suggestions)
            }
            Decision::Handoff { intent, reason, urgent } => {
                let ticket = self.ticket(conversation, intent.as_deref(), *reason, *urgent).await?;
                let draft = self.handed_off(intent.as_deref(), &ticket, read, composer);
                outcome.ticket = Some(ticket);
                draft.map(Some)
            }
        }
    }

    fn chosen<'s>(&'s self, intent: &str, read: &Read<'s>, composer: &Composer<'_>) -> Option<Chosen<'s>> {
        let tapped = read.tapped.as_ref().and_then(|(_, chosen)| *chosen);
        let fits = tapped.filter(|chosen| chosen.article.intents.iter().any(|own| own == intent));
        fits.or_else(|| articles::choose(intent, &read.found, &self.parts.knowledge, composer.day))
    }

    fn suggestions(&self, chosen: Chosen<'_>, intent: &str, read: &Read<'_>, composer: &Composer<'_>) -> Vec<String> {
        let (knowledge, all) = (&self.parts.knowledge, &self.taxonomy);
        suggest::after_article(chosen, intent, &read.found, knowledge, all, composer.locale, composer.day)
    }

    fn answer(&self, intent: &str, read: &Read<'_>, composer: &Composer<'_>) -> Result<Option<Draft>, ChatError> {
        if policy::BRANCHES.contains(&intent) && read.tapped.is_none() && !read.branches.is_empty() {
            let suggestions = suggest::after_intent(Some(intent), &self.taxonomy, composer.locale);
            return composer.branches(&read.branches, suggestions).map(Some);
        }
        match self.chosen(intent, read, composer) {
            Some(chosen) => composer.answer(chosen, self.suggestions(chosen, intent, read, composer)),
            None => Ok(None),
        }
    }

    fn product(
        &self,
        intent: Option<&str>,
        read: &Read<'_>,
        composer: &Composer<'_>,
    ) -> Result<Option<Draft>, ChatError> {
        let product = read.named.as_ref().and_then(|(id, _)| self.parts.catalog.product(id));
        let suggestions = suggest::after_intent(intent, &self.taxonomy, composer.locale);
        product.map(|product| composer.product(product, suggestions)).transpose()
    }

    async fn recommend(
        &self,
        intent: &str,
        read: &Read<'_>,
        conversation: &Conversation,
        composer: &Composer<'_>,
        outcome: &mut Outcome,
    ) -> Result<Option<Draft>, ChatError> {
        let category = self.names.category(intent, &read.heard.text);
        let customer = conversation.session.customer_id.clone();
        let signed_in = customer.is_some();
        let subject = customer.map_or_else(|| Subject::Profile(reading::unknown(category)), Subject::Customer);
        let request = RecommendationRequest::new(subject, composer.locale);
        let request = RecommendationRequest { limit: LISTED, category, ..request };
        let list = self.parts.recommender.recommend(&request, "customer").await?;
        outcome.recommendation = Some(list.decision_id.clone());
        // Where the rules leave nothing, what may be said in general helps more than an empty list.
        let general = if list.items.is_empty() { self.answer(intent, read, composer)? } else { None };
        match general {
            Some(draft) => Ok(Some(draft)),
            None => composer.recommend(&list, signed_in && list.personalised).map(Some),
        }
    }

    /// The session's open request for a person, or a new one. A more pressing reason opens one of its own.
    async fn ticket(
        &self,
        conversation: &Conversation,
        intent: Option<&str>,
        reason: HandoffReason,
        urgent: bool,
    ) -> Result<Ticket, ChatError> {
        let now = self.parts.clock.now();
        let records = &self.parts.records;
        let session = &conversation.session;
        let open = if conversation.is_new { None } else { records.open_handoff_of(&session.id).await? };
        let good_enough = |open: &crate::domain::handoff::Handoff| open.urgent || !urgent;
        let (handoff, reused) = match open.filter(good_enough) {
            Some(open) => (open, true),
            None => (handoff::open(session, intent, reason, urgent, now, &self.parts.catalog)?, false),
        };
        let ahead = records.handoffs_ahead(&handoff).await?;
        Ok(Ticket { handoff, ahead, reused })
    }

    fn handed_off(
        &self,
        intent: Option<&str>,
        ticket: &Ticket,
        read: &Read<'_>,
        composer: &Composer<'_>,
    ) -> Result<Draft, ChatError> {
        if read.heard.signals.self_harm {
            return composer.self_harm(ticket, self.phrases.lines());
        }
        let guidance = intent.and_then(|intent| self.chosen(intent, read, composer));
        let suggestions = match (intent, guidance) {
            (Some(intent), Some(chosen)) if intent != intents::PERSON => {
                self.suggestions(chosen, intent, read, composer)
            }
            _ => Vec::new(),
        };
        composer.handoff(ticket, guidance, suggestions)
    }

    /// A reply that nothing approved stands behind, or that says what may not be said, is not sent: a person is
    /// offered instead.
    fn guarded(
        &self,
        draft: Option<Draft>,
        decision: &Decision,
        composer: &Composer<'_>,
        outcome: &mut Outcome,
    ) -> Result<Draft, ChatError> {
        if let Some(draft) = draft {
            let taps = draft.suggestions.join("\n");
            let passed = self.guard.check(&draft.text, &draft.sources).and_then(|()| self.guard.check_claims(&taps));
            match passed {
                Ok(()) => return Ok(draft),
                Err(breach) => {
                    tracing::error!(breach = breach.code(), decision = decision.code(), "the guard stopped a reply");
                    outcome.breach = Some(breach.code());
                }
            }
        }
        outcome.fallback = true;
        match &outcome.ticket {
            // The request for a person stands, and so the customer is told of it.
            Some(ticket) => composer.handoff(ticket, None, Vec::new()),
            None => composer.no_answer(decision.intent()),
        }
    }

    async fn store(&self, conversation: &Conversation, turn: crate::store::records::Turn) -> Result<(), ChatError> {
        let id = conversation.session.id.clone();
        if conversation.is_new {
            self.parts.records.create_session(&conversation.session).await?;
        }
        self.parts.records.record_turn(turn).await.map_err(|error| match error {
            RecordsError::Conflict(_) => ChatError::Conflict(id),
            other => other.into(),
        })
    }

    /// For the decision log: which head and which encoder read the message.
    fn version(&self) -> String {
        format!("{}+{}", self.parts.intents.version(), self.parts.encoder.identity())
    }
}
