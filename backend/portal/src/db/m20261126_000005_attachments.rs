//! Files that go with requests.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary, integer, string, text, uuid},
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn attachments() -> Table {
    Table {
        name: "attachments",
        columns: vec![
            uuid("id"),
            // Chosen by the person who will send it: it may not be there yet, or be somebody else's and never will.
            uuid("request_id"),
            uuid("person_id"),
            text("name"),
            string("kind"),
            integer("size"),
            string("sha256"),
            big_integer("added_at"),
            binary("content"),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["request_id", "id"], &["person_id", "added_at"], &["added_at"]],
        belongs_to: &[("person_id", "persons")],
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, vec![attachments()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, vec![attachments()]).await
    }
}
