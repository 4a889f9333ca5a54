//! What people say of themselves, whose field is whose, and the way to who looked at whom.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
    sea_orm::DbErr,
};

use super::table;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const TEXTS: [&str; 10] = [
    "county",
    "district",
    "postal_code",
    "street",
    "home_phone",
    "office_phone",
    "fax",
    "organisation",
    "department",
    "job_title",
];

const INDEX: &str = "audit_events_by_subject_id";

fn columns() -> Vec<ColumnDef> {
    let mut columns: Vec<_> = TEXTS.iter().map(|name| text(*name).null().take()).collect();
    // The names of the fields that the source of the person gave at the last sign-in.
    columns.push(text("source_fields").default("").take());
    // Counts the changes, for `ETag`.
    columns.push(big_integer("profile_version").default(1).take());
    columns
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::add_columns(manager, "persons", columns()).await?;
        let mut index = Index::create();
        index
            .name(INDEX)
            .table(Alias::new("audit_events"))
            .col(Alias::new("subject"))
            .col(Alias::new("id"));
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::drop();
        index.name(INDEX).table(Alias::new("audit_events"));
        manager.drop_index(index).await?;
        table::drop_columns(manager, "persons", &TEXTS).await?;
        table::drop_columns(manager, "persons", &["source_fields", "profile_version"]).await
    }
}
