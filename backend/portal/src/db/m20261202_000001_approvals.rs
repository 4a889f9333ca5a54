//! What is approved, most of all requests, is in no index of requests by agencies or by states alone: an approval writes two entries
//! less, and those lists of approved ones are found among all, of which they are the most. A person's own have their index.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 4] = [
    "DROP INDEX permission_requests_by_agency_state",
    "CREATE INDEX permission_requests_by_agency_state \
     ON permission_requests (agency_oid{bytes}, state, submitted_at, id) WHERE state <> 'approved'",
    "DROP INDEX permission_requests_in_state",
    "CREATE INDEX permission_requests_in_state ON permission_requests (state, submitted_at, id) WHERE state <> 'approved'",
];

const DOWN: [&str; 4] = [
    "DROP INDEX permission_requests_in_state",
    "CREATE INDEX permission_requests_in_state ON permission_requests (state, submitted_at, id)",
    "DROP INDEX permission_requests_by_agency_state",
    "CREATE INDEX permission_requests_by_agency_state \
     ON permission_requests (agency_oid{bytes}, state, submitted_at, id)",
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
