//! The records contract, held to by `SQLite` and by `PostgreSQL` alike, and what only opening a database shows.

mod bench;
mod catalogue;
mod conversations;
mod corrupt;
mod customers;
mod decisions;
mod handoffs;
mod lifetime;
mod opening;
mod samples;

/// Each named `async fn(&Bench)` becomes a test on a `SQLite` file and one on a `PostgreSQL` database of its own.
macro_rules! on_both_engines {
    ($($case:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $case() {
                crate::records::bench::on_sqlite(|bench| async move { super::$case(&bench).await });
            })*
        }
        mod on_postgres {
            $(#[test]
            fn $case() {
                crate::records::bench::on_postgres(|bench| async move { super::$case(&bench).await });
            })*
        }
    };
}
use on_both_engines;
