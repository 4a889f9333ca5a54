//! What is approved, most of all requests, is in no index of requests by their states: an approval writes three entries less, and
//! lists of approved ones are found among all, of which they are the most.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 6] = [
    "DROP INDEX permission_requests_by_agency_state",
    "CREATE INDEX permission_requests_by_agency_state \
     ON permission_requests (agency_oid{bytes}, state, submitted_at, id) WHERE state <> 'approved'",
    "DROP INDEX permission_requests_by_person_id_state_submitted_at_id",
    "CREATE INDEX permission_requests_by_person_state \
     ON permission_requests (person_id, state, submitted_at, id) WHERE state <> 'approved'",
    "DROP INDEX permission_requests_in_state",
    "CREATE INDEX permission_requests_in_state ON permission_requests (state, submitted_at, id) WHERE state <> 'approved'",
];

const DOWN: [&str; 6] = [
    "DROP INDEX permission_requests_in_state",
    "CREATE INDEX permission_requests_in_state ON permission_requests (state, submitted_at, id)",
    "DROP INDEX permission_requests_by_person_state",
    "CREATE INDEX permission_requests_by_person_id_state_submitted_at_id \
     ON permission_requests (person_id, state, submitted_at, id)",
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
