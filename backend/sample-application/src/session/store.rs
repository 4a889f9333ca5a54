//! Rows of `sessions` and `logout_tokens`. Times are milliseconds since the epoch.

use foundation::{database::Database, random::TokenHash};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Serialize, de::DeserializeOwned};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::portal::{Person, Proof, SignedOut};

/// A session as it is stored.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) proof: Proof,
    pub(super) person: Person,
    /// Sealed with the cookie's secret.
    pub(super) tokens: Vec<u8>,
    pub(super) access_expires_at: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) active_at: Timestamp,
    /// When the portal was last asked who this is,
    pub(super) asked_at: Timestamp,
    /// and when it last said so.
    pub(super) known_at: Timestamp,
    /// When tokens were last asked for. It names what the row holds: whoever finds it changed has been overtaken.
    pub(super) refreshed_at: Timestamp,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn written(value: &impl Serialize) -> Result<Value, DbErr> {
    serde_json::to_string(value)
        .map(Into::into)
        .map_err(|error| DbErr::Custom(error.to_string()))
}

fn read<T: DeserializeOwned>(row: &QueryResult, column: &str) -> Result<T, DbErr> {
    let text: String = row.try_get("", column)?;
    serde_json::from_str(&text).map_err(|error| DbErr::Custom(error.to_string()))
}

/// Whether the statement changed a row.
async fn changes<C: ConnectionTrait>(
    db: &C,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<bool, DbErr> {
    let done = db.execute_raw(statement(db, sql, values)).await?;
    Ok(done.rows_affected() > 0)
}

/// Writes a session, found again by the hash of its cookie.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, token: &TokenHash, row: &Row) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO sessions (id, token_hash, subject, sid, proof, person, tokens, \
         access_expires_at, created_at, active_at, asked_at, known_at, refreshed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = [
        row.id.into(),
        token.to_vec().into(),
        row.proof.subject.clone().into(),
        row.proof.sid.clone().into(),
        written(&row.proof)?,
        written(&row.person)?,
        row.tokens.clone().into(),
        row.access_expires_at.as_millis().into(),
        row.created_at.as_millis().into(),
        row.active_at.as_millis().into(),
        row.asked_at.as_millis().into(),
        row.known_at.as_millis().into(),
        row.refreshed_at.as_millis().into(),
    ];
    changes(db, SQL, values).await.map(drop)
}

/// The session of this cookie, also one that is over.
pub(super) async fn find(db: &Database, token: &TokenHash) -> Result<Option<Row>, DbErr> {
    const SQL: &str = "SELECT id, proof, person, tokens, access_expires_at, created_at, active_at, asked_at, \
         known_at, refreshed_at FROM sessions WHERE token_hash = $1";
    let values = [token.to_vec().into()];
    let Some(row) = db.query_one_raw(statement(db, SQL, values)).await? else {
        return Ok(None);
    };
    let time = |column: &str| row.try_get("", column).map(Timestamp::from_millis);
    Ok(Some(Row {
        id: row.try_get("", "id")?,
        proof: read(&row, "proof")?,
        person: read(&row, "person")?,
        tokens: row.try_get("", "tokens")?,
        access_expires_at: time("access_expires_at")?,
        created_at: time("created_at")?,
        active_at: time("active_at")?,
        asked_at: time("asked_at")?,
        known_at: time("known_at")?,
        refreshed_at: time("refreshed_at")?,
    }))
}

/// The person is at work.
pub(super) async fn touch(db: &Database, id: Uuid, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE sessions SET active_at = $2 WHERE id = $1 AND active_at < $2";
    changes(db, SQL, [id.into(), now.as_millis().into()])
        .await
        .map(drop)
}

/// Claims the question who this is: of several pages at once, one asks. Whether it is this one.
pub(super) async fn claim_question(db: &Database, row: &Row, now: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE sessions SET asked_at = $3 WHERE id = $1 AND asked_at = $2";
    let values = [
        row.id.into(),
        row.asked_at.as_millis().into(),
        now.as_millis().into(),
    ];
    changes(db, SQL, values).await
}

/// Keeps who this is by now.
pub(super) async fn learn(db: &Database, id: Uuid, person: &Person, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE sessions SET person = $2, known_at = $3 WHERE id = $1";
    let values = [id.into(), written(person)?, now.as_millis().into()];
    changes(db, SQL, values).await.map(drop)
}

/// Claims the refresh: a refresh token counts once, and shown twice it ends the session (RFC 9700, section 4.14.2).
pub(super) async fn claim_refresh(db: &Database, row: &Row, now: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE sessions SET refreshed_at = $3 WHERE id = $1 AND refreshed_at = $2";
    let values = [
        row.id.into(),
        row.refreshed_at.as_millis().into(),
        now.as_millis().into(),
    ];
    changes(db, SQL, values).await
}

/// Keeps the new tokens of whoever claimed the refresh.
pub(super) async fn replace_tokens(db: &Database, row: &Row) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE sessions SET tokens = $3, access_expires_at = $4 WHERE id = $1 AND refreshed_at = $2";
    let values = [
        row.id.into(),
        row.refreshed_at.as_millis().into(),
        row.tokens.clone().into(),
        row.access_expires_at.as_millis().into(),
    ];
    changes(db, SQL, values).await
}

/// Ends a session.
pub(super) async fn delete<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<(), DbErr> {
    changes(db, "DELETE FROM sessions WHERE id = $1", [id.into()])
        .await
        .map(drop)
}

/// Ends a session whose tokens are still those of this row. Whether it did.
pub(super) async fn delete_unless_overtaken(db: &Database, row: &Row) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM sessions WHERE id = $1 AND refreshed_at = $2";
    changes(db, SQL, [row.id.into(), row.refreshed_at.as_millis().into()]).await
}

/// Ends the sessions that the portal names; how many.
pub(super) async fn delete_named<C: ConnectionTrait>(db: &C, named: &SignedOut) -> Result<usize, DbErr> {
    const SQL: &str = "DELETE FROM sessions WHERE (CAST($1 AS VARCHAR) IS NULL OR subject = $1) \
         AND (CAST($2 AS VARCHAR) IS NULL OR sid = $2)";
    let values = [named.subject.clone().into(), named.sid.clone().into()];
    let done = db.execute_raw(statement(db, SQL, values)).await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
}

/// Remembers a logout token, so that it counts once. Whether it was new.
pub(super) async fn remember<C: ConnectionTrait>(
    db: &C,
    id: &TokenHash,
    until: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO logout_tokens (jti_hash, expires_at) VALUES ($1, $2) \
         ON CONFLICT (jti_hash) DO NOTHING";
    changes(db, SQL, [id.to_vec().into(), until.as_millis().into()]).await
}

/// Deletes what is over.
pub(super) async fn purge(
    db: &Database,
    idle_since: Timestamp,
    begun_before: Timestamp,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SESSIONS: &str = "DELETE FROM sessions WHERE active_at <= $1 OR created_at <= $2";
    const TOKENS: &str = "DELETE FROM logout_tokens WHERE expires_at <= $1";
    let values = [idle_since.as_millis().into(), begun_before.as_millis().into()];
    changes(db, SESSIONS, values).await?;
    changes(db, TOKENS, [now.as_millis().into()]).await.map(drop)
}
