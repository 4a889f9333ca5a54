//! Indexes for lists whose time shall not grow with their tables.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// Agencies are looked for by the beginnings of their OIDs, byte by byte: `{bytes}`.
const UP: [&str; 11] = [
    "DROP INDEX permission_requests_by_agency",
    "CREATE INDEX permission_requests_by_agency ON permission_requests (agency_oid{bytes}, submitted_at, id)",
    "CREATE INDEX permission_requests_by_agency_state \
     ON permission_requests (agency_oid{bytes}, state, submitted_at, id)",
    "DROP INDEX grants_by_agency",
    "CREATE INDEX grants_by_agency ON grants (agency_oid{bytes}, id)",
    "CREATE INDEX persons_by_agency ON persons (agency_oid{bytes}, name{bytes}, id)",
    "CREATE INDEX persons_by_agency_id ON persons (agency_oid{bytes}, id)",
    "CREATE INDEX persons_disabled ON persons (name{bytes}, id) WHERE disabled_at IS NOT NULL",
    "CREATE INDEX permission_requests_in_state ON permission_requests (state, submitted_at, id)",
    "CREATE INDEX permission_requests_of_application ON permission_requests (application_id, submitted_at, id)",
    // What the clock looks at every minute.
    "CREATE INDEX permission_requests_waiting ON permission_requests (desk_since) WHERE desk IS NOT NULL",
];

const DOWN: [&str; 11] = [
    "DROP INDEX permission_requests_waiting",
    "DROP INDEX permission_requests_of_application",
    "DROP INDEX permission_requests_in_state",
    "DROP INDEX persons_disabled",
    "DROP INDEX persons_by_agency_id",
    "DROP INDEX persons_by_agency",
    "DROP INDEX grants_by_agency",
    "CREATE INDEX grants_by_agency ON grants (agency_oid, id)",
    "DROP INDEX permission_requests_by_agency_state",
    "DROP INDEX permission_requests_by_agency",
    "CREATE INDEX permission_requests_by_agency ON permission_requests (agency_oid, submitted_at, id)",
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
