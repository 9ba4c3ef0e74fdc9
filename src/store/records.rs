//! The records: customers and what they hold, the catalogue, conversations, handoffs and the decision log in SQL.
//!
//! `SQLite` in a file by default, `PostgreSQL` by URL; the same entities and migrations, and one contract suite
//! (`tests/it/records/`) on both. Must not know rules, models, wording or who may see what: it keeps plain values and
//! gives them back.

mod catalogue;
mod codec;
mod connect;
mod conversations;
mod customers;
mod decisions;
mod entities;
mod error;
mod handoffs;
mod meta;
mod migrations;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::{Mutex, MutexGuard};

use crate::domain::article::Article;
use crate::domain::branch::Branch;
use crate::domain::conversation::{Message, Session};
use crate::domain::customer::{Customer, Holding, Transaction, TransactionCategory};
use crate::domain::decision::Decision;
use crate::domain::fact::Fact;
use crate::domain::handoff::Handoff;
use crate::domain::product::Product;
use crate::domain::{CustomerId, DecisionId, ProductId, SessionId};

pub use error::RecordsError;

/// A customer with everything that is kept about it. Holdings and transactions name this customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRecord {
    pub customer: Customer,
    pub holdings: Vec<Holding>,
    pub transactions: Vec<Transaction>,
}

/// Which customers a page shows. All conditions that are set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Only customers in this advisor's portfolio.
    pub advisor_id: Option<String>,
    /// Only customers whose name or id holds this text; ASCII letters in any case, no wildcards.
    pub query: Option<String>,
}

/// What moved in one category: the sum in fen (money out is negative) and the number of transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CategoryTotal {
    pub sum_fen: i64,
    pub count: u64,
}

/// All that one exchange of a chat leaves behind, written whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The session as it is after the turn; it must exist.
    pub session: Session,
    /// Masked messages of this session at positions not taken yet.
    pub messages: Vec<Message>,
    pub decision: Decision,
    pub handoff: Option<Handoff>,
}

/// A handle on the database; clones share its connections.
///
/// Every method fails with [`RecordsError::Unavailable`] when the database does not answer and with
/// [`RecordsError::Corrupt`] when a row cannot be read back; only further errors are named on the methods.
/// Times are kept to the microsecond, as `PostgreSQL` does. No text may hold the character NUL: `PostgreSQL` refuses it.
#[derive(Debug, Clone)]
pub struct Records {
    db: DatabaseConnection,
    /// `SQLite` has one writer: ours queue here, in order, instead of polling the file's lock.
    writer: Option<Arc<Mutex<()>>>,
}

/// A transaction that may write, with its place in the queue of writers.
struct Writing<'a> {
    transaction: DatabaseTransaction,
    _turn: Option<MutexGuard<'a, ()>>,
}

impl Writing<'_> {
    async fn commit(self) -> Result<(), RecordsError> {
        Ok(self.transaction.commit().await?)
    }
}

/// Opening, health and closing.
impl Records {
    /// Opens the database and brings its tables up to date; safe when several processes do so at once.
    ///
    /// `sqlite:///folder/teller.db` creates the file, not the folder; `postgres://user:password@host:port/database`
    /// needs the database to exist.
    ///
    /// # Errors
    /// [`RecordsError::BadUrl`], [`RecordsError::NoFolder`], [`RecordsError::Damaged`] for a file that is not a
    /// database, [`RecordsError::Newer`] for tables that a later version of teller has made. None shows the password.
    pub async fn open(url: &str) -> Result<Self, RecordsError> {
        let target = connect::target(url)?;
        let (db, single_writer) = connect::open(&target).await?;
        Ok(Self { db, writer: single_writer.then(|| Arc::new(Mutex::new(()))) })
    }

    /// Whether the database answers a query now.
    pub async fn ping(&self) -> Result<(), RecordsError> {
        connect::ping(&self.db).await
    }

