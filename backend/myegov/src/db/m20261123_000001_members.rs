//! Members, their sessions, and the throttle of their sign-in.

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{big_integer, big_integer_null, binary, integer, string, string_null, text, uuid},
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let members = Table::create()
            .table("members")
            .col(uuid("id").primary_key())
            .col(string("account"))
            .col(string("account_key").unique_key())
            .col(text("password_hash"))
            .col(text("name"))
            .col(string("kind"))
            .col(string_null("agency_oid"))
            .col(string_null("agency_name"))
            .col(string("national_id"))
            .col(string("email"))
            .col(string("phone"))
            .col(string("birthdate"))
            .col(string("gender"))
            .col(big_integer("created_at"))
            .col(big_integer_null("barred_at"))
            .take();
        let sessions = Table::create()
            .table("sessions")
            .col(uuid("id").primary_key())
            .col(binary("token_hash").unique_key())
            .col(uuid("member_id"))
            .col(big_integer("auth_time"))
            .col(big_integer("created_at"))
            .col(big_integer("active_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("sessions", "member_id")
                    .to("members", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        let throttle = Table::create()
            .table("sign_in_throttle")
            .col(binary("account_hash").primary_key())
            .col(integer("failures"))
            .col(big_integer("delayed_until"))
            .take();
        for table in [members, sessions, throttle] {
            manager.create_table(table).await?;
        }
        for (table, column) in [
            ("sessions", "member_id"),
            ("sessions", "active_at"),
            ("sign_in_throttle", "delayed_until"),
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
        for table in ["sign_in_throttle", "sessions", "members"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
