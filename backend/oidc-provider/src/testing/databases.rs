//! One test, on SQLite and on PostgreSQL.

use std::sync::Arc;

use foundation::{
    database,
    testing::{Kind, TestDatabase},
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use super::{Bench, client, other_client};
use crate::{
    Client,
    storage::database::{DatabaseStorage, migrations},
};

/// The tables of the provider alone.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations()
    }
}

/// A database with its tables, and the connection to it.
pub(crate) async fn database(kind: Kind) -> (database::Database, TestDatabase) {
    let test = TestDatabase::create(kind).await;
    let connection = database::connect(&test.url(), 8).await.unwrap();
    database::migrate::<Migrator>(&connection, &test.url())
        .await
        .unwrap();
    (connection, test)
}

/// A bench with a database. It is gone with the second.
pub(crate) async fn bench(kind: Kind) -> (Bench, TestDatabase) {
    bench_with(kind, vec![client(), other_client()]).await
}

/// The same with these clients.
pub(crate) async fn bench_with(kind: Kind, clients: Vec<Client>) -> (Bench, TestDatabase) {
    let (connection, test) = database(kind).await;
    (
        Bench::on_with(Arc::new(DatabaseStorage::new(connection)), clients),
        test,
    )
}

/// Runs each of these tests on both.
macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(::foundation::testing::Kind::Sqlite).await })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(::foundation::testing::Kind::Postgres).await })+
        }
    };
}
pub(crate) use on_both;
