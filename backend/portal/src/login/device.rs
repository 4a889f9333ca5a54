//! Devices that have signed in to an account before, known by a cookie of their own.

use std::time::Duration;

use foundation::{
    clock::Clock,
    http::cookie::{self, SameSite},
    id,
    random::{self, Token},
};
use http::{HeaderMap, HeaderValue};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

/// The cookie.
const COOKIE: &str = "__Host-emic-device";
/// Browsers keep no cookie longer.
const LIFE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The device's secret in the request's cookie.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    cookie::read(headers, COOKIE)
}

/// The cookie of a device that became known.
pub(super) fn set_cookie(token: &Token) -> ApiResult<HeaderValue> {
    cookie::write(COOKIE, token.expose(), SameSite::Lax, Some(LIFE))
        .map_err(|error| ApiError::Internal(error.to_string()))
}

/// The device of this secret, if it has signed in to this person's account before.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    token: &str,
    person: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "SELECT id FROM known_devices WHERE token_hash = $1 AND person_id = $2";
    let values = [random::hash(token).to_vec().into(), person.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.query_one_raw(statement)
        .await?
        .map(|row| row.try_get("", "id"))
        .transpose()
}

/// Notes that a device signed in.
pub(super) async fn touch<C: ConnectionTrait>(db: &C, clock: &dyn Clock, id: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE known_devices SET last_used_at = $2 WHERE id = $1";
    let values = [id.into(), clock.now().as_millis().into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.execute_raw(statement).await.map(drop)
}

/// A person's devices beyond so many are forgotten, those unused for longest first. Each may fail by itself, so
/// their number bounds what somebody can guess who once knew the password.
const MOST: i64 = 10;

/// Makes a device known to this account. One that others use too keeps its secret; a new one is given a secret.
pub(super) async fn remember<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    person: Uuid,
    presented: Option<&str>,
) -> Result<Option<Token>, DbErr> {
    const INSERT: &str = "INSERT INTO known_devices (id, person_id, token_hash, created_at, last_used_at) \
         VALUES ($1, $2, $3, $4, $4)";
    // Of those before this one.
    const FORGET: &str = "DELETE FROM known_devices WHERE person_id = $2 AND id NOT IN \
         (SELECT id FROM known_devices WHERE person_id = $2 ORDER BY last_used_at DESC, id DESC LIMIT $5)";
    let backend = db.get_database_backend();
    let shared = match presented {
        Some(token) if is_known(db, token).await? => Some(random::hash(token)),
        _ => None,
    };
    let new = shared.is_none().then(Token::generate);
    let hash = shared
        .or_else(|| new.as_ref().map(Token::hash))
        .unwrap_or_default();
    let values = [
        id::new(clock).into(),
        person.into(),
        hash.to_vec().into(),
        clock.now().as_millis().into(),
        (MOST - 1).into(),
    ];
    let sql = match backend {
        DatabaseBackend::Postgres => format!("WITH forgotten AS ({FORGET}) {INSERT}"),
        // Two statements, given to SQLite's thread as one.
        _ => format!("{FORGET}; {INSERT}"),
    };
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(new)
}

/// Forgets all devices of a person.
pub(super) async fn forget<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM known_devices WHERE person_id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [person.into()]);
    db.execute_raw(statement).await.map(drop)
}

/// Whether anybody has signed in with this device.
async fn is_known<C: ConnectionTrait>(db: &C, token: &str) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT id FROM known_devices WHERE token_hash = $1 LIMIT 1";
    let values = [random::hash(token).to_vec().into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    Ok(db.query_one_raw(statement).await?.is_some())
}
