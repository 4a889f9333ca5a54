//! Decisions write fewer indexes: what is not open is in none of those by which open requests are found.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 7] = [
    "DROP INDEX permission_requests_by_state",
    "CREATE INDEX permission_requests_open ON permission_requests (ends_on) WHERE state IN ('submitted', 'returned')",
    "DROP INDEX permission_requests_by_desk",
    "CREATE INDEX permission_requests_by_desk ON permission_requests (desk, submitted_at, id) WHERE desk IS NOT NULL",
    "DROP INDEX permission_request_roles_by_open_for_role_id",
    "CREATE UNIQUE INDEX permission_request_roles_open ON permission_request_roles (open_for, role_id) \
     WHERE open_for IS NOT NULL",
    // Their ids begin with the moment.
    "DROP INDEX notifications_by_made_at",
];

const DOWN: [&str; 7] = [
    "CREATE INDEX notifications_by_made_at ON notifications (made_at)",
    "DROP INDEX permission_request_roles_open",
    "CREATE UNIQUE INDEX permission_request_roles_by_open_for_role_id ON permission_request_roles (open_for, role_id)",
    "DROP INDEX permission_requests_by_desk",
    "CREATE INDEX permission_requests_by_desk ON permission_requests (desk, submitted_at, id)",
    "DROP INDEX permission_requests_open",
    "CREATE INDEX permission_requests_by_state ON permission_requests (state, ends_on)",
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
