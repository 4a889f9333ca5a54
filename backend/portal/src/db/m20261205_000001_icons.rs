//! Pictures of applications.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary, string, uuid},
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn icons() -> Table {
    Table {
        name: "application_icons",
        columns: vec![
            uuid("application_id"),
            string("kind"),
            string("sha256"),
            big_integer("changed_at"),
            binary("content"),
        ],
        primary: &["application_id"],
        unique: &[],
        indexed: &[],
        belongs_to: &[("application_id", "applications")],
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, vec![icons()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, vec![icons()]).await
    }
}
