//! Which approved article a reply is made of, and which one a tap on a title or heading means.
//! Must not know how articles are found nor how they are worded.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::intents::tap;
use super::retrieve::Found;
use crate::domain::article::Article;
use crate::domain::{ArticleId, Locale};
use crate::knowledge::KnowledgeBase;

/// An article, and the section of it that answers best; sections count from 1, as passages do.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    pub article: &'a Article,
    pub section: Option<usize>,
}

impl<'a> Chosen<'a> {
    fn new(article: &'a Article, passage: usize) -> Self {
        let section = (1..=article.sections.len()).contains(&passage).then_some(passage);
        Self { article, section }
    }
}

/// Titles and headings of all articles, for taps.
#[derive(Debug)]
pub struct Titles(BTreeMap<String, Vec<(ArticleId, usize)>>);

impl Titles {
    #[must_use]
    pub fn new(knowledge: &KnowledgeBase) -> Self {
        let mut titles: BTreeMap<String, Vec<(ArticleId, usize)>> = BTreeMap::new();
        for article in knowledge.articles() {
            let headings = article.sections.iter().map(|section| &section.heading);
            for (passage, title) in std::iter::once(&article.title).chain(headings).enumerate() {
                for locale in Locale::ALL {
                    titles.entry(tap(title.get(locale))).or_default().push((article.id.clone(), passage));
                }
            }
        }
        Self(titles)
    }

    /// The article whose title or heading the message is, word for word; where several share it, one of the intent
    /// talked about before.
    #[must_use]
    pub fn named<'k>(
        &self,
        message: &str,
        last_intent: Option<&str>,
        knowledge: &'k KnowledgeBase,
        day: NaiveDate,
    ) -> Option<Chosen<'k>> {
        let places = self.0.get(&tap(message))?;
        let valid = |(id, passage): &(ArticleId, usize)| {
            let article = knowledge.article(id).filter(|article| article.valid_on(day))?;
            Some(Chosen::new(article, *passage))
        };
        let candidates: Vec<Chosen<'k>> = places.iter().filter_map(valid).collect();
        let talked_about =
            |chosen: &&Chosen<'k>| chosen.article.intents.iter().any(|intent| Some(intent.as_str()) == last_intent);
        candidates.iter().find(talked_about).or(candidates.first()).copied()
    }
}

/// The article for an intent: the best found among its own, else the first of its own. `None` when none is valid.
#[must_use]
pub fn choose<'k>(intent: &str, found: &[Found], knowledge: &'k KnowledgeBase, day: NaiveDate) -> Option<Chosen<'k>> {
    let own = |hit: &Found| {
        let article = knowledge.article(&hit.article)?;
        let fits = article.valid_on(day) && article.intents.iter().any(|own| own == intent);
        fits.then(|| Chosen::new(article, hit.passage))
    };
    let first = || knowledge.for_intent(intent, day).first().map(|article| Chosen::new(article, 0));
    found.iter().find_map(own).or_else(first)
}

/// Intents of the best article found that is valid.
#[must_use]
pub fn intents_of_best<'k>(found: &[Found], knowledge: &'k KnowledgeBase, day: NaiveDate) -> &'k [String] {
    let valid = |hit: &Found| knowledge.article(&hit.article).filter(|article| article.valid_on(day));
    found.iter().find_map(valid).map(|article| article.intents.as_slice()).unwrap_or_default()
}
