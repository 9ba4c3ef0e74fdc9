//! Replies made of approved content: articles with the day's facts filled in, products, branches, lists, requests
//! for a person. Every figure comes with its source, so that the guard can hold the text against it.
//! Must not know how the decision was made, nor models, stores or sessions.

use chrono::NaiveDate;
use minijinja::{Value, context};

use super::articles::Chosen;
use super::handoff::Ticket;
use super::intents::{self, Intents};
use super::signals::Line;
use super::sources::{Draft, Sheet, as_of, first_sentence, without_placeholders};
use super::suggest;
use super::wording::{Templates, Wording};
use super::{ChatError, Citation, ReplyKind};
use crate::catalog::{Catalog, CatalogError, FactUse};
use crate::domain::branch::Branch;
use crate::domain::handoff::HandoffReason;
use crate::domain::product::Product;
use crate::domain::{Locale, Localised};
use crate::recommend::RecommendationList;

/// What replies of one turn are made with.
#[derive(Debug, Clone, Copy)]
pub struct Composer<'a> {
    pub catalog: &'a Catalog,
    pub templates: &'a Templates,
    pub intents: &'a Intents,
    pub locale: Locale,
    pub day: NaiveDate,
}

/// The parts of an article, filled.
struct Parts {
    answer: String,
    section: Option<SectionParts>,
    next_step: String,
}

struct SectionParts {
    heading: String,
    text: String,
}

impl Parts {
    /// The section as templates see it.
    fn section(&self) -> Option<Value> {
        let section = self.section.as_ref()?;
        Some(context! { heading => section.heading.as_str(), text => section.text.as_str() })
    }
}