    /// Finishes what runs and closes; on `SQLite` everything is in the one file afterwards. Later calls answer
    /// [`RecordsError::Unavailable`]; closing twice is harmless.
    pub async fn close(&self) -> Result<(), RecordsError> {
        Ok(self.db.close_by_ref().await?)
    }

    async fn writing(&self) -> Result<Writing<'_>, RecordsError> {
        let turn = match &self.writer {
            Some(writer) => Some(writer.lock().await),
            None => None,
        };
        Ok(Writing { transaction: self.db.begin().await?, _turn: turn })
    }
}

/// The catalogue.
impl Records {
    /// Puts this catalogue in the place of the one before, in one transaction: readers see the old or the new one.
    ///
    /// # Errors
    /// [`RecordsError::Conflict`] when an id, or one fact's first day, is there twice; the old catalogue then stays.
    pub async fn replace_catalogue(
        &self,
        products: &[Product],
        bank_facts: &[Fact],
        articles: &[Article],
        branches: &[Branch],
    ) -> Result<(), RecordsError> {
        let writing = self.writing().await?;
        catalogue::replace(&writing.transaction, products, bank_facts, articles, branches).await?;
        writing.commit().await
    }

    /// All products with their dated facts, in the order they were given.
    pub async fn products(&self) -> Result<Vec<Product>, RecordsError> {
        catalogue::products(&self.db).await
    }

    pub async fn product(&self, id: &ProductId) -> Result<Option<Product>, RecordsError> {
        catalogue::product(&self.db, id).await
    }

    /// The facts that belong to no product, in the order they were given.
    pub async fn bank_facts(&self) -> Result<Vec<Fact>, RecordsError> {
        catalogue::bank_facts(&self.db).await
    }

    /// All articles in the order they were given.
    pub async fn articles(&self) -> Result<Vec<Article>, RecordsError> {
        catalogue::articles(&self.db).await
    }

    /// All branches in the order they were given.
    pub async fn branches(&self) -> Result<Vec<Branch>, RecordsError> {
        catalogue::branches(&self.db).await
    }
}

/// Customers.
impl Records {
    /// Writes customers in one transaction. One that is there already is replaced, holdings and transactions too.
    ///
    /// # Errors
    /// [`RecordsError::BadRecord`] for a customer given twice or holding what names another customer,
    /// [`RecordsError::Conflict`] for two transactions with one sequence; nothing is written then.
    pub async fn insert_customers(&self, records: &[CustomerRecord]) -> Result<(), RecordsError> {
        customers::check(records)?;
        let writing = self.writing().await?;
        customers::insert(&writing.transaction, records).await?;
        writing.commit().await
    }

    pub async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, RecordsError> {
        customers::customer(&self.db, id).await
    }

    /// In the order they were given; empty for an unknown customer.
    pub async fn holdings(&self, id: &CustomerId) -> Result<Vec<Holding>, RecordsError> {
        customers::holdings(&self.db, id).await
    }

    /// By sequence; empty for an unknown customer.
    pub async fn transactions(&self, id: &CustomerId) -> Result<Vec<Transaction>, RecordsError> {
        customers::transactions(&self.db, id).await
    }

    /// At most `limit` customers that fit the filter, by rising id, beginning behind `after`. A page shorter than
    /// `limit` is the last.
    pub async fn customers_page(
        &self,
        filter: &CustomerFilter,
        after: Option<&CustomerId>,
        limit: u64,
    ) -> Result<Vec<Customer>, RecordsError> {
        customers::page(&self.db, filter, after, limit).await
    }

    pub async fn count_customers(&self) -> Result<u64, RecordsError> {
        customers::count(&self.db).await
    }

    /// The holdings of these customers; one without any has no entry.
    pub async fn holdings_of(&self, ids: &[CustomerId]) -> Result<BTreeMap<CustomerId, Vec<Holding>>, RecordsError> {
        customers::holdings_of(&self.db, ids).await
    }

