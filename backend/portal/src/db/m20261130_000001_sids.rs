//! What applications know a session by, its `sid`, outlives the row: whoever proves anew who they are gets a row of its own
//! with the `sid` of the one before.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// Every row has one; SQLite just cannot add a column that must be filled. Several rows may have the same.
const UP: [&str; 3] = [
    "ALTER TABLE sessions ADD COLUMN sid uuid",
    "UPDATE sessions SET sid = id",
    "CREATE INDEX sessions_by_sid ON sessions (sid)",
];

const DOWN: [&str; 2] = [
    "DROP INDEX sessions_by_sid",
    "ALTER TABLE sessions DROP COLUMN sid",
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
