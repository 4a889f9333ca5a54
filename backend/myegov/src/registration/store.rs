//! Rows of `registrations`.

use foundation::{database::Database, random::TokenHash};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::time::Timestamp;

use super::draft::Draft;

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn written(draft: &Draft) -> Result<String, DbErr> {
    serde_json::to_string(draft).map_err(|error| DbErr::Json(error.to_string()))
}

/// Begins one that ends by itself.
pub(super) async fn insert(
    db: &Database,
    token: &TokenHash,
    draft: &Draft,
    expires_at: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO registrations (token_hash, draft, expires_at) VALUES ($1, $2, $3)";
    let values = [
        token.to_vec().into(),
        written(draft)?.into(),
        expires_at.as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

pub(super) async fn find(db: &Database, token: &TokenHash, now: Timestamp) -> Result<Option<Draft>, DbErr> {
    const SQL: &str = "SELECT draft FROM registrations WHERE token_hash = $1 AND expires_at > $2";
    let values = [token.to_vec().into(), now.as_millis().into()];
    let Some(row) = db.query_one_raw(statement(db, SQL, values)).await? else {
        return Ok(None);
    };
    let draft: String = row.try_get("", "draft")?;
    // One that another version of the site has written, and this one cannot read, begins anew.
    Ok(serde_json::from_str(&draft).ok())
}

pub(super) async fn replace(db: &Database, token: &TokenHash, draft: &Draft) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE registrations SET draft = $2 WHERE token_hash = $1";
    let values = [token.to_vec().into(), written(draft)?.into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Takes it away. Of two who do at once, one has: whether it was this one.
pub(super) async fn delete<C: ConnectionTrait>(db: &C, token: &TokenHash) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM registrations WHERE token_hash = $1";
    let done = db
        .execute_raw(statement(db, SQL, [token.to_vec().into()]))
        .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn purge(db: &Database, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM registrations WHERE expires_at <= $1";
    db.execute_raw(statement(db, SQL, [now.as_millis().into()]))
        .await
        .map(drop)
}
