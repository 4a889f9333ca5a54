//! The site through its real router, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

/// Runs every named test on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(foundation::testing::Kind::Sqlite).await })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(foundation::testing::Kind::Postgres).await })+ }
    };
}

mod activation;
mod answer;
mod authorization;
mod backchannel;
mod civil_servant;
mod enumeration;
mod headers;
mod language;
mod limits;
mod looks;
mod mail;
mod mailbox;
mod profile;
mod recovery;
mod register;
mod registration;
mod seals;
mod sign_in;
mod single_sign_on;
mod staff;
mod support;
mod takeover;
