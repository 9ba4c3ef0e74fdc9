//! The tables' history: every change of the schema is a migration, applied once, in this order.
//! Must not know what the tables are used for. A migration that has been released is never edited.

mod first;

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// What `SQLite`'s trigger says instead of the unique index when a decision's id is taken.
pub(super) const ID_TAKEN: &str = "decisions.id is taken";

pub(super) struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(first::First)]
    }
}
