//! What to do with a message: a pure function of what was read, understood and found, and of the session.
//! Must not know texts, stores or how anything it is told was found out.

use super::intents::{self, Intents};
use super::products;
use super::signals::Signals;
use crate::domain::handoff::HandoffReason;
use crate::domain::intent::Action;
use crate::domain::product::Category;
use crate::models::intent::Understanding;

/// Replies in a row that did not help, after which a person is offered.
pub const OFFER_AFTER: i32 = 2;
/// And after which one takes over.
pub const QUEUE_AFTER: i32 = 3;

/// Probability from which an intent that is not confident by itself is believed if the best article found is one of
/// its own: two readings that can be wrong in different ways say the same.
const AGREED: f32 = 0.45;
/// Probability from which an intent is worth proposing.
const PLAUSIBLE: f32 = 0.05;
/// Intents answered with the branches of the place named.
pub const BRANCHES: [&str; 2] = ["branch_location", "branch_hours"];
/// Most intents proposed at once.
const OPTIONS: usize = 3;

/// What the policy looks at.
#[derive(Debug)]
pub struct Situation<'a> {
    pub signals: Signals,
    /// What a tapped suggestion names, word for word.
    pub tapped: Option<Tapped<'a>>,
    pub understanding: &'a Understanding,
    /// Intents of the best article found.
    pub found: &'a [String],
    /// The product named, where one is.
    pub product: Option<Named>,
    /// A place with a branch is named.
    pub branch: bool,
    /// Replies in a row, before this one, that did not help.
    pub failures: i32,
    /// The intent of the reply before this one.
    pub last_intent: Option<&'a str>,
}

/// An intent that the message names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tapped<'a> {
    pub intent: &'a str,
    /// By the title of one of its articles, or a heading in it: that text is wanted and nothing else.
    pub article: bool,
}

/// A product that the message names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    pub category: Category,
    /// The message is its name and nothing else, as a tap sends it.
    pub alone: bool,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Approved text for this intent.
    Answer { intent: String },
    /// The dated facts of the product named.
    Product { intent: Option<String> },
    /// Asks which of these is meant; may be empty.
    Clarify { options: Vec<String> },
    /// Approved text as guidance; where `open_case`, a person is told at once.
    Flow { intent: String, open_case: bool },
    /// A gated list of products.
    Recommend { intent: String },
    /// A person takes over.
    Handoff { intent: Option<String>, reason: HandoffReason, urgent: bool },
    /// Not this bank's business.
    Refuse,
}

impl Decision {
    /// Whether this is a reply that does not help.
    #[must_use]
    pub fn fails(&self) -> bool {
        matches!(self, Self::Clarify { .. } | Self::Refuse)
    }

    /// The intent it was made for.
    #[must_use]
    pub fn intent(&self) -> Option<&str> {
        match self {
            Self::Answer { intent } | Self::Flow { intent, .. } | Self::Recommend { intent } => Some(intent),
            Self::Product { intent } | Self::Handoff { intent, .. } => intent.as_deref(),
            Self::Clarify { .. } | Self::Refuse => None,
        }
    }

    /// For the decision log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Product { .. } => "product",
            Self::Clarify { .. } => "clarify",
            Self::Flow { .. } => "flow",
            Self::Recommend { .. } => "recommend",
            Self::Handoff { .. } => "handoff",
            Self::Refuse => "refuse",
        }
    }
}

/// Decides. The order of the rules is the order of what must never be missed.
#[must_use]
pub fn decide(situation: &Situation<'_>, intents: &Intents) -> Decision {
    let signals = situation.signals;
    if signals.self_harm {
        return Decision::Handoff { intent: None, reason: HandoffReason::SelfHarm, urgent: true };
    }
    if signals.person {
        return asked_for_person();
    }
    if let Some(decision) = yes_or_no(situation) {
        return decision;
    }
    if signals.identity {
        return Decision::Answer { intent: intents::ASSISTANT.to_owned() };
    }
    if let Some(tapped) = situation.tapped {
        let wants_text = tapped.article && intents.action(tapped.intent) != Some(Action::Handoff);
        return if wants_text {
            Decision::Answer { intent: tapped.intent.to_owned() }
        } else {
            act(tapped.intent, situation, intents)
        };
    }
    if situation.product.is_some_and(|product| product.alone) {
        return Decision::Product { intent: None };
    }
    let understanding = situation.understanding;
    let figures_of_product = situation.product.is_some() && signals.figures;
    if let Some(intent) = about_a_branch(situation) {
        return act(intent, situation, intents);
    }
    if understanding.is_out_of_scope && !figures_of_product {
        return unless_again(Decision::Refuse, situation);
    }
    match believed(situation) {
        Some(intent) => act(intent, situation, intents),
        None if figures_of_product => Decision::Product { intent: None },
        None => unless_again(Decision::Clarify { options: options(understanding) }, situation),
    }
}

