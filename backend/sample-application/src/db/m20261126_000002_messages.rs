//! Messages, and the people whom they are sent to.

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{big_integer, big_integer_null, binary, integer, string, string_null, text, text_null, uuid},
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let messages = Table::create()
            .table("messages")
            .col(uuid("id").primary_key())
            .col(binary("form_hash").unique_key())
            .col(string("sender"))
            .col(text("sender_name"))
            .col(string_null("agency_oid"))
            .col(text_null("agency_name"))
            .col(text("subject"))
            .col(text("text"))
            .col(text("audience"))
            .col(big_integer("sent_at"))
            .take();
        // A recipient's row is also their mail's: `next_try_at` and `secret` are there until it is delivered or given up.
        let recipients = Table::create()
            .table("recipients")
            .col(uuid("id").primary_key())
            .col(uuid("message_id"))
            .col(integer("position"))
            .col(text("name"))
            .col(string("email"))
            .col(text_null("agency_name"))
            .col(binary("token_hash").unique_key())
            .col(string_null("secret"))
            .col(integer("tries"))
            .col(big_integer_null("next_try_at"))
            .col(text_null("last_fault"))
            .col(big_integer_null("delivered_at"))
            .col(big_integer_null("given_up_at"))
            .col(big_integer_null("confirmed_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("recipients", "message_id")
                    .to("messages", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        for table in [messages, recipients] {
            manager.create_table(table).await?;
        }
        for (table, column) in [
            ("messages", "sender"),
            ("messages", "agency_oid"),
            ("recipients", "message_id"),
            ("recipients", "next_try_at"),
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
        for table in ["recipients", "messages"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
