//! The staff's search goes through those who share a name or an address in the order of their ids, from where the page before
//! ended: an index of its own order, or a page of a frequent name reads all who have it.

use sea_orm_migration::{async_trait, prelude::*, sea_orm::TransactionTrait};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // On one connection: another would not know yet that the names are free.
        let transaction = manager.get_connection().begin().await?;
        for statement in [
            "DROP INDEX members_name",
            "DROP INDEX members_email",
            "CREATE INDEX members_name ON members (name, id)",
            "CREATE INDEX members_email ON members (lower(email), id)",
        ] {
            transaction.execute_unprepared(statement).await?;
        }
        transaction.commit().await
    }
}
