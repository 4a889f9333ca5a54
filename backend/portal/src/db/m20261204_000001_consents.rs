//! A manager's consent that a stand-in gave is also of the one in whose place they did, who does not give the second one.

use sea_orm_migration::{prelude::*, schema::uuid_null, sea_orm::DbErr};

use super::table;

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const REQUESTS: &str = "permission_requests";
const ENDORSED_FOR: &str = "endorsed_for";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::add_columns(manager, REQUESTS, vec![uuid_null(ENDORSED_FOR)]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_columns(manager, REQUESTS, &[ENDORSED_FOR]).await
    }
}