fn asked_for_person() -> Decision {
    let intent = Some(intents::PERSON.to_owned());
    Decision::Handoff { intent, reason: HandoffReason::AskedForPerson, urgent: false }
}

/// A bare yes or no means what was offered just before. Where nothing was, it closes the matter.
fn yes_or_no(situation: &Situation<'_>) -> Option<Decision> {
    let signals = situation.signals;
    if !signals.agrees && !signals.declines {
        return None;
    }
    let lost_card = situation.last_intent == Some(intents::LOST_CARD);
    if signals.agrees && lost_card {
        let intent = Some(intents::LOST_CARD.to_owned());
        return Some(Decision::Handoff { intent, reason: HandoffReason::SpecialCase, urgent: true });
    }
    if signals.agrees && situation.failures >= OFFER_AFTER {
        return Some(asked_for_person());
    }
    let settled = situation.last_intent.is_some() || situation.failures >= OFFER_AFTER;
    settled.then(|| Decision::Answer { intent: intents::THANKS.to_owned() })
}

/// A place with a branch is named and the head thinks of branches first: that is enough, however unsure it is.
fn about_a_branch<'a>(situation: &'a Situation<'_>) -> Option<&'a str> {
    let (best, _) = situation.understanding.ranked.first()?;
    (situation.branch && BRANCHES.contains(&best.as_str())).then_some(best.as_str())
}

/// The intent that is sure enough to act on.
fn believed<'a>(situation: &'a Situation<'_>) -> Option<&'a str> {
    let (intent, probability) = situation.understanding.ranked.first()?;
    let agreed = *probability >= AGREED && situation.found.contains(intent);
    (situation.understanding.is_confident || agreed).then_some(intent.as_str())
}

fn act(intent: &str, situation: &Situation<'_>, intents: &Intents) -> Decision {
    let signals = situation.signals;
    let owned = intent.to_owned();
    let product = situation.product.is_some_and(|product| products::on_shelf(intent, product.category));
    match intents.action(intent) {
        Some(Action::Handoff) if intent == intents::PERSON => asked_for_person(),
        Some(Action::Handoff) => Decision::Handoff {
            reason: HandoffReason::SpecialCase,
            urgent: Intents::is_urgent(intent),
            intent: Some(owned),
        },
        Some(Action::Flow) => Decision::Flow { open_case: signals.stolen, intent: owned },
        Some(Action::Recommend) if signals.chooses || !(signals.explains || product) => {
            Decision::Recommend { intent: owned }
        }
        Some(Action::Answer | Action::Recommend) if product && (signals.figures || !signals.explains) => {
            Decision::Product { intent: Some(owned) }
        }
        // An intent that the taxonomy does not know has no article either; the answer says so.
        Some(Action::Answer | Action::Recommend) | None => Decision::Answer { intent: owned },
    }
}

/// The third reply in a row that would not help is a person instead.
fn unless_again(decision: Decision, situation: &Situation<'_>) -> Decision {
    if situation.failures + 1 >= QUEUE_AFTER {
        return Decision::Handoff { intent: None, reason: HandoffReason::NoHelp, urgent: false };
    }
    decision
}

/// The intents worth proposing, most probable first; a single one is proposed as well.
fn options(understanding: &Understanding) -> Vec<String> {
    let plausible = understanding.ranked.iter().filter(|(_, probability)| *probability >= PLAUSIBLE);
    plausible.take(OPTIONS).map(|(intent, _)| intent.clone()).collect()
}
