//! Rows of `sessions`. The look-up by the cookie's secret is the query that every request makes, so it
//! brings the person along in one go.

use std::{collections::HashMap, sync::Arc};

use foundation::{
    database::{padded, placeholders},
    random::TokenHash,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Statement, Value};
use shared::{
    person::PersonView,
    problem::ErrorCode,
    session::{SessionListItem, SignInMethod},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Ending, NewSession};
use crate::person;

/// A session as the server knows it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// What applications know it by: the id of the first of those that have taken each other's place.
    pub sid: Uuid,
    /// Who it belongs to.
    pub person: Arc<PersonView>,
    /// How the person signed in.
    pub signed_in_with: SignInMethod,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it ends without activity.
    pub expires_at: Timestamp,
    /// When it ends whatever is done.
    pub absolute_expires_at: Timestamp,
    /// How it was ended, if it was.
    pub ended_by: Option<Ending>,
    /// Whether the person's account is disabled.
    pub disabled: bool,
}

impl Session {
    /// Why the session cannot be used at this moment, if so.
    pub fn refusal(&self, now: Timestamp) -> Option<ErrorCode> {
        let by_itself = matches!(self.ended_by, None | Some(Ending::Expired));
        if !by_itself || self.disabled {
            Some(ErrorCode::SessionEnded)
        } else if self.ended_by.is_none() && now < self.expires_at.min(self.absolute_expires_at) {
            None
        } else if self.expires_at < self.absolute_expires_at {
            // The limit that came first is the reason, however late one asks.
            Some(ErrorCode::SessionIdle)
        } else {
            Some(ErrorCode::SessionTooOld)
        }
    }
}

fn method(text: &str) -> SignInMethod {
    if text == SignInMethod::Egov.name() {
        SignInMethod::Egov
    } else {
        SignInMethod::Emic
    }
}

fn time(row: &QueryResult, column: &str) -> Result<Timestamp, DbErr> {
    row.try_get::<i64>("", column).map(Timestamp::from_millis)
}

impl FromQueryResult for Session {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.try_get("", "id")?,
            sid: row.try_get("", "sid")?,
            person: Arc::new(person::view(row)?),
            signed_in_with: method(&row.try_get::<String>("", "signed_in_with")?),
            created_at: time(row, "created_at")?,
            expires_at: time(row, "expires_at")?,
            absolute_expires_at: time(row, "absolute_expires_at")?,
            ended_by: row
                .try_get::<Option<String>>("", "ended_by")?
                .map(|word| Ending::from_name(&word)),
            disabled: row.try_get::<Option<i64>>("", "disabled_at")?.is_some(),
        })
    }
}

pub(super) fn statement<C: ConnectionTrait>(
    db: &C,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// The sessions of these cookies, whatever their state; none for a cookie that there is no session of.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    tokens: &[TokenHash],
) -> Result<HashMap<TokenHash, Session>, DbErr> {
    let values: Vec<_> = padded(tokens).map(|token| token.to_vec().into()).collect();
    let sql = format!(
        "SELECT s.token_hash, s.id, s.sid, s.signed_in_with, s.created_at, s.expires_at, s.absolute_expires_at, \
         s.ended_by, p.disabled_at, {} FROM sessions s JOIN persons p ON p.id = s.person_id {} WHERE s.token_hash IN {}",
        person::VIEW_COLUMNS,
        person::VIEW_JOIN,
        placeholders(1, values.len())
    );
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter()
        .map(|row| {
            let token: Vec<u8> = row.try_get("", "token_hash")?;
            let token = TokenHash::try_from(token)
                .map_err(|_| DbErr::Type("token_hash has not the length of a hash".to_owned()))?;
            Ok((token, Session::from_query_result(row, "")?))
        })
        .collect()
}

/// What only the server says of a new session.
#[derive(Debug)]
pub(super) struct NewRow {
    pub(super) id: Uuid,
    pub(super) sid: Uuid,
    pub(super) token: TokenHash,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) absolute_expires_at: Timestamp,
}

