//! A product as it is written, with the rules one entry alone can break.
//! Must not know other products: what needs them is checked by `load.rs`.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::DeValue;

use super::fact::{self, ProductFact};
use super::values::{amount, within};
use crate::domain::fact::Fact;
use crate::domain::product::{Category, Eligibility, Product, Suitability};
use crate::domain::{Localised, ProductId};
use crate::text::authored::{
    Authored, AuthoringFault, Fields, Located, Problem, is_upper_id, list, non_empty, read_table,
};

/// A product, with the places that later checks point at.
pub(super) struct ProductEntry {
    pub product: Product,
    pub requires_product: Option<Spanned<ProductId>>,
    /// Bytes of each fact, in the order of `product.facts`.
    fact_spans: Vec<std::ops::Range<usize>>,
}

impl ProductEntry {
    /// Notes every two periods of one fact with a day in common.
    pub fn note_overlaps(&self, entry: &Located<'_, Self>, faults: &mut Vec<AuthoringFault>) {
        let facts = &self.product.facts;
        for (earlier, later) in crate::catalog::overlaps(facts) {
            let place = entry.place_of(self.fact_spans[earlier].clone());
            let problem = fact::overlap(&facts[later], &facts[earlier], &place);
            let field = format!("facts[{}]", later + 1);
            faults.push(entry.fault(&field, self.fact_spans[later].clone(), problem, fact::OVERLAP_FIX));
        }
    }
}

impl Authored for ProductEntry {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let id = product_id(fields);
            let category = fields.required::<Category>("category");
            let (name, summary) = (fields.required("name"), summary(fields));
            let currency = currency(fields);
            let risk = within(fields, "risk", 1, 5).and_then(|risk| u8::try_from(risk).ok());
            let min_amount = amount(fields, "min_amount");
            let horizon_months = within(fields, "horizon_months", 1, 600);
            let (needs, life_stages) = (non_empty(fields, "needs"), list(fields, "life_stages"));
            let (on_sale_from, on_sale_to) = on_sale(fields);
            let documents = fields.optional("documents");
            let risk_note = fields.optional::<Localised>("risk_note");
            if let Some(category) = category {
                check_risk(fields, category, risk, risk_note.is_some());
            }
            let eligibility = fields.required::<EligibilityEntry>("eligibility");
            let suitability = fields.required::<Suitability>("suitability");
            let facts = fields.optional::<Vec<Spanned<ProductFact>>>("facts").unwrap_or_default();
            let id = id?;
            let fact_spans = facts.iter().map(Spanned::span).collect();
            let facts = facts.into_iter().map(|fact| complete(fact.into_inner(), &id)).collect();
            let EligibilityEntry { eligibility, requires_product } = eligibility?;
            let product = Product {
                id,
                category: category?,
                name: name?,
                summary: summary?,
                currency: currency?,
                risk,
                min_amount,
                horizon_months,
                needs: needs?,
                life_stages,
                on_sale_from: on_sale_from?,
                on_sale_to,
                documents,
                risk_note,
                eligibility,
                suitability: suitability?,
                facts,
            };
            Some(Self { product, requires_product, fact_spans })
        })
    }
}

fn complete(fact: ProductFact, product: &ProductId) -> Fact {
    let id = format!("{product}.{}", fact.0.id);
    Fact { id, ..fact.0 }
}

fn product_id(fields: &mut Fields<'_, '_>) -> Option<ProductId> {
    let id = fields.required::<ProductId>("id")?;
    if !is_upper_id(id.as_str()) {
        fields.wrong("id", "has other characters", "use capital letters, digits and hyphens, such as DEP-TERM-1Y");
    }
    Some(id)
}

/// A summary is embedded and shown without a date, so it holds no figure.
fn summary(fields: &mut Fields<'_, '_>) -> Option<Localised> {
    let summary = fields.required::<Localised>("summary")?;
    for (locale, text) in [("zh", &summary.zh), ("en", &summary.en)] {
        if text.contains("{{") || text.chars().any(char::is_numeric) {
            let problem = format!("{locale} holds a figure or a placeholder");
            fields.wrong("summary", problem, "move the figure into [[product.facts]]");
        }
    }
    Some(summary)
}

