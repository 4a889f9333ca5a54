//! People, their ways to sign in, their sessions, and what the first pages show.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, integer, string, string_null, text, uuid, uuid_null},
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn person_tables() -> Vec<Table> {
    vec![
        Table {
            name: "agencies",
            columns: vec![string("oid"), text("name")],
            primary: &["oid"],
            unique: &[],
            indexed: &[],
            belongs_to: &[],
        },
        Table {
            name: "persons",
            columns: vec![
                uuid("id"),
                text("name"),
                string("account_kind"),
                string_null("agency_oid"),
                string_null("email"),
                string_null("phone"),
                big_integer("created_at"),
                big_integer_null("disabled_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["agency_oid"]],
            belongs_to: &[],
        },
        Table {
            name: "person_roles",
            columns: vec![uuid("person_id"), string("role")],
            primary: &["person_id", "role"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("person_id", "persons")],
        },
        Table {
            name: "local_credentials",
            columns: vec![
                uuid("person_id"),
                text("username"),
                text("username_key"),
                text("password_hash"),
                big_integer("password_changed_at"),
            ],
            primary: &["person_id"],
            unique: &[&["username_key"]],
            indexed: &[],
            belongs_to: &[("person_id", "persons")],
        },
    ]
}

fn sign_in_tables() -> Vec<Table> {
    vec![
        Table {
            name: "known_devices",
            columns: vec![
                uuid("id"),
                uuid("person_id"),
                binary("token_hash"),
                big_integer("created_at"),
                big_integer("last_used_at"),
            ],
            primary: &["id"],
            unique: &[&["token_hash", "person_id"]],
            indexed: &[&["person_id"]],
            belongs_to: &[("person_id", "persons")],
        },
        Table {
            name: "sign_in_throttle",
            columns: vec![
                string("bucket"),
                integer("failures"),
                big_integer("window_ends_at"),
            ],
            primary: &["bucket"],
            unique: &[],
            indexed: &[&["window_ends_at"]],
            belongs_to: &[],
        },
        Table {
            name: "sessions",
            columns: vec![
                uuid("id"),
                binary("token_hash"),
                uuid("person_id"),
                string("signed_in_with"),
                big_integer("created_at"),
                big_integer("active_at"),
                big_integer("expires_at"),
                big_integer("absolute_expires_at"),
                big_integer_null("ended_at"),
                string_null("ended_by"),
                string("source"),
                text("device"),
                text("egov_issuer").null().take(),
                text("egov_subject").null().take(),
                text("egov_sid").null().take(),
            ],
            primary: &["id"],
            unique: &[&["token_hash"]],
            indexed: &[
                &["person_id"],
                &["absolute_expires_at"],
                &["egov_subject"],
                &["egov_sid"],
            ],
            belongs_to: &[("person_id", "persons")],
        },
    ]
}

fn egov_tables() -> Vec<Table> {
    vec![
        Table {
            name: "egov_identities",
            columns: vec![
                text("issuer"),
                text("subject"),
                uuid("person_id"),
                big_integer("synchronised_at"),
            ],
            primary: &["issuer", "subject"],
            unique: &[&["person_id"]],
            indexed: &[],
            belongs_to: &[("person_id", "persons")],
        },
        Table {
            name: "egov_sign_ins",
            columns: vec![
                binary("state_hash"),
                binary("browser_hash"),
                text("issuer"),
                text("nonce"),
                text("code_verifier"),
                text("return_to").null().take(),
                uuid_null("session_before"),
                uuid_null("person_before"),
                big_integer("expires_at"),
            ],
            primary: &["state_hash"],
            unique: &[],
            indexed: &[&["expires_at"]],
            belongs_to: &[],
        },
        Table {
            name: "egov_logout_tokens",
            columns: vec![binary("jti_hash"), big_integer("expires_at")],
            primary: &["jti_hash"],
            unique: &[],
            indexed: &[&["expires_at"]],
            belongs_to: &[],
        },
    ]
}

fn page_tables() -> Vec<Table> {
    vec![
        Table {
            name: "applications",
            columns: vec![
                uuid("id"),
                string("code"),
                text("name_zh"),
                text("name_en"),
                text("description_zh"),
                text("description_en"),
                string("glyph"),
                text("launch_url").null().take(),
                integer("position"),
            ],
            primary: &["id"],
            unique: &[&["code"]],
            indexed: &[&["position", "id"]],
            belongs_to: &[],
        },
        Table {
            name: "notices",
            columns: vec![
                uuid("id"),
                string("severity"),
                text("title_zh"),
                text("title_en"),
                text("body_zh"),
                text("body_en"),
                big_integer("published_at"),
                big_integer_null("withdrawn_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["published_at", "id"]],
            belongs_to: &[],
        },
        Table {
            name: "audit_events",
            columns: vec![
                uuid("id"),
                big_integer("at"),
                string("action"),
                uuid_null("actor"),
                uuid_null("subject"),
                string_null("source"),
                text("details"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["at", "id"], &["actor"]],
            belongs_to: &[],
        },
    ]
}

fn tables() -> Vec<Table> {
    [person_tables(), sign_in_tables(), egov_tables(), page_tables()].concat()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, tables()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, tables()).await
    }
}
