//! Statements of a migration.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionTrait},
};

/// Executes them as a whole or not at all, and over one connection: another one may not know yet that an index is gone, and
/// refuse its name. `{bytes}` in them is how texts are compared byte by byte, `{binary}` the type of bytes.
pub(super) async fn execute(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let transaction = manager.get_connection().begin().await?;
    let (bytes, binary) = match transaction.get_database_backend() {
        DbBackend::Postgres => (" COLLATE \"C\"", "bytea"),
        _ => ("", "blob"),
    };
    for sql in statements {
        let sql = sql.replace("{bytes}", bytes).replace("{binary}", binary);
        transaction.execute_unprepared(&sql).await?;
    }
    transaction.commit().await
}
