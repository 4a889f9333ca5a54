//! Rows as they are exported: people by their ids, and what else is known as the text that it is stored as.

use foundation::database::Database;
use sea_orm::DbErr;
use serde::Deserialize;
use uuid::Uuid;

use super::packed::{self, Column};
use crate::audit::query::Query;

/// A row of the log.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Row {
    pub id: Uuid,
    /// Milliseconds since 1970.
    pub at: i64,
    pub action: String,
    pub source: Option<String>,
    pub details: String,
    pub chain: i32,
    pub number: i64,
    pub actor: Option<Uuid>,
    pub subject: Option<Uuid>,
    /// In hexadecimal.
    pub hash: String,
}

/// The fields of [`Row`], in their order.
const COLUMNS: [Column; 10] = [
    Column::Id("id"),
    Column::Plain("at"),
    Column::Plain("action"),
    Column::Plain("source"),
    Column::Plain("details"),
    Column::Plain("chain"),
    Column::Plain("number"),
    Column::Id("actor"),
    Column::Id("subject"),
    Column::Bytes("hash"),
];

/// The rows that fit, the newest first, older than `after`.
pub(super) async fn page(
    db: &Database,
    query: &Query,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Row>, DbErr> {
    let found = query.rows(db, after, limit).await?;
    let mut rows: Vec<Row> = packed::rows(db, &COLUMNS, found).await?;
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    Ok(rows)
}
