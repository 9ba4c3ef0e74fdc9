//! Who the bank's customers are: what one is seen to hold and do (`view`), which named group it belongs to
//! (`segment`), what it is worth (`value`), where it lies among the products (`vector`), what it may hold at all
//! (`eligibility`), and a generator of plausible ones (`generate`).
//!
//! Pure functions over plain values. Must not know the catalogue, ratings, ranking, storage or HTTP: products are
//! handed in, results are handed back.

pub mod eligibility;
pub mod generate;
pub mod segment;
pub mod value;
pub mod vector;
pub mod view;

pub use generate::{GeneratedCustomer, Generator};
pub use view::{CustomerView, view};