/// Writes a new session.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    row: &NewRow,
    session: &NewSession<'_>,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO sessions (id, token_hash, person_id, signed_in_with, created_at, active_at, \
         expires_at, look_at, absolute_expires_at, source, device, egov_issuer, egov_subject, egov_sid, sid) \
         VALUES ($1, $2, $3, $4, $5, $5, $6, $6, $7, $8, $9, $10, $11, $12, $13)";
    let egov = session.egov.as_ref();
    let values = [
        row.id.into(),
        row.token.to_vec().into(),
        session.person.into(),
        session.method.name().into(),
        row.created_at.as_millis().into(),
        row.expires_at.as_millis().into(),
        row.absolute_expires_at.as_millis().into(),
        session.source.into(),
        session.device.into(),
        egov.map(|egov| egov.issuer.clone()).into(),
        egov.map(|egov| egov.subject.clone()).into(),
        egov.and_then(|egov| egov.sid.clone()).into(),
        row.sid.into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Moves the deadline, if the session is still alive by then. Whether it did.
pub(super) async fn extend<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE sessions SET active_at = $2, expires_at = $3 \
         WHERE id = $1 AND ended_at IS NULL AND expires_at > $2 AND expires_at <= $3";
    let values = [id.into(), now.as_millis().into(), expires_at.as_millis().into()];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Whether the session of this id was not ended. Asked once more, where its person is held, for what must not come to
/// be after all sessions have ended. Its deadline is not looked at.
pub async fn is_left<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT id FROM sessions WHERE id = $1 AND ended_at IS NULL";
    Ok(db.query_one_raw(statement(db, SQL, [id.into()])).await?.is_some())
}

/// A living session's row and limits.
pub(super) struct Living {
    pub(super) id: Uuid,
    /// When it began.
    pub(super) created_at: Timestamp,
    /// When it ends without activity.
    pub(super) expires_at: Timestamp,
    /// When it ends whatever is done.
    pub(super) absolute_expires_at: Timestamp,
}

/// The living sessions of this `sid`: one, or a few where somebody has proven who they are several times at once.
pub(super) async fn living<C: ConnectionTrait>(
    db: &C,
    sid: Uuid,
    now: Timestamp,
) -> Result<Vec<Living>, DbErr> {
    const SQL: &str = "SELECT id, created_at, expires_at, absolute_expires_at FROM sessions \
         WHERE sid = $1 AND ended_at IS NULL AND expires_at > $2";
    let values = [sid.into(), now.as_millis().into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter()
        .map(|row| {
            Ok(Living {
                id: row.try_get("", "id")?,
                created_at: time(row, "created_at")?,
                expires_at: time(row, "expires_at")?,
                absolute_expires_at: time(row, "absolute_expires_at")?,
            })
        })
        .collect()
}

/// A person's living sessions, the newest first, older than `after` where one is given.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    current: Option<Uuid>,
    now: Timestamp,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<SessionListItem>, DbErr> {
    const SQL: &str = "SELECT id, signed_in_with, created_at, active_at, expires_at, source, device \
         FROM sessions WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 AND id < $3 \
         ORDER BY id DESC LIMIT $4";
    let values = [
        person.into(),
        now.as_millis().into(),
        after.unwrap_or(Uuid::max()).into(),
        i64::from(limit).into(),
    ];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter()
        .map(|row| {
            let id = row.try_get("", "id")?;
            Ok(SessionListItem {
                id,
                created_at: time(row, "created_at")?,
                last_active_at: time(row, "active_at")?,
                expires_at: time(row, "expires_at")?,
                signed_in_with: method(&row.try_get::<String>("", "signed_in_with")?),
                source: row.try_get("", "source")?,
                device: row.try_get("", "device")?,
                current: current == Some(id),
            })
        })
        .collect()
}

/// Deletes sessions that nobody needs to be told about any more.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, before: Timestamp) -> Result<u64, DbErr> {
    const SQL: &str = "DELETE FROM sessions WHERE absolute_expires_at < $1";
    Ok(db
        .execute_raw(statement(db, SQL, [before.as_millis().into()]))
        .await?
        .rows_affected())
}
