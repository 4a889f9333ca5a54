//! What a browser holds after a sign-out, to be shown which applications have confirmed it. Ids of sessions stand in the
//! audit log and in tokens, so it is none of those.

use std::time::Duration;

use foundation::{
    http::cookie::{self as cookies, SameSite},
    random::{self, Token, TokenHash},
};
use http::{HeaderMap, HeaderValue};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{SessionService, store::statement};
use crate::error::{ApiError, ApiResult};

const COOKIE: &str = "__Host-emic-signed-out";
/// How long one can see which applications have confirmed.
const SHOWN_FOR: Duration = Duration::from_secs(10 * 60);

/// The cookie that holds it.
pub fn signed_out_cookie(farewell: &Token) -> ApiResult<HeaderValue> {
    cookies::write(COOKIE, farewell.expose(), SameSite::Lax, Some(SHOWN_FOR))
        .map_err(|error| ApiError::Internal(error.to_string()))
}

/// Notes that whoever holds this may see what has become of the session of this id.
pub(super) async fn note<C: ConnectionTrait>(db: &C, id: Uuid, farewell: &TokenHash) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE sessions SET farewell_hash = $2 WHERE id = $1";
    let values = [id.into(), farewell.to_vec().into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The `sid` of the session that one was signed out of since then.
async fn sid<C: ConnectionTrait>(
    db: &C,
    farewell: &TokenHash,
    since: Timestamp,
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "SELECT sid FROM sessions WHERE farewell_hash = $1 AND ended_at > $2";
    let values = [farewell.to_vec().into(), since.as_millis().into()];
    let row = db.query_one_raw(statement(db, SQL, values)).await?;
    row.map(|row| row.try_get("", "sid")).transpose()
}

impl SessionService {
    /// The `sid` of the session that this browser was signed out of a short while ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_out_of(&self, headers: &HeaderMap) -> Result<Option<Uuid>, DbErr> {
        match cookies::read(headers, COOKIE) {
            Some(farewell) => {
                let since = self.clock.now().minus(SHOWN_FOR);
                sid(&self.db, &random::hash(farewell), since).await
            }
            None => Ok(None),
        }
    }
}
