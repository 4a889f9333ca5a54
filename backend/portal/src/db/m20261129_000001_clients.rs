//! Applications as OpenID Connect clients; when people last started them; how they are; and which sessions have ended.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, boolean, integer_null, string, string_null, text, text_null,
        uuid, uuid_null,
    },
    sea_orm::{ConnectionTrait, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn clients() -> Table {
    Table {
        name: "clients",
        columns: vec![
            uuid("application_id"),
            // Lists of addresses are JSON.
            text("redirect_uris"),
            text("post_logout_redirect_uris"),
            text_null("backchannel_logout_uri"),
            text_null("initiate_login_uri"),
            string("authentication"),
            text_null("jwks"),
            string("signing_algorithm"),
            string("subject_type"),
            boolean("refresh_tokens"),
            boolean("extends_session"),
            boolean("reads_directory"),
            boolean("pushed_requests_only"),
            big_integer("registered_at"),
            // Counts the changes.
            big_integer("version").default(1).take(),
        ],
        primary: &["application_id"],
        unique: &[],
        indexed: &[],
        belongs_to: &[("application_id", "applications")],
    }
}

fn secrets() -> Table {
    Table {
        name: "client_secrets",
        columns: vec![
            uuid("id"),
            uuid("application_id"),
            binary("hash"),
            big_integer("made_at"),
            // Until when it counts beside the newer one.
            big_integer_null("expires_at"),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["application_id"]],
        belongs_to: &[("application_id", "applications")],
    }
}

fn registration_tokens() -> Table {
    Table {
        name: "client_registration_tokens",
        columns: vec![
            binary("hash"),
            uuid("application_id"),
            uuid_null("made_by"),
            big_integer("expires_at"),
        ],
        primary: &["hash"],
        unique: &[],
        indexed: &[&["application_id"], &["expires_at"]],
        belongs_to: &[("application_id", "applications")],
    }
}

fn starts() -> Table {
    Table {
        name: "application_starts",
        columns: vec![
            uuid("person_id"),
            uuid("application_id"),
            big_integer_null("started_at"),
            // Where in the application the person wanted to go when a permission was missing.
            text_null("wanted"),
            big_integer_null("wanted_at"),
        ],
        primary: &["person_id", "application_id"],
        unique: &[],
        // When an application was last started by anybody.
        indexed: &[&["application_id", "started_at"]],
        belongs_to: &[("person_id", "persons"), ("application_id", "applications")],
    }
}

fn health() -> Table {
    Table {
        name: "application_health",
        columns: vec![
            uuid("application_id"),
            string("state"),
            // Since when it is in this state.
            big_integer("since"),
            integer_null("milliseconds"),
            big_integer("checked_at"),
            // Until when one of the nodes is looking.
            big_integer_null("taken_until"),
        ],
        primary: &["application_id"],
        unique: &[],
        indexed: &[],
        belongs_to: &[("application_id", "applications")],
    }
}

/// Columns of applications.
fn noticed() -> Vec<ColumnDef> {
    vec![
        string_null("health_url"),
        text("notice_zh").default("").take(),
        text("notice_en").default("").take(),
    ]
}

/// What the provider keeps to itself: the key that pairwise subjects are made with.
fn provider_secrets() -> Table {
    Table {
        name: "provider_secrets",
        columns: vec![string("name"), binary("value")],
        primary: &["name"],
        unique: &[],
        indexed: &[],
        belongs_to: &[],
    }
}

fn tables() -> Vec<Table> {
    vec![
        clients(),
        secrets(),
        registration_tokens(),
        starts(),
        health(),
        provider_secrets(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, tables()).await?;
        table::add_columns(manager, "applications", noticed()).await?;
        // Sessions that end by themselves are looked for every few moments.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX sessions_by_expires_at ON sessions (expires_at) WHERE ended_at IS NULL",
            )
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX sessions_by_expires_at")
            .await?;
        table::drop_columns(manager, "applications", &["health_url", "notice_zh", "notice_en"]).await?;
        table::drop(manager, tables()).await
    }
}
