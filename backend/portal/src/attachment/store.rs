//! Rows of `attachments`. Their content is read by [`read`] alone.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    attachment::{FileKind, KeptAttachment},
    time::Timestamp,
};
use uuid::Uuid;

/// A file without its content.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) request: Uuid,
    pub(super) person: Uuid,
    pub(super) name: String,
    pub(super) kind: FileKind,
    pub(super) size: i32,
    pub(super) sha256: String,
    pub(super) added_at: Timestamp,
}

const COLUMNS: &str = "a.id, a.request_id, a.person_id, a.name, a.kind, a.size, a.sha256, a.added_at";

/// A file that came before the request that it is for, or for one that is not the person's.
const UNSENT: &str = "NOT EXISTS (SELECT 1 FROM permission_requests q WHERE q.id = a.request_id \
     AND q.person_id = a.person_id)";

impl Row {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        let kind: String = row.try_get("", "kind")?;
        Ok(Self {
            id: row.try_get("", "id")?,
            request: row.try_get("", "request_id")?,
            person: row.try_get("", "person_id")?,
            name: row.try_get("", "name")?,
            kind: FileKind::from_name(&kind)
                .ok_or_else(|| DbErr::Type("attachments: kind cannot be read".to_owned()))?,
            size: row.try_get("", "size")?,
            sha256: row.try_get("", "sha256")?,
            added_at: Timestamp::from_millis(row.try_get("", "added_at")?),
        })
    }
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// The file of this id.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Row>, DbErr> {
    let sql = format!("SELECT {COLUMNS} FROM attachments a WHERE a.id = $1");
    let row = db.query_one_raw(statement(db, &sql, vec![id.into()])).await?;
    row.as_ref().map(Row::of).transpose()
}

/// The files that a person has added to a request, the oldest first.
pub(super) async fn list<C: ConnectionTrait>(db: &C, request: Uuid, person: Uuid) -> Result<Vec<Row>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attachments a WHERE a.request_id = $1 AND a.person_id = $2 ORDER BY a.id"
    );
    let values = vec![request.into(), person.into()];
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(Row::of).collect()
}

/// What is kept of the files that a person has added, the newest first; also of those that wait for their request.
pub(crate) async fn kept_of<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    limit: u32,
) -> Result<Vec<KeptAttachment>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attachments a WHERE a.person_id = $1 ORDER BY a.added_at DESC, a.id DESC LIMIT $2"
    );
    let values = vec![person.into(), i64::from(limit).into()];
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter()
        .map(|row| {
            let row = Row::of(row)?;
            Ok(KeptAttachment {
                id: row.id,
                request: row.request,
                name: row.name,
                kind: row.kind,
                size: u32::try_from(row.size).unwrap_or_default(),
                sha256: row.sha256,
                added_at: row.added_at,
            })
        })
        .collect()
}

/// How many files of a person wait for their request to be sent.
pub(super) async fn count_unsent<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<i64, DbErr> {
    let sql = format!("SELECT COUNT(*) AS n FROM attachments a WHERE a.person_id = $1 AND {UNSENT}");
    let row = db.query_one_raw(statement(db, &sql, vec![person.into()])).await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}

/// What is in a file.
pub(super) async fn read<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Vec<u8>>, DbErr> {
    const SQL: &str = "SELECT content FROM attachments WHERE id = $1";
    let row = db.query_one_raw(statement(db, SQL, vec![id.into()])).await?;
    row.map(|row| row.try_get("", "content")).transpose()
}

/// Writes a file, unless its id is taken. Whether it was written.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, row: &Row, content: Vec<u8>) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO attachments (id, request_id, person_id, name, kind, size, sha256, added_at, content) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    let values: Vec<Value> = vec![
        row.id.into(),
        row.request.into(),
        row.person.into(),
        row.name.as_str().into(),
        row.kind.name().into(),
        row.size.into(),
        row.sha256.as_str().into(),
        row.added_at.as_millis().into(),
        content.into(),
    ];
    let written = db.execute_raw(statement(db, SQL, values)).await?;
    Ok(written.rows_affected() > 0)
}

/// Removes a file. Whether it was there.
pub(super) async fn delete<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM attachments WHERE id = $1";
    let deleted = db.execute_raw(statement(db, SQL, vec![id.into()])).await?;
    Ok(deleted.rows_affected() > 0)
}

/// Removes the files that have waited for their request since before this moment.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, before: Timestamp) -> Result<(), DbErr> {
    let sql = format!(
        "DELETE FROM attachments WHERE id IN (SELECT a.id FROM attachments a WHERE a.added_at < $1 AND {UNSENT})"
    );
    let values = vec![before.as_millis().into()];
    db.execute_raw(statement(db, &sql, values)).await.map(drop)
}
