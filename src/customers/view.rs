//! One customer seen whole: holdings by name, assets and debts, a year's spending, segment and value.
//!
//! Built from plain values by [`view`]; the same values in any order give the same view. Must not know storage, the
//! catalogue (products are looked up through a function handed in), suitability or ranking.

use std::collections::BTreeMap;

use chrono::{Duration, Months, NaiveDate};
use serde::Serialize;

use super::segment::{Segment, segment_of};
use super::value::{ValueInputs, ValueScore, value_of};
use crate::domain::customer::{Customer, Holding, Transaction, TransactionCategory};
use crate::domain::product::{Category, Need, Product};
use crate::domain::{Localised, ProductId};

/// A customer as an advisor and the recommender see it on one day. Money is in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CustomerView {
    #[schema(value_type = Object)]
    pub customer: Customer,
    /// Whole years on `as_of`.
    pub age: u32,
    /// By product id, then by opening day.
    pub holdings: Vec<HeldProduct>,
    /// Deposits and investments with the bank.
    pub financial_assets_fen: i64,
    /// Outstanding on cards and loans.
    pub debts_fen: i64,
    /// What moved in the 12 months up to and including `as_of`; money out is negative.
    #[schema(value_type = Object)]
    pub spending: BTreeMap<TransactionCategory, CategorySum>,
    pub segment: Segment,
    pub value: ValueScore,
    #[schema(value_type = String, format = Date)]
    pub as_of: NaiveDate,
}

/// A product held. Category and name are absent for a product that the catalogue no longer has; its balance then
/// counts neither as an asset nor as a debt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HeldProduct {
    #[schema(value_type = String)]
    pub product_id: ProductId,
    pub category: Option<Category>,
    pub name: Option<Localised>,
    /// Balance, or outstanding amount for loans and cards.
    pub balance_fen: i64,
    #[schema(value_type = String, format = Date)]
    pub opened_on: NaiveDate,
    #[serde(skip)]
    pub side: Side,
    /// An account that payments run through.
    pub pays: bool,
}

/// Where a balance stands in the customer's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Asset,
    Debt,
    /// A service or pure cover: no balance of the customer's.
    Neither,
}

/// Sum and number of movements of one category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CategorySum {
    pub sum_fen: i64,
    pub count: u32,
}

/// Which side of the books a product's balance stands on.
#[must_use]
pub fn side_of(product: &Product) -> Side {
    match product.category {
        // A debit card draws on an account; a card on credit comes with a note on its risk.
        Category::Card if product.risk_note.is_none() => Side::Neither,
        Category::Card | Category::PersonalLoan | Category::Mortgage | Category::BusinessLoan => Side::Debt,
        _ if product.is_investment() => Side::Asset,
        _ => Side::Neither,
    }
}

/// Builds the view of a customer on a day. `product` looks a product up in the catalogue.
#[must_use]
pub fn view<'a>(
    customer: Customer,
    holdings: &[Holding],
    transactions: &[Transaction],
    product: impl Fn(&ProductId) -> Option<&'a Product>,
    as_of: NaiveDate,
) -> CustomerView {
    let held = held_products(holdings, product);
    let on_side = |side: Side| held.iter().filter(|h| h.side == side).map(|h| h.balance_fen).sum::<i64>();
    let (financial_assets_fen, debts_fen) = (on_side(Side::Asset), on_side(Side::Debt));
    let spending = spending(transactions, as_of);
    let value = value_of(&ValueInputs {
        balances: held.iter().filter_map(|h| h.category.map(|category| (category, h.balance_fen))).collect(),
        assets_fen: financial_assets_fen,
        monthly_income_fen: customer.monthly_income_fen,
        years: as_of.years_since(customer.customer_since).unwrap_or(0),
        movements: spending.values().map(|sum| sum.count).sum(),
    });
    let segment =
        segment_of(customer.kind, customer.life_stage, financial_assets_fen, customer.monthly_income_fen).describe();
    CustomerView {
        age: customer.age_on(as_of),
        holdings: held,
        financial_assets_fen,
        debts_fen,
        spending,
        segment,
        value,
        as_of,
        customer,
    }
}

fn held_products<'a>(holdings: &[Holding], product: impl Fn(&ProductId) -> Option<&'a Product>) -> Vec<HeldProduct> {
    let mut held: Vec<HeldProduct> = holdings
        .iter()
        .map(|holding| {
            let found = product(&holding.product_id);
            HeldProduct {
                product_id: holding.product_id.clone(),
                category: found.map(|p| p.category),
                name: found.map(|p| p.name.clone()),
                balance_fen: holding.balance_fen,
                opened_on: holding.opened_on,
                side: found.map_or(Side::Neither, side_of),
                pays: found.is_some_and(|p| p.category == Category::Deposit && p.needs.contains(&Need::Payment)),
            }
        })
        .collect();
    held.sort_by(|a, b| (&a.product_id, a.opened_on, a.balance_fen).cmp(&(&b.product_id, b.opened_on, b.balance_fen)));
    held
}

/// Sums per category over the 12 months up to and including `as_of`, days counted in the bank's time zone.
fn spending(transactions: &[Transaction], as_of: NaiveDate) -> BTreeMap<TransactionCategory, CategorySum> {
    let after = as_of.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
    let mut sums: BTreeMap<TransactionCategory, CategorySum> = BTreeMap::new();
    for transaction in transactions {
        let day = (transaction.at + Duration::hours(8)).date_naive();
        if after < day && day <= as_of {
            let sum = sums.entry(transaction.category).or_default();
            sum.sum_fen += transaction.amount_fen;
            sum.count += 1;
        }
    }
    sums
}
