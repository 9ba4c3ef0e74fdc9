//! The plain words of the bank: identifiers, languages, products, customers, articles, decisions.
//! No input or output happens here, and nothing here knows a database, a model, HTTP or the wall clock.

pub mod article;
pub mod branch;
pub mod conversation;
pub mod customer;
pub mod decision;
pub mod fact;
pub mod fault;
pub mod handoff;
pub mod ids;
pub mod intent;
pub mod locale;
pub mod product;

pub use fault::Fault;
pub use ids::{ArticleId, CustomerId, DecisionId, MessageId, ProductId, SessionId};
pub use locale::{Locale, Localised};
