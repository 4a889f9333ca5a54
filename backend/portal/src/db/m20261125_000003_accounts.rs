//! Mail that waits to be sent, invitations, links by mail, and passwords that were used before.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, binary_null, integer, string, string_null, text, uuid,
        uuid_null,
    },
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn mails() -> Table {
    Table {
        name: "mails",
        columns: vec![
            uuid("id"),
            string("kind"),
            text("recipient"),
            text("subject"),
            text("body"),
            big_integer("made_at"),
            // None when nothing is left to do.
            big_integer_null("next_try_at"),
            big_integer("useful_until"),
            integer("tries"),
            big_integer_null("sent_at"),
            text("last_fault").null().take(),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["next_try_at", "id"], &["made_at"]],
        belongs_to: &[],
    }
}

fn tables() -> Vec<Table> {
    vec![
        mails(),
        Table {
            name: "invitations",
            columns: vec![
                uuid("id"),
                text("username"),
                text("username_key"),
                text("name"),
                text("email"),
                string("agency_oid"),
                uuid_null("invited_by"),
                big_integer("made_at"),
                // Of the latest link; none when there is none any more.
                binary_null("token_hash"),
                big_integer("expires_at"),
                big_integer_null("accepted_at"),
                big_integer_null("cancelled_at"),
                uuid_null("person_id"),
                // The account name while it waits: of two invitations for one name, one waits.
                text("open_for").null().take(),
            ],
            primary: &["id"],
            unique: &[&["token_hash"], &["open_for"]],
            indexed: &[&["agency_oid", "id"], &["username_key"]],
            belongs_to: &[],
        },
        Table {
            name: "account_links",
            columns: vec![
                uuid("person_id"),
                string("purpose"),
                binary("token_hash"),
                // The new address, of a change of e-mail.
                string_null("email"),
                big_integer("made_at"),
                big_integer("expires_at"),
            ],
            // One for each purpose: a newer link takes the older one's place.
            primary: &["person_id", "purpose"],
            unique: &[&["token_hash"]],
            indexed: &[&["expires_at"]],
            belongs_to: &[("person_id", "persons")],
        },
        Table {
            name: "password_reset_requests",
            columns: vec![
                uuid("id"),
                text("account"),
                string("source"),
                big_integer("made_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[],
            belongs_to: &[],
        },
        Table {
            name: "password_history",
            columns: vec![uuid("id"), uuid("person_id"), text("password_hash")],
            primary: &["id"],
            unique: &[],
            indexed: &[&["person_id", "id"]],
            belongs_to: &[("person_id", "persons")],
        },
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, tables()).await?;
        // Whoever forgot a password is looked for by their address, in any case of letters.
        manager
            .get_connection()
            .execute_unprepared("CREATE INDEX persons_by_lower_email ON persons (LOWER(email))")
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX persons_by_lower_email")
            .await?;
        table::drop(manager, tables()).await
    }
}
