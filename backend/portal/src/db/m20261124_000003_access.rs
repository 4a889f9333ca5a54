//! Who owns an application, its roles, who holds them until when, and the requests for them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string, string_null, text, uuid, uuid_null},
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// What an application grows: SQLite adds columns one by one.
fn owner_columns() -> [ColumnDef; 2] {
    [
        string_null("owner_agency_oid"),
        text("owner_contact").null().take(),
    ]
}

fn held_tables() -> Vec<Table> {
    vec![
        Table {
            name: "application_roles",
            columns: vec![
                uuid("id"),
                uuid("application_id"),
                string("code"),
                text("name_zh"),
                text("name_en"),
                text("description_zh"),
                text("description_en"),
                string("risk"),
                integer("max_days"),
                integer("position"),
            ],
            primary: &["id"],
            unique: &[&["application_id", "code"]],
            indexed: &[],
            belongs_to: &[("application_id", "applications")],
        },
        Table {
            name: "grants",
            columns: vec![
                uuid("id"),
                uuid("person_id"),
                uuid("role_id"),
                string("agency_oid"),
                big_integer("starts_at"),
                big_integer("ends_at"),
                big_integer_null("revoked_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["person_id", "id"], &["person_id", "ends_at"], &["role_id"]],
            belongs_to: &[("person_id", "persons"), ("role_id", "application_roles")],
        },
    ]
}

fn request_tables() -> Vec<Table> {
    vec![
        Table {
            name: "permission_requests",
            columns: vec![
                uuid("id"),
                uuid("person_id"),
                uuid("application_id"),
                string("agency_oid"),
                text("reason"),
                string("starts_on"),
                string("ends_on"),
                string("state"),
                big_integer("submitted_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[
                &["person_id", "submitted_at", "id"],
                &["person_id", "state", "submitted_at", "id"],
            ],
            belongs_to: &[("person_id", "persons"), ("application_id", "applications")],
        },
        Table {
            name: "permission_request_roles",
            columns: vec![
                uuid("request_id"),
                uuid("role_id"),
                // The person while the request is open, so that there is one open request for each role.
                uuid_null("open_for"),
            ],
            primary: &["request_id", "role_id"],
            unique: &[&["open_for", "role_id"]],
            indexed: &[&["role_id"]],
            belongs_to: &[
                ("request_id", "permission_requests"),
                ("role_id", "application_roles"),
            ],
        },
        Table {
            name: "permission_request_events",
            columns: vec![
                uuid("request_id"),
                integer("number"),
                big_integer("at"),
                string("action"),
                uuid_null("actor"),
                text("comment").null().take(),
            ],
            primary: &["request_id", "number"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("request_id", "permission_requests")],
        },
    ]
}

fn tables() -> Vec<Table> {
    [held_tables(), request_tables()].concat()
}

fn applications() -> TableAlterStatement {
    sea_orm_migration::prelude::Table::alter()
        .table(Alias::new("applications"))
        .take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in owner_columns() {
            manager
                .alter_table(applications().add_column(&mut column).take())
                .await?;
        }
        table::create(manager, tables()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, tables()).await?;
        for column in ["owner_agency_oid", "owner_contact"] {
            manager
                .alter_table(applications().drop_column(Alias::new(column)).take())
                .await?;
        }
        Ok(())
    }
}
