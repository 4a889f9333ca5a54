//! 存取權杖.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, string_null, text, uuid},
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn tables() -> Vec<Table> {
    vec![Table {
        name: "access_tokens",
        columns: vec![
            uuid("id"),
            uuid("person_id"),
            text("name"),
            text("scopes"),
            binary("token_hash"),
            big_integer("created_at"),
            big_integer("expires_at"),
            big_integer_null("revoked_at"),
            big_integer_null("last_used_at"),
            string_null("last_used_from"),
        ],
        primary: &["id"],
        unique: &[&["token_hash"]],
        indexed: &[&["person_id", "id"], &["expires_at"]],
        belongs_to: &[("person_id", "persons")],
    }]
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
