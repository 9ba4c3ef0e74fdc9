//! Rows to domain values and back, one pair of functions a table. Must not know queries.

mod catalogue;
mod conversations;
mod customers;

pub(super) use catalogue::{article, article_row, branch, branch_row, fact, fact_row, product, product_row};
pub(super) use conversations::{
    decision, decision_row, handoff, handoff_row, message, message_row, session, session_row,
};
pub(super) use customers::{customer, customer_row, holding, holding_row, transaction, transaction_row};
