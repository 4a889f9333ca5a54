//! Rows that belong to a row, brought along with it as one text: a list is one statement, however many kinds of such rows there
//! are.

use sea_orm::{DatabaseBackend, DbErr, QueryResult};
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

/// What was packed into this column.
pub(crate) fn read<T: DeserializeOwned>(row: &QueryResult, column: &str) -> Result<T, DbErr> {
    let packed: String = row.try_get("", column)?;
    serde_json::from_str(&packed).map_err(|error| DbErr::Type(format!("{column}: {error}")))
}