    /// What these customers' transactions from `since` on, inclusive, add up to; one without any has no entry.
    pub async fn spending_by_category(
        &self,
        ids: &[CustomerId],
        since: DateTime<Utc>,
    ) -> Result<BTreeMap<CustomerId, BTreeMap<TransactionCategory, CategoryTotal>>, RecordsError> {
        customers::spending_by_category(&self.db, ids, since).await
    }
}

/// Conversations.
impl Records {
    /// # Errors
    /// [`RecordsError::Conflict`] when a session with this id exists.
    pub async fn create_session(&self, session: &Session) -> Result<(), RecordsError> {
        let writing = self.writing().await?;
        conversations::create_session(&writing.transaction, session).await?;
        writing.commit().await
    }

    pub async fn session(&self, id: &SessionId) -> Result<Option<Session>, RecordsError> {
        conversations::session(&self.db, id).await
    }

    /// By position; empty for an unknown session.
    pub async fn messages(&self, session: &SessionId) -> Result<Vec<Message>, RecordsError> {
        conversations::messages(&self.db, session).await
    }

    /// Writes one exchange in one transaction.
    ///
    /// # Errors
    /// [`RecordsError::Missing`] for an unknown session, [`RecordsError::BadRecord`] for a message or a handoff of
    /// another session, [`RecordsError::Conflict`] when a position is taken (another turn was quicker: read the
    /// session again) or an id is; nothing is written then.
    pub async fn record_turn(&self, turn: Turn) -> Result<(), RecordsError> {
        conversations::check(&turn)?;
        let writing = self.writing().await?;
        conversations::record_turn(&writing.transaction, &turn).await?;
        writing.commit().await
    }
}

/// The decision log: it grows, and that is all. The database itself refuses to change or remove an entry.
impl Records {
    /// # Errors
    /// [`RecordsError::Conflict`] when a decision with this id exists.
    pub async fn append_decision(&self, decision: &Decision) -> Result<(), RecordsError> {
        let writing = self.writing().await?;
        decisions::append(&writing.transaction, decision).await?;
        writing.commit().await
    }

    pub async fn decision(&self, id: &DecisionId) -> Result<Option<Decision>, RecordsError> {
        decisions::decision(&self.db, id).await
    }

    /// At most `limit` decisions, of one customer where given, newest first; at the same time the later written first.
    pub async fn decisions(&self, customer: Option<&CustomerId>, limit: u64) -> Result<Vec<Decision>, RecordsError> {
        decisions::newest(&self.db, customer, limit).await
    }
}

/// Requests for a person. They enter by [`Records::record_turn`].
impl Records {
    /// At most `limit` requests in the order staff takes them: urgent first, then the oldest, then by reference.
    pub async fn handoffs(&self, open_only: bool, limit: u64) -> Result<Vec<Handoff>, RecordsError> {
        handoffs::queue(&self.db, open_only, limit).await
    }

    pub async fn handoff(&self, reference: &str) -> Result<Option<Handoff>, RecordsError> {
        handoffs::handoff(&self.db, reference).await
    }

    /// The session's open request; the first in the queue where it has several.
    pub async fn open_handoff_of(&self, session: &SessionId) -> Result<Option<Handoff>, RecordsError> {
        handoffs::open_of(&self.db, session).await
    }

    /// How many open requests staff takes before this one.
    pub async fn handoffs_ahead(&self, handoff: &Handoff) -> Result<u64, RecordsError> {
        handoffs::ahead(&self.db, handoff).await
    }
}

/// Small facts about the data itself, such as the seed the demo bank was made with.
impl Records {
    pub async fn meta(&self, key: &str) -> Result<Option<String>, RecordsError> {
        meta::get(&self.db, key).await
    }

    /// Sets the value, whatever it was.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<(), RecordsError> {
        let writing = self.writing().await?;
        meta::set(&writing.transaction, key, value).await?;
        writing.commit().await
    }
}
