//! Prepared surge lists, the events in which they count, and the review of what was granted in them.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, integer, integer_null, string, string_null, text, uuid,
        uuid_null,
    },
    sea_orm::{ConnectionTrait, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn lists() -> Vec<Table> {
    vec![
        Table {
            name: "surge_lists",
            columns: vec![
                uuid("id"),
                string("agency_oid"),
                text("name"),
                // 1 is the gravest. From which one on it is to count, and from which one on what is approved does.
                integer("level"),
                integer_null("counts_from"),
                string("state"),
                uuid("created_by"),
                big_integer("changed_at"),
                text("remark").null().take(),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["agency_oid", "id"]],
            belongs_to: &[],
        },
        Table {
            name: "surge_entries",
            columns: vec![
                uuid("id"),
                uuid("list_id"),
                uuid("person_id"),
                uuid("role_id"),
                // Where the person belonged when the entry was made; empty for nowhere.
                string("holder_oid"),
                boolean("approved").default(false).take(),
            ],
            primary: &["id"],
            unique: &[&["list_id", "person_id", "role_id"]],
            indexed: &[&["person_id"], &["role_id"]],
            belongs_to: &[
                ("list_id", "surge_lists"),
                ("person_id", "persons"),
                ("role_id", "application_roles"),
            ],
        },
        // Who has changed it since it was last approved.
        Table {
            name: "surge_preparers",
            columns: vec![uuid("list_id"), uuid("person_id")],
            primary: &["list_id", "person_id"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("list_id", "surge_lists"), ("person_id", "persons")],
        },
        Table {
            name: "surge_consents",
            columns: vec![
                uuid("list_id"),
                // The application whose owner consented; empty for a system administrator's.
                string("scope").default("").take(),
                uuid("person_id"),
                big_integer("at"),
            ],
            primary: &["list_id", "scope"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("list_id", "surge_lists"), ("person_id", "persons")],
        },
    ]
}

fn events() -> Vec<Table> {
    vec![
        Table {
            name: "activations",
            columns: vec![
                uuid("id"),
                text("name"),
                integer("level"),
                // As it was opened, so that a retry is known for one.
                integer("opened_level"),
                big_integer("opened_at"),
                uuid("opened_by"),
                string_null("expected_end"),
                big_integer_null("closed_at"),
                uuid_null("closed_by"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[],
            belongs_to: &[],
        },
        Table {
            name: "activation_agencies",
            columns: vec![
                uuid("activation_id"),
                string("agency_oid"),
                boolean("with_below"),
                // Whether it was opened for this one, and as it was then.
                boolean("opened_for"),
                boolean("opened_with_below"),
            ],
            primary: &["activation_id", "agency_oid"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("activation_id", "activations")],
        },
        // One for each grant of an event.
        Table {
            name: "surge_reviews",
            columns: vec![
                uuid("grant_id"),
                uuid("activation_id"),
                uuid("list_id"),
                // Where the holder belonged when it was granted; empty for nowhere.
                string("holder_oid"),
                string_null("verdict"),
                text("remark").null().take(),
                uuid_null("reviewed_by"),
                big_integer_null("reviewed_at"),
            ],
            primary: &["grant_id"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("grant_id", "grants"), ("activation_id", "activations")],
        },
    ]
}

const INDEXES: [(&str, &str); 4] = [
    (
        "activations_open",
        "CREATE INDEX activations_open ON activations (id) WHERE closed_at IS NULL",
    ),
    (
        "grants_by_activation",
        "CREATE INDEX grants_by_activation ON grants (activation_id, id) WHERE activation_id IS NOT NULL",
    ),
    (
        "surge_reviews_by_activation",
        "CREATE INDEX surge_reviews_by_activation ON surge_reviews (activation_id, grant_id)",
    ),
    (
        "surge_reviews_open",
        "CREATE INDEX surge_reviews_open ON surge_reviews (activation_id, grant_id) WHERE verdict IS NULL",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, lists()).await?;
        table::create(manager, events()).await?;
        // The event that a grant is by, and ends with.
        table::add_columns(manager, "grants", vec![uuid_null("activation_id")]).await?;
        for (_, index) in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let sql = format!("DROP INDEX {name}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        table::drop_columns(manager, "grants", &["activation_id"]).await?;
        table::drop(manager, events()).await?;
        table::drop(manager, lists()).await
    }
}
