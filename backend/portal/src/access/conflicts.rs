//! 職務衝突: whether roles that are asked for go together with what the person has or asks for besides (docs/decisions/0020).

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, QueryResult, Value};
use shared::{
    access::{ConflictStanding, RequestConflict, refusal_by},
    application::RoleName,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    requests::Row,
    shown::{named, select},
};
use crate::error::ApiResult;

/// PostgreSQL's advisory locks of persons who are given roles; any number that nothing else uses.
const GIVING: i32 = 0x454d;

/// The rules of the roles that the request asks for, with how its person stands to the other role of each. That is held on
/// one of the requested days, or asked for by this request or another open one; or nothing of it.
const CONFLICTS: &str = "SELECT c.id, c.strict, c.reason, c.role_a = s.role_id AS asked_first, \
     r.code AS asked_code, r.name_zh AS asked_name_zh, r.name_en AS asked_name_en, \
     o.code AS other_code, o.name_zh AS other_name_zh, o.name_en AS other_name_en, \
     a.code AS application_code, a.name_zh AS application_name_zh, a.name_en AS application_name_en, \
     EXISTS (SELECT 1 FROM grants h WHERE h.person_id = $2 AND h.role_id = o.id AND h.revoked_at IS NULL \
     AND h.ends_at > $3 AND h.starts_at < $4) AS held, \
     EXISTS (SELECT 1 FROM permission_request_roles q WHERE q.open_for = $2 AND q.role_id = o.id \
     AND q.request_id <> $1) AS open, \
     EXISTS (SELECT 1 FROM permission_request_roles q WHERE q.request_id = $1 AND q.role_id = o.id) AS same_request \
     FROM permission_request_roles s \
     JOIN role_conflicts c ON c.role_a = s.role_id OR c.role_b = s.role_id \
     JOIN application_roles r ON r.id = s.role_id \
     JOIN application_roles o ON o.id = CASE WHEN c.role_a = s.role_id THEN c.role_b ELSE c.role_a END \
     JOIN applications a ON a.id = o.application_id WHERE s.request_id = $1 ORDER BY c.id";

/// The conflicts of this request now.
pub(super) async fn of<C: ConnectionTrait>(
    db: &C,
    request: &Row,
    now: Timestamp,
) -> Result<Vec<RequestConflict>, DbErr> {
    let (starts_at, ends_at) = request.lasts()?;
    let values: Vec<Value> = vec![
        request.id.into(),
        request.person_id.into(),
        starts_at.max(now).as_millis().into(),
        ends_at.as_millis().into(),
    ];
    let rows = select(db, CONFLICTS.to_owned(), values).await?;
    let found: Vec<_> = rows.iter().map(conflict).collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Passes an approval of this request that has no conflicts, or is given `despite` those that it has; they. Its person is
/// [`hold`] before.
///
/// # Errors
/// [`shared::problem::ErrorCode::RoleConflict`] and [`shared::problem::ErrorCode::RoleConflictStrict`].
pub(super) async fn pass(
    transaction: &DatabaseTransaction,
    request: &Row,
    now: Timestamp,
    despite: bool,
) -> ApiResult<Vec<RequestConflict>> {
    let conflicts = of(transaction, request, now).await?;
    match refusal_by(&conflicts, despite) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(conflicts),
    }
}

/// Lets one transaction at a time give these people roles that have rules: of two approvals for one person, the second sees
/// what the first has given. SQLite has one writer anyhow.
pub(super) async fn hold(
    transaction: &DatabaseTransaction,
    people: impl Iterator<Item = Uuid>,
) -> Result<(), DbErr> {
    if transaction.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    // The last bits of an id are random; two persons who share them wait for each other, no more. In one order, so that two
    // transactions do not both wait.
    let keys: BTreeSet<_> = people
        .map(|person| {
            let [.., a, b, c, d] = *person.as_bytes();
            i32::from_be_bytes([a, b, c, d])
        })
        .collect();
    for key in keys {
        let sql = format!("SELECT pg_advisory_xact_lock({GIVING}, {key})");
        transaction.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// The conflict of a rule; none while the person has nothing to do with the other role.
fn conflict(row: &QueryResult) -> Result<Option<RequestConflict>, DbErr> {
    let is = |column: &str| row.try_get::<bool>("", column);
    let standing = if is("held")? {
        ConflictStanding::Held
    } else if is("same_request")? {
        // Both roles find the rule; one is enough.
        if !is("asked_first")? {
            return Ok(None);
        }
        ConflictStanding::SameRequest
    } else if is("open")? {
        ConflictStanding::Open
    } else {
        return Ok(None);
    };
    Ok(Some(RequestConflict {
        rule: row.try_get("", "id")?,
        asked: named(row, "asked_")?,
        other: RoleName {
            application: named(row, "application_")?,
            role: named(row, "other_")?,
        },
        standing,
        reason: row.try_get("", "reason")?,
        strict: is("strict")?,
    }))
}