fn currency(fields: &mut Fields<'_, '_>) -> Option<String> {
    let currency = fields.required::<String>("currency")?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        fields.wrong("currency", format!("is \"{currency}\""), "write an ISO 4217 code, such as CNY");
    }
    Some(currency)
}

fn on_sale(fields: &mut Fields<'_, '_>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let from = fields.required::<NaiveDate>("on_sale_from");
    let to = fields.optional::<NaiveDate>("on_sale_to");
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let problem = format!("{to} is before `on_sale_from`, {from}");
        fields.wrong("on_sale_to", problem, "end the sale on or after its first day");
    }
    (from, to)
}

/// Which categories carry an investment risk, and who must read a note on it.
fn check_risk(fields: &mut Fields<'_, '_>, category: Category, risk: Option<u8>, noted: bool) {
    let loan = matches!(category, Category::PersonalLoan | Category::Mortgage | Category::BusinessLoan);
    match category {
        Category::Deposit
        | Category::CashManagement
        | Category::Wealth
        | Category::Fund
        | Category::Gold
        | Category::Pension => {
            if risk.is_none() && !fields.has("risk") {
                fields.wrong("risk", "is missing", "add `risk = 1` to 5: products of this category carry one");
            }
        }
        Category::Card | Category::PersonalLoan | Category::Mortgage | Category::BusinessLoan => {
            if risk.is_some() {
                fields.wrong("risk", "stands on a product without investment risk", "delete it");
            }
        }
        Category::Insurance | Category::ForeignExchange => {}
    }
    if category == Category::Deposit && risk.is_some_and(|risk| risk != 1) {
        fields.wrong("risk", "is not 1 on a deposit", "write `risk = 1`");
    }
    if !noted && !fields.has("risk_note") && (loan || risk.is_some_and(|risk| risk >= 2)) {
        fields.wrong("risk_note", "is missing", "add it: loans and products of risk 2 or more need one");
    }
}

struct EligibilityEntry {
    eligibility: Eligibility,
    requires_product: Option<Spanned<ProductId>>,
}

impl Authored for EligibilityEntry {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let customer_kinds = list(fields, "customer_kinds");
            let (min_age, max_age) = (within(fields, "min_age", 0, 120), within(fields, "max_age", 0, 120));
            if let (Some(least), Some(most)) = (min_age, max_age)
                && most < least
            {
                fields.wrong("max_age", format!("{most} is below `min_age`, {least}"), "write an age at least as high");
            }
            let (min_monthly_income, min_assets) = (amount(fields, "min_monthly_income"), amount(fields, "min_assets"));
            let residents_only = fields.optional("residents_only").unwrap_or(false);
            let requires_product = fields.optional::<Spanned<ProductId>>("requires_product");
            let required = requires_product.as_ref().map(|id| id.get_ref().clone());
            let eligibility = Eligibility {
                customer_kinds,
                min_age,
                max_age,
                min_monthly_income,
                min_assets,
                residents_only,
                requires_product: required,
            };
            Some(Self { eligibility, requires_product })
        })
    }
}

impl Authored for Suitability {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        read_table(value, |fields| {
            let min_knowledge = within(fields, "min_knowledge", 0, 3).and_then(|level| u8::try_from(level).ok());
            let max_share = amount(fields, "max_share");
            if let Some(share) = max_share.filter(|share| *share > Decimal::ONE) {
                fields.wrong(
                    "max_share",
                    format!("is {share}"),
                    "write a share above 0 and at most 1, such as \"0.30\"",
                );
            }
            let one_per_customer = fields.optional("one_per_customer").unwrap_or(false);
            Some(Self { min_knowledge: min_knowledge.unwrap_or(0), max_share, one_per_customer })
        })
    }
}
