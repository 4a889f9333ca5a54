//! Rows as one text. Those that belong to a row are brought along with it, so that a list is one statement, however many kinds of
//! such rows there are; and of a query that is asked again and again, one row wakes whoever waits for it less often than many.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Statement, Value};
use serde::de::DeserializeOwned;

/// The rows of a subquery, each as an array of its columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed<'a> {
    /// Texts and numbers, with commas between.
    pub(crate) columns: &'a str,
    /// All from `FROM` on.
    pub(crate) from: &'a str,
    /// Their order.
    pub(crate) order: &'a str,
}

impl Packed<'_> {
    /// As a column of the query around it.
    pub(crate) fn within(self, backend: DatabaseBackend) -> String {
        let Self { columns, from, order } = self;
        match backend {
            DatabaseBackend::Postgres => format!(
                "(SELECT COALESCE(json_agg(json_build_array({columns}) ORDER BY {order}), '[]')::text FROM {from})"
            ),
            _ => format!("(SELECT json_group_array(json_array({columns}) ORDER BY {order}) FROM {from})"),
        }
    }
}

/// All rows of a query.
pub(crate) async fn all<T: DeserializeOwned, C: ConnectionTrait>(
    db: &C,
    rows: Packed<'_>,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<T>, DbErr> {
    let backend = db.get_database_backend();
    let sql = format!("SELECT {} AS rows", rows.within(backend));
    let statement = Statement::from_sql_and_values(backend, sql, values);
    match db.query_one_raw(statement).await? {
        Some(row) => read(&row, "rows"),
        None => Ok(Vec::new()),
    }
}

/// A column of a UUID, as it is packed.
pub(crate) fn id(backend: DatabaseBackend, column: &str) -> String {
    match backend {
        DatabaseBackend::Postgres => column.to_owned(),
        _ => format!("nullif(hex({column}), '')"),
    }
}

/// A condition, as it is packed: 1 where it holds, 0 where it does not.
pub(crate) fn flag(condition: &str) -> String {
    format!("CASE WHEN {condition} THEN 1 ELSE 0 END")
}

/// What was packed into this column.
pub(crate) fn read<T: DeserializeOwned>(row: &QueryResult, column: &str) -> Result<T, DbErr> {
    let packed: String = row.try_get("", column)?;
    serde_json::from_str(&packed).map_err(|error| DbErr::Type(format!("{column}: {error}")))
}
