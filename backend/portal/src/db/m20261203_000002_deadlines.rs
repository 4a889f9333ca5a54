//! A session's deadline moves with every deed and is in no index: PostgreSQL then writes a version of the row and no entry of all its
//! indexes. Sessions whose time may be over are found by `look_at`, which moves only when somebody has looked.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 3] = [
    // Those that are there are looked at once.
    "ALTER TABLE sessions ADD COLUMN look_at bigint NOT NULL DEFAULT 0",
    "DROP INDEX sessions_by_expires_at",
    "CREATE INDEX sessions_to_look_at ON sessions (look_at) WHERE ended_at IS NULL",
];

const DOWN: [&str; 3] = [
    "DROP INDEX sessions_to_look_at",
    "CREATE INDEX sessions_by_expires_at ON sessions (expires_at) WHERE ended_at IS NULL",
    "ALTER TABLE sessions DROP COLUMN look_at",
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
