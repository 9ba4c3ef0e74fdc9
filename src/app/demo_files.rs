//! The demo bank's authored files (`demo/`), built into the program: creating a demo bank needs nothing beside it.
//! Must not know what is in them.

/// A file: its name for messages, and its text.
pub type Text = (&'static str, &'static str);

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("demo/", $name), include_str!(concat!("../../demo/", $name)))),*]
    };
}

pub const PRODUCTS: &[Text] = files![
    "products/business_loan.toml",
    "products/card.toml",
    "products/cash_management.toml",
    "products/deposit.toml",
    "products/foreign_exchange.toml",
    "products/fund.toml",
    "products/gold.toml",
    "products/insurance.toml",
    "products/mortgage.toml",
    "products/pension.toml",
    "products/personal_loan.toml",
    "products/wealth.toml",
];
pub const FACTS: &[Text] = files!["facts/bank.toml", "facts/everyday.toml", "facts/services.toml",];
pub const ARTICLES: &[Text] = files![
    "articles/accounts.toml",
    "articles/branches.toml",
    "articles/business.toml",
    "articles/cards.toml",
    "articles/deposits.toml",
    "articles/digital.toml",
    "articles/forex.toml",
    "articles/insurance.toml",
    "articles/loans.toml",
    "articles/payments.toml",
    "articles/security.toml",
    "articles/service.toml",
    "articles/wealth.toml",
];
pub const BRANCHES: &[Text] = files!["branches.toml"];
