//! A person's requests are in one index, and so are a person's permissions: what was looked for by a second one is read from the
//! last column of the first. A decision writes three entries less.

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const UP: [&str; 7] = [
    "DROP INDEX permission_requests_by_person_id_state_submitted_at_id",
    "DROP INDEX permission_requests_by_person_id_submitted_at_id",
    "CREATE INDEX permission_requests_by_person ON permission_requests (person_id, submitted_at, id, state)",
    "DROP INDEX grants_by_person_id_ends_at",
    "DROP INDEX grants_by_person_id_id",
    "CREATE INDEX grants_by_person ON grants (person_id, id, ends_at)",
    // Nobody asks which requests want a role.
    "DROP INDEX permission_request_roles_by_role_id",
];

const DOWN: [&str; 7] = [
    "CREATE INDEX permission_request_roles_by_role_id ON permission_request_roles (role_id)",
    "DROP INDEX grants_by_person",
    "CREATE INDEX grants_by_person_id_id ON grants (person_id, id)",
    "CREATE INDEX grants_by_person_id_ends_at ON grants (person_id, ends_at)",
    "DROP INDEX permission_requests_by_person",
    "CREATE INDEX permission_requests_by_person_id_submitted_at_id ON permission_requests (person_id, submitted_at, id)",
    "CREATE INDEX permission_requests_by_person_id_state_submitted_at_id \
     ON permission_requests (person_id, state, submitted_at, id)",
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
