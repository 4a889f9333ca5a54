//! What applicants were when they applied, and which looks at members were opened.

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{big_integer_null, string},
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kind = string("member_kind").default("natural_person").take();
        for (table, mut column) in [("applications", kind), ("looks", big_integer_null("opened_at"))] {
            let added = Table::alter().table(table).add_column(&mut column).take();
            manager.alter_table(added).await?;
        }
        Ok(())
    }
}
