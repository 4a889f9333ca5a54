//! Rows of the catalogue as those who keep it read and write them.

pub(super) mod applications;
pub(super) mod conflicts;
pub(super) mod roles;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// A number of rows.
fn count(row: &QueryResult, column: &str) -> Result<u32, DbErr> {
    Ok(u32::try_from(row.try_get::<i64>("", column)?).unwrap_or(u32::MAX))
}

/// A place in an order.
fn place(row: &QueryResult) -> Result<u32, DbErr> {
    Ok(u32::try_from(row.try_get::<i32>("", "position")?).unwrap_or(0))
}

/// The same as the database holds it; the rules hold it far below the largest.
fn stored_place(position: u32) -> Value {
    i32::try_from(position).unwrap_or(i32::MAX).into()
}
