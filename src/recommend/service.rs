//! The way from a request to a list: whom it is for, what comes into question, what the rules leave, in which order and
//! why, and the entry in the decision log. Must not know how any step works.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;

use super::candidates::{Candidates, Finder};
use super::person::Person;
use super::{
    Exclusion, Item, MAX_LIMIT, RULES_VERSION, RecommendError, RecommendationList, RecommendationRequest, Subject,
    explain, gates, rank,
};
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::customers::view;
use crate::domain::decision::{Decision, DecisionKind};
use crate::domain::product::Product;
use crate::domain::{CustomerId, DecisionId, Locale, ProductId};
use crate::models::queue::EncoderQueue;
use crate::store::records::Records;
use crate::store::vectors::VectorStore;
use crate::telemetry;

/// Recommends products.
pub struct Recommender {
    catalog: Arc<Catalog>,
    records: Records,
    clock: Arc<dyn Clock>,
    finder: Finder,
}

/// Whom a list is made for, once looked up.
struct Found {
    person: Person,
    candidates: Candidates,
    customer_id: Option<CustomerId>,
    personalised: bool,
}

impl Recommender {
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        records: Records,
        vectors: Arc<dyn VectorStore>,
        clock: Arc<dyn Clock>,
        encoder: Arc<EncoderQueue>,
    ) -> Self {
        let finder = Finder::new(Arc::clone(&catalog), vectors, encoder);
        Self { catalog, records, clock, finder }
    }

    /// The list for a request. `actor` is who asked, for the log: `advisor:A001`, `customer`.
    ///
    /// # Errors
    /// A customer or product that does not exist, a field out of range, or a part that does not answer.
    pub async fn recommend(
        &self,
        request: &RecommendationRequest,
        actor: &str,
    ) -> Result<RecommendationList, RecommendError> {
        if !(1..=MAX_LIMIT).contains(&request.limit) {
            let problem = format!("must be 1 to {MAX_LIMIT}");
            return Err(RecommendError::BadField { field: "limit", problem });
        }
        let today = self.clock.today();
        let found = self.find(request, today).await?;
        let (open, excluded) = self.sieve(&found, request);
        let ranked = rank::rank(&open, &found.person, request.limit);
        let locale = request.locale;
        let items: Vec<Item> = ranked
            .into_iter()
            .map(|ranked| Item {
                product_id: ranked.product.id.clone(),
                name: ranked.product.name.get(locale).to_owned(),
                score: ranked.score,
                reasons: explain::reasons(ranked.product, &found.person, locale),
                facts: explain::facts(ranked.product, &self.catalog, today, locale),
            })
            .collect();
        let model_version = format!("{RULES_VERSION}+{}", self.finder.encoder());
        let decision_id = new_decision_id()?;
        let list = RecommendationList { items, personalised: found.personalised, excluded, decision_id, model_version };
        self.log(&list, &found, locale, actor).await?;
        telemetry::recommendation();
        Ok(list)
    }

    async fn find(&self, request: &RecommendationRequest, today: NaiveDate) -> Result<Found, RecommendError> {
        let unknown = |customer_id: Option<CustomerId>| Found {
            person: Person::unknown(),
            candidates: self.finder.all(today),
            customer_id,
            personalised: false,
        };
        match &request.subject {
            Subject::Profile(profile) => {
                profile.check()?;
                if let Some(id) = profile.holdings.iter().find(|id| self.catalog.product(id).is_none()) {
                    return Err(RecommendError::UnknownProduct(id.clone()));
                }
                if request.personalised == Some(false) {
                    return Ok(unknown(None));
                }
                let person = Person::from_profile(profile, |id| self.catalog.product(id));
                Ok(Found { person, candidates: self.finder.all(today), customer_id: None, personalised: true })
            }
            Subject::Customer(id) => {
                let customer = self.records.customer(id).await?;
                let customer = customer.ok_or_else(|| RecommendError::UnknownCustomer(id.clone()))?;
                if request.personalised == Some(false) || !customer.consents.personalisation {
                    return Ok(unknown(Some(customer.id)));
                }
                let (holdings, transactions) =
                    tokio::try_join!(self.records.holdings(id), self.records.transactions(id))?;
                let view = view(customer, &holdings, &transactions, |id| self.catalog.product(id), today);
                Ok(Found {
                    person: Person::from_view(&view),
                    candidates: self.finder.near(&view, today).await?,
                    customer_id: Some(view.customer.id),
                    personalised: true,
                })
            }
        }
    }

    /// What the rules leave, and what they keep off, by rising id.
    fn sieve<'s>(
        &'s self,
        found: &'s Found,
        request: &'s RecommendationRequest,
    ) -> (Vec<(&'s Product, f32)>, Vec<Exclusion>) {
        let (mut open, mut excluded) = (Vec::new(), Vec::new());
        for (product, nearness) in self.on_shelf(&found.candidates, request) {
            let rules = gates::broken(product, &found.person, request.category);
            let Some(first) = rules.first() else {
                open.push((product, nearness));
                continue;
            };
            telemetry::gate_drop(first.code());
            let sentences: Vec<String> =
                rules.iter().map(|rule| rule.sentence(product, &self.catalog, request.locale)).collect();
            let separator = if request.locale == Locale::Zh { "；" } else { "; " };
            excluded.push(Exclusion {
                product_id: product.id.clone(),
                rule: first.code().to_owned(),
                text: sentences.join(separator),
            });
        }
        (open, excluded)
    }

    fn on_shelf<'s>(
        &'s self,
        candidates: &'s Candidates,
        request: &'s RecommendationRequest,
    ) -> impl Iterator<Item = (&'s Product, f32)> {
        let known = |(id, nearness): (&ProductId, &f32)| Some((self.catalog.product(id)?, *nearness));
        let asked = |product: &Product| request.category.is_none_or(|category| product.category == category);
        candidates.iter().filter_map(known).filter(move |(product, _)| asked(product))
    }

    /// Ids, codes and scores only: nothing that tells who the customer is beyond the id.
    async fn log(
        &self,
        list: &RecommendationList,
        found: &Found,
        locale: Locale,
        actor: &str,
    ) -> Result<(), RecommendError> {
        let items: Vec<_> = list
            .items
            .iter()
            .map(|item| {
                let reasons: Vec<&str> = item.reasons.iter().map(|reason| reason.code.as_str()).collect();
                json!({"product_id": item.product_id, "score": item.score, "reasons": reasons})
            })
            .collect();
        let excluded: Vec<_> =
            list.excluded.iter().map(|e| json!({"product_id": e.product_id, "rule": e.rule})).collect();
        let decision = Decision {
            id: list.decision_id.clone(),
            at: self.clock.now(),
            kind: DecisionKind::Recommendation,
            customer_id: found.customer_id.clone(),
            session_id: None,
            actor: actor.to_owned(),
            model_version: list.model_version.clone(),
            detail: json!({
                "personalised": found.personalised,
                "locale": locale,
                "items": items,
                "excluded": excluded,
            }),
        };
        Ok(self.records.append_decision(&decision).await?)
    }
}

/// `D-` and 128 random bits.
fn new_decision_id() -> Result<DecisionId, RecommendError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| RecommendError::Randomness(error.to_string()))?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    DecisionId::new(format!("D-{hex}")).map_err(|bad| RecommendError::Randomness(bad.to_string()))
}
