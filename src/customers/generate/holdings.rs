//! What the customer has come to hold: a current account or debit card first, then what fits the stage of life, each
//! only where it may be held. Must not know transactions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::chance::Chance;
use crate::customers::eligibility::{Applicant, unmet};
use crate::customers::view::{Side, side_of};
use crate::domain::ProductId;
use crate::domain::customer::{Customer, CustomerKind, Holding, LifeStage};
use crate::domain::product::{Category, Product};

/// Most products that one customer holds beside the first account and card.
const MOST: usize = 6;

/// Customers with a debit card, in per mille of those who may have one.
const DEBIT_CARDS: u32 = 880;

/// How often somebody of a stage holds something of a shelf, in per mille.
fn appetite(stage: LifeStage, kind: CustomerKind, category: Category) -> u32 {
    use Category as C;
    use LifeStage as L;
    if kind == CustomerKind::SmallBusiness {
        return match category {
            C::Deposit => 450,
            C::CashManagement => 200,
            C::BusinessLoan => 420,
            C::ForeignExchange => 120,
            C::Insurance | C::Wealth => 80,
            _ => 0,
        };
    }
    match (category, stage) {
        (C::Deposit, L::Retired | L::PreRetirement) => 750,
        (C::Deposit, _) => 330,
        (C::CashManagement, L::Student) => 200,
        (C::CashManagement, _) => 330,
        (C::Wealth, L::Student) => 10,
        (C::Wealth, L::EstablishedFamily | L::PreRetirement) => 380,
        (C::Wealth, _) => 230,
        (C::Fund, L::YoungWorker | L::YoungFamily) => 260,
        (C::Fund, _) => 150,
        (C::Gold, _) => 60,
        (C::ForeignExchange, L::Student | L::EstablishedFamily) => 70,
        (C::ForeignExchange, _) => 40,
        (C::Card, L::Student | L::Retired) => 120,
        (C::Card, _) => 520,
        (C::PersonalLoan, L::YoungWorker | L::YoungFamily) => 150,
        (C::PersonalLoan, L::Student | L::Retired) => 0,
        (C::PersonalLoan, _) => 80,
        (C::Mortgage, L::YoungFamily) => 480,
        (C::Mortgage, L::EstablishedFamily) => 330,
        (C::Mortgage, L::YoungWorker) => 90,
        (C::Mortgage, _) => 20,
        (C::BusinessLoan, L::BusinessOwner) => 250,
        (C::BusinessLoan, _) => 0,
        (C::Insurance, L::YoungFamily | L::EstablishedFamily) => 350,
        (C::Insurance, _) => 120,
        (C::Pension, L::PreRetirement | L::EstablishedFamily) => 280,
        (C::Pension, L::Student | L::Retired) => 0,
        (C::Pension, _) => 90,
    }
}

pub(super) fn draw(customer: &Customer, products: &[Product], today: NaiveDate, chance: &mut Chance) -> Vec<Holding> {
    let mut drawn = Drawn { customer, today, savings_fen: savings(customer, chance), held: BTreeMap::new() };
    drawn.first_account(products, chance);
    drawn.debit_card(products, chance);
    for category in CATEGORIES {
        if drawn.held.len() < MOST + 2 && chance.happens(appetite(customer.life_stage, customer.kind, category)) {
            drawn.one_of(products, category, chance);
        }
    }
    drawn.held.into_values().collect()
}

const CATEGORIES: [Category; 12] = [
    Category::Card,
    Category::Deposit,
    Category::CashManagement,
    Category::Wealth,
    Category::Fund,
    Category::Gold,
    Category::Pension,
    Category::Insurance,
    Category::ForeignExchange,
    Category::Mortgage,
    Category::PersonalLoan,
    Category::BusinessLoan,
];

/// Money put by, in fen: months of income, more of them with age.
fn savings(customer: &Customer, chance: &mut Chance) -> i64 {
    let months = match customer.life_stage {
        LifeStage::Student => 2,
        LifeStage::YoungWorker => 5,
        LifeStage::YoungFamily => 7,
        LifeStage::EstablishedFamily => 14,
        LifeStage::PreRetirement => 22,
        LifeStage::Retired => 40,
        LifeStage::BusinessOwner => 3,
    };
    chance.lognormal(customer.monthly_income_fen.saturating_mul(months), 80)
}

