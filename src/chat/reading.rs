//! All that is known about a message before anything is decided. Must not know what follows from it.

use super::articles::Chosen;
use super::policy::{Named, Situation, Tapped};
use super::record::{Heard, LOGGED_HITS};
use super::retrieve::Found;
use super::sessions::Conversation;
use crate::domain::branch::Branch;
use crate::domain::conversation::Session;
use crate::domain::customer::CustomerKind;
use crate::domain::product::Category;
use crate::domain::{Locale, ProductId};
use crate::privacy::mask::SecretKind;
use crate::recommend::Profile;

/// A message, read.
pub struct Read<'a> {
    pub heard: Heard,
    pub found: Vec<Found>,
    /// Intents of the best article found.
    pub found_intents: &'a [String],
    /// The intent that a tap names, and the article where it was a title or heading.
    pub tapped: Option<(String, Option<Chosen<'a>>)>,
    pub named: Option<(ProductId, Named)>,
    /// Branches whose place is named.
    pub branches: Vec<&'a Branch>,
}

impl Read<'_> {
    /// What the policy looks at.
    #[must_use]
    pub fn situation<'s>(&'s self, session: &'s Session) -> Situation<'s> {
        let tapped = self.tapped.as_ref();
        Situation {
            signals: self.heard.signals,
            tapped: tapped.map(|(intent, chosen)| Tapped { intent, article: chosen.is_some() }),
            understanding: &self.heard.understanding,
            found: self.found_intents,
            product: self.named.as_ref().map(|(_, named)| *named),
            branch: !self.branches.is_empty(),
            failures: session.failures,
            last_intent: session.last_intent.as_deref(),
        }
    }

    /// The articles found that the decision log names.
    #[must_use]
    pub fn logged(&self) -> Vec<Found> {
        self.found.iter().take(LOGGED_HITS).cloned().collect()
    }
}

/// The language of a masked message, else the session's, else the one asked for.
#[must_use]
pub fn language(message: &str, conversation: &Conversation, asked: Option<Locale>) -> Locale {
    let of_session = if conversation.is_new { asked } else { Some(conversation.session.locale) };
    // What stands for a secret is no word of the customer's.
    let words = SecretKind::ALL.iter().fold(message.to_owned(), |text, kind| text.replace(kind.placeholder(), " "));
    Locale::detect(&words).or(of_session).unwrap_or(Locale::Zh)
}

/// Somebody who has not signed in; who asks for business loans has a business.
#[must_use]
pub fn unknown(category: Option<Category>) -> Profile {
    let kind = (category == Some(Category::BusinessLoan)).then_some(CustomerKind::SmallBusiness);
    Profile { kind, ..Profile::default() }
}
