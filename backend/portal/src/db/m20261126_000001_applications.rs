//! What those who keep applications keep of them: states, versions, closed roles, the agencies that roles are for, and
//! which roles are in conflict.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, string, text, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn agencies() -> Table {
    Table {
        name: "application_role_agencies",
        columns: vec![uuid("role_id"), string("agency_oid"), boolean("with_below")],
        primary: &["role_id", "agency_oid"],
        unique: &[],
        indexed: &[],
        belongs_to: &[("role_id", "application_roles")],
    }
}

fn conflicts() -> Table {
    Table {
        name: "role_conflicts",
        columns: vec![
            uuid("id"),
            // The smaller of the two ids, so that two roles have one rule.
            uuid("role_a"),
            uuid("role_b"),
            boolean("strict"),
            text("reason"),
            big_integer("set_at"),
            uuid_null("set_by"),
        ],
        primary: &["id"],
        unique: &[&["role_a", "role_b"]],
        indexed: &[&["role_b"]],
        belongs_to: &[("role_a", "application_roles"), ("role_b", "application_roles")],
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            string("state").default("announced").take(),
            // Counts the changes.
            big_integer("version").default(1).take(),
        ];
        table::add_columns(manager, "applications", columns).await?;
        // Until now, what had an address was open.
        manager
            .get_connection()
            .execute_unprepared("UPDATE applications SET state = 'open' WHERE launch_url IS NOT NULL")
            .await?;
        let columns = vec![
            big_integer_null("closed_at"),
            big_integer("version").default(1).take(),
        ];
        table::add_columns(manager, "application_roles", columns).await?;
        table::create(manager, vec![agencies(), conflicts()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, vec![agencies(), conflicts()]).await?;
        table::drop_columns(manager, "application_roles", &["closed_at", "version"]).await?;
        table::drop_columns(manager, "applications", &["state", "version"]).await
    }
}