impl Composer<'_> {
    /// An approved article; `None` where one of its facts has no value today.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn answer(&self, chosen: Chosen<'_>, suggestions: Vec<String>) -> Result<Option<Draft>, ChatError> {
        let mut sheet = Sheet::default();
        let Some(parts) = self.parts(chosen, &mut sheet) else { return Ok(None) };
        let section = parts.section();
        let values = context! { answer => parts.answer, section, next_step => parts.next_step };
        let text = self.templates.word(Wording::Answer, self.locale, values)?;
        Ok(Some(sheet.draft(ReplyKind::Answer, text, suggestions)))
    }

    /// An approved article as guidance, with what to have at hand and, where a case was opened, its ticket.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn flow(
        &self,
        intent: &str,
        chosen: Chosen<'_>,
        ticket: Option<&Ticket>,
        suggestions: Vec<String>,
    ) -> Result<Option<Draft>, ChatError> {
        let mut sheet = Sheet::default();
        let Some(parts) = self.parts(chosen, &mut sheet) else { return Ok(None) };
        let case = ticket.map(|ticket| self.case(ticket, &parts.answer, &mut sheet)).transpose()?;
        let section = parts.section();
        let values = context! { intent, case, section, answer => parts.answer, next_step => parts.next_step };
        let text = self.templates.word(Wording::Flow, self.locale, values)?;
        Ok(Some(sheet.draft(ReplyKind::Flow, text, suggestions)))
    }

    /// A registered request for a person, after the article that helps meanwhile, where there is one.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn handoff(
        &self,
        ticket: &Ticket,
        guidance: Option<Chosen<'_>>,
        suggestions: Vec<String>,
    ) -> Result<Draft, ChatError> {
        let mut sheet = Sheet::default();
        let parts = guidance.and_then(|chosen| self.parts(Chosen { section: None, ..chosen }, &mut sheet));
        let (answer, next_step) = parts.map(|parts| (parts.answer, parts.next_step)).unzip();
        let case = self.case(ticket, answer.as_deref().unwrap_or_default(), &mut sheet)?;
        let line = if ticket.handoff.urgent { "bank.emergency" } else { "bank.hotline" };
        let hotline = if next_step.is_none() { self.bank_fact(line, &mut sheet) } else { None };
        let no_help = ticket.handoff.reason == HandoffReason::NoHelp;
        let values = context! { answer, next_step, no_help, case, hotline };
        let text = self.templates.word(Wording::Handoff, self.locale, values)?;
        Ok(sheet.draft(ReplyKind::Handoff, text, suggestions))
    }

    /// Where somebody may harm themselves: whom to call now, and the request for a person.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn self_harm(&self, ticket: &Ticket, lines: &[Line]) -> Result<Draft, ChatError> {
        let mut sheet = Sheet::default();
        for line in lines {
            sheet.sources.push(line.number.clone());
            sheet.citations.push(Citation {
                id: line.id.clone(),
                title: line.name.get(self.locale).to_owned(),
                quote: line.number.clone(),
            });
        }
        let case = self.case(ticket, "", &mut sheet)?;
        let shown: Vec<_> = lines
            .iter()
            .map(|line| context! { name => line.name.get(self.locale), number => line.number.as_str() })
            .collect();
        let text = self.templates.word(Wording::SelfHarm, self.locale, context! { lines => shown, case })?;
        Ok(sheet.draft(ReplyKind::Handoff, text, Vec::new()))
    }

    /// Asks which of these is meant.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn clarify(&self, options: &[String], offer: bool) -> Result<Draft, ChatError> {
        let names: Vec<String> =
            options.iter().filter_map(|id| self.intents.name(id)).map(|name| self.own(name)).collect();
        let values = context! { options => names.clone(), offer };
        let text = self.templates.word(Wording::Clarify, self.locale, values)?;
        let sheet = Sheet { sources: names.clone(), ..Sheet::default() };
        let person = (offer || names.len() < 2).then(|| self.person());
        let suggestions = names.into_iter().chain(person).take(suggest::MOST).collect();
        Ok(sheet.draft(ReplyKind::Clarify, text, suggestions))
    }

    /// Not this bank's business.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn refuse(&self, offer: bool) -> Result<Draft, ChatError> {
        let text = self.templates.word(Wording::Refuse, self.locale, context! { offer })?;
        let suggestions = suggest::starters(self.intents, self.locale, offer);
        Ok(Sheet::default().draft(ReplyKind::Refuse, text, suggestions))
    }

    /// Nothing approved can be said: a person is offered.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn no_answer(&self, intent: Option<&str>) -> Result<Draft, ChatError> {
        let topic = intent.and_then(|id| self.intents.name(id)).map(|name| self.own(name));
        let sheet = Sheet { sources: topic.iter().cloned().collect(), ..Sheet::default() };
        let text = self.templates.word(Wording::NoAnswer, self.locale, context! { topic })?;
        Ok(sheet.draft(ReplyKind::Refuse, text, vec![self.person()]))
    }

    /// A product with all its facts of the day.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn product(&self, product: &Product, suggestions: Vec<String>) -> Result<Draft, ChatError> {
        let mut sheet = Sheet::default();
        let (name, summary) = (self.own(&product.name), self.own(&product.summary));
        let risk_note = product.risk_note.as_ref().map(|note| self.own(note));
        sheet.sources.extend([name.clone(), summary.clone()]);
        sheet.sources.extend(risk_note.clone());
        sheet.citations.push(Citation { id: product.id.to_string(), title: name.clone(), quote: summary.clone() });
        let mut facts = Vec::new();
        for fact in self.catalog.product_facts(&product.id, self.day) {
            let used = FactUse {
                id: fact.id.clone(),
                label: self.own(&fact.label),
                value: fact.render(self.locale),
                valid_from: fact.from,
            };
            sheet.sources.extend([used.label.clone(), used.valid_from.to_string()]);
            sheet.cite_fact(&used, self.locale);
            let since = used.valid_from.to_string();
            facts.push(context! { label => used.label, value => used.value, valid_from => since });
        }
        let values = context! { name, summary, facts, risk_note, closed => !product.on_sale(self.day) };
        let text = self.templates.word(Wording::Product, self.locale, values)?;
        Ok(sheet.draft(ReplyKind::Answer, text, suggestions))
    }

    /// A gated list; `personal` where it was made from what the bank knows of a customer who agreed to that.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn recommend(&self, list: &RecommendationList, personal: bool) -> Result<Draft, ChatError> {
        let mut sheet = Sheet::default();
        let mut items = Vec::new();
        let mut risky = false;
        for item in &list.items {
            let reasons: Vec<String> = item.reasons.iter().map(|reason| reason.text.clone()).collect();
            let facts: Vec<String> = item.facts.iter().map(|fact| fact.text.clone()).collect();
            sheet.sources.push(item.name.clone());
            sheet.sources.extend(reasons.iter().chain(&facts).cloned());
            let quote = item.facts.iter().map(|fact| as_of(&fact.text, fact.valid_on, self.locale));
            let quote = quote.collect::<Vec<_>>().join("; ");
            sheet.citations.push(Citation { id: item.product_id.to_string(), title: item.name.clone(), quote });
            risky |= self.catalog.product(&item.product_id).is_some_and(|product| product.risk.is_some_and(|r| r > 1));
            items.push(context! { name => item.name.as_str(), reasons, facts });
        }
        let values = context! { items, risky, personal };
        let text = self.templates.word(Wording::Recommend, self.locale, values)?;
        let names = list.items.iter().map(|item| item.name.clone()).take(suggest::MOST - 1);
        let suggestions = names.chain([self.person()]).collect();
        Ok(sheet.draft(ReplyKind::Recommend, text, suggestions))
    }

    /// Branches that the message named.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn branches(&self, branches: &[&Branch], suggestions: Vec<String>) -> Result<Draft, ChatError> {
        let mut sheet = Sheet::default();
        let mut shown = Vec::new();
        for branch in branches {
            let texts = [&branch.name, &branch.address, &branch.weekday_hours, &branch.weekend_hours];
            let [name, address, weekday, weekend] = texts.map(|text| self.own(text));
            sheet.sources.extend([&name, &address, &weekday, &weekend, &branch.phone].map(String::clone));
            sheet.citations.push(Citation { id: branch.id.clone(), title: name.clone(), quote: address.clone() });
            shown.push(context! { name, address, weekday, weekend, phone => branch.phone.as_str() });
        }
        let text = self.templates.word(Wording::Branches, self.locale, context! { branches => shown })?;
        Ok(sheet.draft(ReplyKind::Answer, text, suggestions))
    }

    /// That a machine answers.
    ///
    /// # Errors
    /// [`ChatError::Prompt`].
    pub fn notice(&self) -> Result<String, ChatError> {
        self.templates.word(Wording::Notice, self.locale, context! {})
    }

    /// The tap that asks for a person.
    #[must_use]
    pub fn person(&self) -> String {
        self.intents.name(intents::PERSON).map(|name| self.own(name)).unwrap_or_default()
    }

    fn own(&self, text: &Localised) -> String {
        text.get(self.locale).to_owned()
    }

    /// An article's parts, filled and cited; `None`, with a line in the log, where a fact has no value today.
    fn parts(&self, chosen: Chosen<'_>, sheet: &mut Sheet) -> Option<Parts> {
        match self.filled_parts(chosen) {
            Ok((parts, mut filled)) => {
                sheet.citations.append(&mut filled.citations);
                sheet.sources.append(&mut filled.sources);
                Some(parts)
            }
            Err(error) => {
                tracing::error!(article = %chosen.article.id, %error, "article cannot be filled");
                None
            }
        }
    }

    fn filled_parts(&self, chosen: Chosen<'_>) -> Result<(Parts, Sheet), CatalogError> {
        let article = chosen.article;
        let mut sheet = Sheet::default();
        let answer = self.fill(&article.answer, &mut sheet)?;
        let section = chosen.section.and_then(|number| article.sections.get(number - 1));
        let section = match section {
            Some(section) => Some(SectionParts {
                heading: self.fill(&section.heading, &mut sheet)?,
                text: self.fill(&section.text, &mut sheet)?,
            }),
            None => None,
        };
        let next_step = self.fill(&article.next_step, &mut sheet)?;
        let quoted = section.as_ref().map_or(&answer, |section| &section.text);
        let quote = first_sentence(quoted).to_owned();
        let title = self.own(&article.title);
        sheet.citations.insert(0, Citation { id: article.id.to_string(), title, quote });
        Ok((Parts { answer, section, next_step }, sheet))
    }

    /// Fills an approved text; what it says by itself and the facts used are sources from then on.
    fn fill(&self, text: &Localised, sheet: &mut Sheet) -> Result<String, CatalogError> {
        let raw = text.get(self.locale);
        let filled = self.catalog.fill(raw, self.day, self.locale)?;
        sheet.sources.push(without_placeholders(raw));
        for fact in &filled.facts {
            sheet.cite_fact(fact, self.locale);
        }
        Ok(filled.text)
    }

    /// The value of a fact of the bank today.
    fn bank_fact(&self, id: &str, sheet: &mut Sheet) -> Option<String> {
        let filled = self.catalog.fill(&format!("{{{{{id}}}}}"), self.day, self.locale);
        let filled = filled.inspect_err(|error| tracing::error!(%error, "a fact of the bank is absent")).ok()?;
        for fact in &filled.facts {
            sheet.cite_fact(fact, self.locale);
        }
        Some(filled.text)
    }

    /// The lines about a ticket. Staff's hours are left out where the text around has told them.
    fn case(&self, ticket: &Ticket, around: &str, sheet: &mut Sheet) -> Result<String, ChatError> {
        let hours = self.bank_fact("bank.hotline.hours", sheet).filter(|hours| !around.contains(hours.as_str()));
        sheet.sources.extend([ticket.handoff.reference.clone(), ticket.ahead.to_string()]);
        let values = context! {
            hours,
            reference => ticket.handoff.reference.as_str(),
            ahead => ticket.ahead,
            reused => ticket.reused,
            urgent => ticket.handoff.urgent,
        };
        self.templates.word(Wording::Case, self.locale, values)
    }
}