/// The holdings so far.
struct Drawn<'a> {
    customer: &'a Customer,
    today: NaiveDate,
    savings_fen: i64,
    held: BTreeMap<ProductId, Holding>,
}

impl Drawn<'_> {
    /// Everybody has somewhere for money to arrive: the deposits and cards that are open to all, the simplest first.
    fn first_account(&mut self, products: &[Product], chance: &mut Chance) {
        let simple = |product: &&Product| {
            product.category == Category::Deposit && product.horizon_months.is_none() && product.min_amount.is_none()
        };
        let open: Vec<&Product> = products.iter().filter(simple).filter(|product| self.may_hold(product)).collect();
        let fallback = products.iter().find(|product| product.category == Category::Deposit && self.may_hold(product));
        let Some(product) = open.first().copied().or(fallback) else { return };
        let balance = self.savings_fen / 4 + chance.between(0, self.customer.monthly_income_fen);
        self.add(product, balance, self.customer.customer_since);
    }

    /// Most people pay with a card of their account.
    fn debit_card(&mut self, products: &[Product], chance: &mut Chance) {
        let is_debit = |product: &&Product| product.category == Category::Card && side_of(product) == Side::Neither;
        let card = products.iter().filter(is_debit).find(|product| self.may_hold(product));
        if let Some(card) = card.filter(|_| chance.happens(DEBIT_CARDS)) {
            self.add(card, 0, self.customer.customer_since);
        }
    }

    fn one_of(&mut self, products: &[Product], category: Category, chance: &mut Chance) {
        let open: Vec<&Product> = products
            .iter()
            .filter(|product| product.category == category)
            .filter(|product| category != Category::Card || side_of(product) == Side::Debt)
            .filter(|product| !self.held.contains_key(&product.id) && self.may_hold(product))
            .collect();
        let Some(product) = chance.pick(&open).copied() else { return };
        let least = fen(product.min_amount).unwrap_or(0);
        let balance = self.balance(product, chance);
        // Somebody who has not the smallest amount does not hold the product.
        if side_of(product) == Side::Asset && balance < least {
            return;
        }
        let earliest = self.customer.customer_since.max(product.on_sale_from);
        let opened_on = chance.day(earliest.min(self.today), self.today);
        self.add(product, balance, opened_on);
    }

    fn balance(&self, product: &Product, chance: &mut Chance) -> i64 {
        let income = self.customer.monthly_income_fen;
        let balance = match product.category {
            Category::Mortgage => chance.between(income * 30, income * 110),
            Category::PersonalLoan => chance.between(income, income * 8),
            Category::BusinessLoan => chance.between(income, income * 6),
            _ if side_of(product) == Side::Neither => 0,
            Category::Card => chance.between(0, income * 7 / 10),
            _ => chance.between(self.savings_fen / 12, self.savings_fen / 3),
        };
        balance / 100 * 100
    }

    fn add(&mut self, product: &Product, balance_fen: i64, opened_on: NaiveDate) {
        let holding = Holding {
            customer_id: self.customer.id.clone(),
            product_id: product.id.clone(),
            balance_fen: balance_fen.max(0),
            opened_on,
        };
        self.held.insert(product.id.clone(), holding);
    }

    /// Eligibility, and for what carries an investment risk a questionnaire that allowed it, and enough knowledge.
    fn may_hold(&self, product: &Product) -> bool {
        let customer = self.customer;
        let age = customer.age_on(self.today);
        let applicant = Applicant {
            kind: customer.kind,
            ages: age..=age,
            resident: customer.resident,
            monthly_income_fen: customer.monthly_income_fen,
            financial_assets_fen: Some(self.savings_fen),
            holdings: self.held.iter().map(|(id, holding)| (id.clone(), holding.balance_fen)).collect(),
        };
        let plain = matches!(product.category, Category::Deposit | Category::Pension) && product.risk == Some(1);
        let suits = match product.risk {
            None => true,
            Some(_) if plain => true,
            Some(risk) => customer.risk.is_some_and(|rating| risk <= rating.class),
        };
        suits && customer.knowledge >= product.suitability.min_knowledge && unmet(product, &applicant).is_empty()
    }
}

fn fen(cny: Option<Decimal>) -> Option<i64> {
    (cny? * Decimal::ONE_HUNDRED).trunc().to_i64()
}
