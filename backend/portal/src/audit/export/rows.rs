//! Rows as they are exported: people by their ids, and what else is known as the text that it is stored as.

use foundation::database::Database;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::audit::filter::Query;

/// A row of the log.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id: Uuid,
    pub at: Timestamp,
    pub action: String,
    pub source: Option<String>,
    pub details: String,
    pub chain: i32,
    pub number: i64,
    pub actor: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub hash: Vec<u8>,
}

/// The rows that fit, the newest first, older than `after`.
pub(super) async fn page(
    db: &Database,
    query: &Query,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Row>, DbErr> {
    let statement = query.rows(db.get_database_backend(), after, limit);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(row).collect()
}

fn row(row: &QueryResult) -> Result<Row, DbErr> {
    Ok(Row {
        id: row.try_get_by_index(0)?,
        at: Timestamp::from_millis(row.try_get_by_index(1)?),
        action: row.try_get_by_index(2)?,
        source: row.try_get_by_index(3)?,
        details: row.try_get_by_index(4)?,
        chain: row.try_get_by_index(5)?,
        number: row.try_get_by_index(6)?,
        actor: row.try_get_by_index(7)?,
        subject: row.try_get_by_index(8)?,
        hash: row.try_get_by_index(9)?,
    })
}
