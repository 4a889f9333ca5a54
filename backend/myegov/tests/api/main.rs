//! The site through its real router, on SQLite and on PostgreSQL.

/// Runs every named test on SQLite and on PostgreSQL.

macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(foundation::testing::Kind::Sqlite).await })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(foundation::testing::Kind::Postgres).await })+ }
    };
}

mod answers;
mod provider;
mod sign_in;
mod support;
