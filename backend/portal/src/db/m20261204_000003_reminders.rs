//! That those who are to act were reminded: of a campaign whose deadline comes near, and of an event's review that is overdue.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 2] = [
    "ALTER TABLE campaigns ADD COLUMN reminded_at bigint",
    "ALTER TABLE activations ADD COLUMN reminded_at bigint",
];

const DOWN: [&str; 2] = [
    "ALTER TABLE activations DROP COLUMN reminded_at",
    "ALTER TABLE campaigns DROP COLUMN reminded_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        execute(manager, &UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        execute(manager, &DOWN).await
    }
}
