//! Sessions, logout tokens that were used, and notes on disaster reports.

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{big_integer, binary, string, string_null, text, text_null, uuid},
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sessions = Table::create()
            .table("sessions")
            .col(uuid("id").primary_key())
            .col(binary("token_hash").unique_key())
            .col(string("subject"))
            .col(string_null("sid"))
            .col(text("proof"))
            .col(text("person"))
            .col(binary("tokens"))
            .col(big_integer("access_expires_at"))
            .col(big_integer("created_at"))
            .col(big_integer("active_at"))
            .col(big_integer("asked_at"))
            .col(big_integer("known_at"))
            .col(big_integer("refreshed_at"))
            .take();
        let logout_tokens = Table::create()
            .table("logout_tokens")
            .col(binary("jti_hash").primary_key())
            .col(big_integer("expires_at"))
            .take();
        let notes = Table::create()
            .table("notes")
            .col(uuid("id").primary_key())
            .col(string("report"))
            .col(binary("form_hash").unique_key())
            .col(string("author"))
            .col(text("author_name"))
            .col(text_null("agency_name"))
            .col(text("text"))
            .col(big_integer("written_at"))
            .take();
        for table in [sessions, logout_tokens, notes] {
            manager.create_table(table).await?;
        }
        for (table, column) in [
            ("sessions", "subject"),
            ("sessions", "sid"),
            ("sessions", "active_at"),
            ("notes", "report"),
        ] {
            let index = Index::create()
                .name(format!("{table}_{column}"))
                .table(table)
                .col(column)
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["notes", "logout_tokens", "sessions"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
