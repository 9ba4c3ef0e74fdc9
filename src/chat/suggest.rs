//! What a customer may tap next: headings and titles of approved articles, names of intents. Every tap resolves when
//! it is sent back as a message. Must not know replies or sessions.

use chrono::NaiveDate;

use super::articles::Chosen;
use super::intents::{self, Intents, tap};
use super::retrieve::Found;
use crate::domain::Locale;
use crate::domain::intent::Action;
use crate::knowledge::KnowledgeBase;

/// Most taps under a reply.
pub const MOST: usize = 3;

/// Fewest after an article.
const FEWEST: usize = 2;

/// Offered where nothing was understood: what most customers come for.
const STARTERS: [&str; 3] = [intents::LOST_CARD, "transfer_fee", "deposit_rates"];

/// After an article: a section of it that was not shown, the next article found on the same intent, a near intent.
#[must_use]
pub fn after_article(
    chosen: Chosen<'_>,
    intent: &str,
    found: &[Found],
    knowledge: &KnowledgeBase,
    all: &Intents,
    locale: Locale,
    day: NaiveDate,
) -> Vec<String> {
    let article = chosen.article;
    let section = (1..).zip(&article.sections).find(|(number, _)| Some(*number) != chosen.section);
    let heading = section.map(|(_, section)| section.heading.get(locale).to_owned());
    let own = |hit: &Found| {
        let other = knowledge.article(&hit.article).filter(|other| other.id != article.id && other.valid_on(day))?;
        other.intents.iter().any(|own| own == intent).then(|| other.title.get(locale).to_owned())
    };
    let title = found.iter().find_map(own);
    let mut distinct: Vec<String> = Vec::new();
    let mut offer = |text: String, most: usize| {
        if distinct.len() < most && distinct.iter().all(|other| tap(other) != tap(&text)) {
            distinct.push(text);
        }
    };
    heading.into_iter().chain(title).chain(near(intent, all, locale)).for_each(|text| offer(text, MOST));
    starters(all, locale, false).into_iter().for_each(|text| offer(text, FEWEST));
    distinct
}

/// After anything else: near intents, and a person.
#[must_use]
pub fn after_intent(intent: Option<&str>, all: &Intents, locale: Locale) -> Vec<String> {
    let near = intent.map(|intent| near(intent, all, locale)).unwrap_or_default();
    near.into_iter().take(MOST - 1).chain(name(intents::PERSON, all, locale)).collect()
}

/// Where the message was not understood.
#[must_use]
pub fn starters(all: &Intents, locale: Locale, person: bool) -> Vec<String> {
    let ids = STARTERS.into_iter().take(if person { MOST - 1 } else { MOST }).chain(person.then_some(intents::PERSON));
    ids.filter_map(|id| name(id, all, locale)).collect()
}

/// Names of near intents. One whose every message opens a case is left out: a curious tap must not open one.
fn near(intent: &str, all: &Intents, locale: Locale) -> Vec<String> {
    let near = all.near(intent).iter().filter(|id| all.action(id) != Some(Action::Handoff));
    near.filter_map(|id| name(id, all, locale)).collect()
}

fn name(id: &str, all: &Intents, locale: Locale) -> Option<String> {
    all.name(id).map(|name| name.get(locale).to_owned())
}
