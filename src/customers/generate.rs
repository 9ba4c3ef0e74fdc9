//! Customers of a demo bank, drawn from a seed: a person or a small business (`person`), what it holds (`holdings`),
//! and twelve months of its accounts (`transactions`).
//!
//! A customer depends on seed and number alone: any part of a bank can be drawn again, in any order. Nobody holds what
//! eligibility, rating or knowledge keep from them. Must not know storage, vectors or ranking.

mod chance;
mod holdings;
mod person;
mod tables;
mod transactions;

use chrono::NaiveDate;

use self::chance::Chance;
use crate::domain::customer::{Customer, Holding, Transaction};
use crate::domain::product::Product;

/// Advisors whose portfolios share the customers: `A001` to `A020`.
pub const ADVISORS: u32 = 20;

/// One customer with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedCustomer {
    pub customer: Customer,
    /// By product; none twice.
    pub holdings: Vec<Holding>,
    /// By time, sequence from 0.
    pub transactions: Vec<Transaction>,
}

/// Draws customers of one bank.
#[derive(Debug, Clone)]
pub struct Generator {
    seed: u64,
    products: Vec<Product>,
    today: NaiveDate,
}

impl Generator {
    /// `products` are what customers can have come to hold by `today`.
    #[must_use]
    pub fn new<'a>(seed: u64, products: impl IntoIterator<Item = &'a Product>, today: NaiveDate) -> Self {
        let mut products: Vec<Product> =
            products.into_iter().filter(|product| product.on_sale_from <= today).cloned().collect();
        products.sort_by(|a, b| a.id.cmp(&b.id));
        Self { seed, products, today }
    }

    /// The customer with this number, from 1: `C000001`.
    #[must_use]
    pub fn customer(&self, index: u32) -> GeneratedCustomer {
        let mut chance = Chance::new(self.seed, u64::from(index));
        let customer = person::draw(index, self.today, &mut chance);
        let holdings = holdings::draw(&customer, &self.products, self.today, &mut chance);
        let transactions = transactions::draw(&customer, &holdings, &self.products, self.today, &mut chance);
        GeneratedCustomer { customer, holdings, transactions }
    }
}
