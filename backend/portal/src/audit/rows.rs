//! The rows of a chain, read batch by batch.

use foundation::database::Database;
use futures::stream::{self, Stream, StreamExt};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, IsolationLevel, QueryResult,
    Statement, TransactionTrait,
};

use super::{
    chain::{BEGINNING, Entry},
    walk::Row,
};

/// How many rows are read at once.
const BATCH: i64 = 5000;
/// How many batches are read at once.
pub const READERS: u32 = 4;

/// A transaction that sees the log of one moment.
pub(super) async fn snapshot(db: &Database) -> Result<DatabaseTransaction, DbErr> {
    match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
            db.pool().begin_with_config(Some(isolation), Some(access)).await
        }
        _ => db.pool().begin().await,
    }
}

/// The rows after this number, in order, several batches being read at once; with each, how many rows it should be.
pub(super) fn whole_batches(
    db: &Database,
    chain: i32,
    after: i64,
    until: i64,
) -> impl Stream<Item = Result<(Vec<Row>, usize), DbErr>> + Unpin {
    let pool = db.pool().clone();
    let read = move |after: i64| {
        let (pool, end) = (pool.clone(), (after + BATCH).min(until));
        // In a task of its own, so that rows are also unpacked side by side.
        let rows = tokio::spawn(async move { batch(&pool, chain, after, end).await });
        async move {
            let rows = rows.await.map_err(|error| DbErr::Custom(error.to_string()))??;
            Ok((rows, usize::try_from(end - after).unwrap_or(usize::MAX)))
        }
    };
    let step = usize::try_from(BATCH).unwrap_or(usize::MAX);
    Box::pin(
        stream::iter((after..until).step_by(step))
            .map(read)
            .buffered(READERS as usize),
    )
}

/// The columns of [`row`].
const COLUMNS: &str = "number, hash, form, id, at, action, actor, subject, source, details";

/// The rows after this number, up to that one.
pub(super) async fn batch<C: ConnectionTrait>(
    db: &C,
    chain: i32,
    after: i64,
    until: i64,
) -> Result<Vec<Row>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_events WHERE chain = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4"
    );
    let values = [chain.into(), after.into(), until.into(), BATCH.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
    db.query_all_raw(statement).await?.iter().map(row).collect()
}

/// A row. What cannot be read was not written by `record`: it is of a form that there is not.
fn row(row: &QueryResult) -> Result<Row, DbErr> {
    let number = row.try_get_by_index(0)?;
    let hash = row
        .try_get_by_index::<Vec<u8>>(1)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    Ok(match (hash, row.try_get_by_index(2), entry(row)) {
        (Some(hash), Ok(form), Ok(entry)) => Row {
            number,
            hash,
            form,
            entry,
        },
        (hash, ..) => Row {
            number,
            hash: hash.unwrap_or(BEGINNING),
            form: 0,
            entry: Entry {
                id: row.try_get_by_index(3).unwrap_or_default(),
                at: 0,
                action: String::new(),
                actor: None,
                subject: None,
                source: None,
                details: String::new(),
            },
        },
    })
}

fn entry(row: &QueryResult) -> Result<Entry, DbErr> {
    Ok(Entry {
        id: row.try_get_by_index(3)?,
        at: row.try_get_by_index(4)?,
        action: row.try_get_by_index(5)?,
        actor: row.try_get_by_index(6)?,
        subject: row.try_get_by_index(7)?,
        source: row.try_get_by_index(8)?,
        details: row.try_get_by_index(9)?,
    })
}
