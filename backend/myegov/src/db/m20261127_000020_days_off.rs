//! The days that are otherwise than the week has them: off, or worked.

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{boolean, string, text},
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let days = Table::create()
            .table("days_off")
            // YYYY-MM-DD.
            .col(string("day").primary_key())
            .col(boolean("is_off"))
            .col(text("note"))
            .take();
        manager.create_table(days).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("days_off").take()).await
    }
}
