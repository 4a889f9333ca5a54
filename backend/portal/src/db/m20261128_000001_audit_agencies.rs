//! Rows of the audit log say of which agencies their people were when they were written, so that an agency's rows are found
//! by an index, however long the log is (docs/audit.md, "Whose rows").

use sea_orm_migration::{prelude::*, sea_orm::DbErr};

use super::statements::execute;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// Rows that were written before are of the agencies that their people are of now. Agencies are looked for by the beginnings of
/// their OIDs, byte by byte: `{bytes}`.
const UP: [&str; 5] = [
    "ALTER TABLE audit_events ADD COLUMN actor_agency_oid varchar",
    "ALTER TABLE audit_events ADD COLUMN subject_agency_oid varchar",
    "UPDATE audit_events SET \
     actor_agency_oid = (SELECT p.agency_oid FROM persons p WHERE p.id = audit_events.actor), \
     subject_agency_oid = (SELECT p.agency_oid FROM persons p WHERE p.id = audit_events.subject)",
    "CREATE INDEX audit_events_by_actor_agency ON audit_events (actor_agency_oid{bytes}, id) \
     WHERE actor_agency_oid IS NOT NULL",
    "CREATE INDEX audit_events_by_subject_agency ON audit_events (subject_agency_oid{bytes}, id) \
     WHERE subject_agency_oid IS NOT NULL",
];

const DOWN: [&str; 4] = [
    "DROP INDEX audit_events_by_subject_agency",
    "DROP INDEX audit_events_by_actor_agency",
    "ALTER TABLE audit_events DROP COLUMN subject_agency_oid",
    "ALTER TABLE audit_events DROP COLUMN actor_agency_oid",
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
