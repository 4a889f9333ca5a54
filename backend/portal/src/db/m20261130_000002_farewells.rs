//! What the browser holds after a sign-out, to be shown which applications have confirmed it, is a secret of its own.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 2] = [
    "ALTER TABLE sessions ADD COLUMN farewell_hash {binary}",
    "CREATE UNIQUE INDEX sessions_by_farewell ON sessions (farewell_hash) WHERE farewell_hash IS NOT NULL",
];

const DOWN: [&str; 2] = [
    "DROP INDEX sessions_by_farewell",
    "ALTER TABLE sessions DROP COLUMN farewell_hash",
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
