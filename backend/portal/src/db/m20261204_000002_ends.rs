//! Permissions that are looked after are listed by when they end or were taken back, whose index tells those that count from those
//! that do not: of agencies, of roles, and of all. A decision writes as many entries as before.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 6] = [
    "DROP INDEX grants_by_agency",
    // Which of an agency's are of an application is read from the last column.
    "CREATE INDEX grants_by_agency ON grants (agency_oid{bytes}, (COALESCE(revoked_at, ends_at)), id, role_id)",
    "DROP INDEX grants_by_role_id",
    "CREATE INDEX grants_by_role ON grants (role_id, (COALESCE(revoked_at, ends_at)), id)",
    "DROP INDEX grants_by_end",
    "CREATE INDEX grants_by_end ON grants ((COALESCE(revoked_at, ends_at)), id)",
];

const DOWN: [&str; 6] = [
    "DROP INDEX grants_by_end",
    "CREATE INDEX grants_by_end ON grants (ends_at) WHERE revoked_at IS NULL AND renewed_by IS NULL",
    "DROP INDEX grants_by_role",
    "CREATE INDEX grants_by_role_id ON grants (role_id)",
    "DROP INDEX grants_by_agency",
    "CREATE INDEX grants_by_agency ON grants (agency_oid{bytes}, id)",
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
