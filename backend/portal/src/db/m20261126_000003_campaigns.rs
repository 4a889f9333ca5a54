//! Review campaigns, and what the charts count by.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string, string_null, text, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn campaigns() -> Table {
    Table {
        name: "campaigns",
        columns: vec![
            uuid("id"),
            big_integer("version"),
            text("name"),
            text("instructions"),
            // What it is about: one of the two.
            string_null("agency_oid"),
            uuid_null("application_id"),
            string("state"),
            big_integer("opened_at"),
            uuid("opened_by"),
            string("due_on"),
            big_integer("ends_at"),
            big_integer_null("closed_at"),
            // Why it was last extended, or cancelled.
            text("remark").null().take(),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["state", "ends_at"]],
        belongs_to: &[],
    }
}

fn items() -> Table {
    Table {
        name: "campaign_items",
        columns: vec![
            uuid("campaign_id"),
            uuid("grant_id"),
            // These three are the grant's, where lists and figures find them.
            uuid("person_id"),
            uuid("application_id"),
            string("agency_oid"),
            string("state"),
            // Who is to decide, as that of a request.
            string("desk"),
            big_integer_null("decided_at"),
            uuid_null("decided_by"),
            text("reason").null().take(),
        ],
        primary: &["campaign_id", "grant_id"],
        unique: &[],
        // A campaign writes all of its rows at once: each index counts, and each reference as much as one.
        indexed: &[
            &["campaign_id", "state", "grant_id"],
            &["campaign_id", "desk", "grant_id"],
            &["campaign_id", "agency_oid"],
        ],
        belongs_to: &[],
    }
}

/// What the charts count by.
const INDEXES: [(&str, &str); 2] = [
    (
        "grants_by_end",
        "grants (ends_at) WHERE revoked_at IS NULL AND renewed_by IS NULL",
    ),
    (
        "permission_request_events_by_decision",
        "permission_request_events (at) WHERE action IN ('approve', 'reject')",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, vec![campaigns(), items()]).await?;
        for (name, of) in INDEXES {
            let sql = format!("CREATE INDEX {name} ON {of}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let sql = format!("DROP INDEX {name}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        table::drop(manager, vec![campaigns(), items()]).await
    }
}
