//! Statements of several rows. There are few of each, so that they stay prepared: rows are repeated until their number is
//! a power of two, and what is repeated changes nothing.

use foundation::database::{padded, placeholders};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

/// An update, whose first parameter is the value, of the rows with these keys that it is for; it answers with the keys of
/// those that it changed.
pub(super) fn update<K: Into<Value> + Clone>(
    connection: &impl ConnectionTrait,
    sql: &str,
    key: &str,
    value: Value,
    keys: &[K],
) -> Statement {
    let mut values = vec![value];
    values.extend(padded(keys).cloned().map(Into::into));
    let keys = placeholders(2, values.len() - 1);
    let sql = format!("{sql} AND {key} IN {keys} RETURNING {key}");
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// Inserts rows; those that are there stay.
pub(super) async fn insert<const COLUMNS: usize>(
    connection: &impl ConnectionTrait,
    into: &str,
    rows: Vec<[Value; COLUMNS]>,
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let values: Vec<Value> = padded(&rows).flatten().cloned().collect();
    let places: Vec<_> = (0..values.len() / COLUMNS)
        .map(|row| placeholders(row * COLUMNS + 1, COLUMNS))
        .collect();
    let sql = format!(
        "INSERT INTO {into} VALUES {} ON CONFLICT DO NOTHING",
        places.join(", ")
    );
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    connection.execute_raw(statement).await.map(drop)
}
