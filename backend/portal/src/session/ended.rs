//! Rows of `sessions` that end. Each statement says which ones it has ended.

use std::{collections::HashSet, iter};

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{Ending, store::statement};

/// A session that has ended this moment, in a transaction that is not over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) id: Uuid,
    /// What applications know it by; other rows may go on with it.
    pub(super) sid: Uuid,
    pub(super) person: Uuid,
}

const RETURNING: &str = " RETURNING id, sid, person_id";

async fn ended<C: ConnectionTrait>(
    db: &C,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Ended>, DbErr> {
    let sql = [sql, RETURNING].concat();
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Ended, DbErr> {
    Ok(Ended {
        id: row.try_get("", "id")?,
        sid: row.try_get("", "sid")?,
        person: row.try_get("", "person_id")?,
    })
}

/// Ends the session of this id that belongs to this person, if it is alive.
pub(super) async fn one<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    by: Ending,
    now: Timestamp,
) -> Result<Vec<Ended>, DbErr> {
    const SQL: &str = "UPDATE sessions SET ended_at = $3, ended_by = $4 \
         WHERE id = $1 AND person_id = $2 AND ended_at IS NULL AND expires_at > $3";
    let values = [id.into(), person.into(), now.as_millis().into(), by.name().into()];
    ended(db, SQL, values).await
}

/// Ends all living sessions of this person that have the `sid` of the one of this id, whether that is alive itself or not:
/// all of them are the same browser's.
pub(super) async fn all_of_its_sid<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    by: Ending,
    now: Timestamp,
) -> Result<Vec<Ended>, DbErr> {
    const SQL: &str = "UPDATE sessions SET ended_at = $3, ended_by = $4 \
         WHERE sid = (SELECT sid FROM sessions WHERE id = $1) AND person_id = $2 \
         AND ended_at IS NULL AND expires_at > $3";
    let values = [id.into(), person.into(), now.as_millis().into(), by.name().into()];
    ended(db, SQL, values).await
}

/// Ends the living sessions of a person but for one.
pub(super) async fn all<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    except: Option<Uuid>,
    by: Ending,
    now: Timestamp,
) -> Result<Vec<Ended>, DbErr> {
    const SQL: &str = "UPDATE sessions SET ended_at = $3, ended_by = $4 \
         WHERE person_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > $3";
    let values = [
        person.into(),
        // No session has this id.
        except.unwrap_or_default().into(),
        now.as_millis().into(),
        by.name().into(),
    ];
    ended(db, SQL, values).await
}

/// Looks at sessions whose time may be over, at most so many, and notes of those where it is that they have ended; how many it
/// looked at.
pub(super) async fn expired<C: ConnectionTrait>(
    db: &C,
    now: Timestamp,
    most: u32,
) -> Result<(Vec<Ended>, usize), DbErr> {
    // A deadline that was moved meanwhile is the one that counts: the row is read anew where it is written.
    let free = match db.get_database_backend() {
        // What somebody writes just now is looked at the next time; and several nodes do not wait for each other.
        DatabaseBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    };
    let sql = format!(
        "UPDATE sessions SET look_at = expires_at, \
         ended_at = CASE WHEN expires_at <= $1 THEN expires_at END, \
         ended_by = CASE WHEN expires_at <= $1 THEN $2 END \
         WHERE ended_at IS NULL AND id IN (SELECT id FROM sessions WHERE ended_at IS NULL AND look_at <= $1 \
         ORDER BY look_at LIMIT $3 {free}) {RETURNING}, ended_at IS NOT NULL AS is_over"
    );
    let values = [
        now.as_millis().into(),
        Ending::Expired.name().into(),
        i64::from(most).into(),
    ];
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    let mut over = Vec::new();
    for row in &rows {
        if row.try_get("", "is_over")? {
            over.push(read(row)?);
        }
    }
    Ok((over, rows.len()))
}

/// What MyEGov's `sid` or, without one, its subject names: the condition and its values, from the number on.
fn of_egov<'a>(
    issuer: &'a str,
    subject: Option<&'a str>,
    sid: Option<&'a str>,
    mut number: usize,
) -> (String, Vec<Value>) {
    let mut condition = String::new();
    let mut values = Vec::new();
    let named = [
        ("egov_issuer", Some(issuer)),
        ("egov_subject", subject),
        ("egov_sid", sid),
    ];
    for (column, value) in named {
        if let Some(value) = value {
            condition = [&condition, " AND ", column, " = $", &number.to_string()].concat();
            values.push(value.into());
            number += 1;
        }
    }
    (condition, values)
}

/// Whose sessions MyEGov's names name, in the order in which they are held.
pub(super) async fn persons_of_egov<C: ConnectionTrait>(
    db: &C,
    issuer: &str,
    subject: Option<&str>,
    sid: Option<&str>,
) -> Result<Vec<Uuid>, DbErr> {
    let (condition, values) = of_egov(issuer, subject, sid, 1);
    let sql = format!(
        "SELECT DISTINCT person_id FROM sessions WHERE ended_at IS NULL{condition} ORDER BY person_id"
    );
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(|row| row.try_get("", "person_id")).collect()
}

/// Ends the sessions that MyEGov's names name.
pub(super) async fn all_of_egov<C: ConnectionTrait>(
    db: &C,
    issuer: &str,
    subject: Option<&str>,
    sid: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Ended>, DbErr> {
    let (condition, named) = of_egov(issuer, subject, sid, 3);
    let sql = format!(
        "UPDATE sessions SET ended_at = $1, ended_by = $2 WHERE ended_at IS NULL AND expires_at > $1{condition}"
    );
    let values = [now.as_millis().into(), Ending::Egov.name().into()];
    ended(db, &sql, values.into_iter().chain(named)).await
}

/// Those of these that a living session has.
pub(super) async fn alive<C: ConnectionTrait>(
    db: &C,
    sids: &[Uuid],
    now: Timestamp,
) -> Result<HashSet<Uuid>, DbErr> {
    let Some(last) = sids.last() else {
        return Ok(HashSet::new());
    };
    // Statements are prepared once for each number of parameters, so there are few numbers: the powers of two.
    let asked = sids.len().next_power_of_two();
    let sql = format!(
        "SELECT sid FROM sessions WHERE ended_at IS NULL AND expires_at > $1 AND sid IN {}",
        placeholders(2, asked)
    );
    let sids = sids.iter().chain(iter::repeat(last)).take(asked);
    let values = iter::once(now.as_millis().into()).chain(sids.map(|sid| (*sid).into()));
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(|row| row.try_get("", "sid")).collect()
}
