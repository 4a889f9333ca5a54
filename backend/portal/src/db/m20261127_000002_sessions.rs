//! Few sessions are MyEGov's: the indexes of its names hold those alone, and a sign-in with an account of EMIC does not
//! write them.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbErr, TransactionTrait},
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// The column of each.
const INDEXES: [&str; 2] = ["egov_subject", "egov_sid"];

async fn anew(manager: &SchemaManager<'_>, condition: impl Fn(&str) -> String) -> Result<(), DbErr> {
    let transaction = manager.get_connection().begin().await?;
    for column in INDEXES {
        let condition = condition(column);
        let drop = format!("DROP INDEX sessions_by_{column}");
        let create = format!("CREATE INDEX sessions_by_{column} ON sessions ({column}){condition}");
        transaction.execute_unprepared(&drop).await?;
        transaction.execute_unprepared(&create).await?;
    }
    transaction.commit().await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        anew(manager, |column| format!(" WHERE {column} IS NOT NULL")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        anew(manager, |_| String::new()).await
    }
}
