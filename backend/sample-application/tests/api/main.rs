//! The applications through their real router, on SQLite and on PostgreSQL, with a portal of the test's own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

/// Runs every named test on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(foundation::testing::Kind::Sqlite).await })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(foundation::testing::Kind::Postgres).await })+ }
    };
}

mod backchannel;
mod browser;
mod compose;
mod delivery;
mod directory;
mod headers;
mod initiate;
mod mail;
mod portal;
mod receipts;
mod reports;
mod sign_in;
mod sign_out;
mod signing;
mod support;
mod upkeep;
