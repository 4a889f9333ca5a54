//! Rows of `role_conflicts`.

use std::fmt::Write;

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use shared::{
    access::NamedByCode,
    application::{NewRoleConflict, RoleConflictView, RoleName},
    text::Bilingual,
    time::Timestamp,
};
use uuid::Uuid;

use super::statement;
use crate::application::catalogue::keeper::Keeper;

/// A role, and the application that it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::application::catalogue) struct RoleOf {
    pub(in crate::application::catalogue) application: Uuid,
    pub(in crate::application::catalogue) role: Uuid,
}

/// The role of these codes.
pub(in crate::application::catalogue) async fn role<C: ConnectionTrait>(
    db: &C,
    application: &str,
    role: &str,
) -> Result<Option<RoleOf>, DbErr> {
    const SQL: &str = "SELECT r.id, r.application_id FROM application_roles r \
         JOIN applications a ON a.id = r.application_id WHERE a.code = $1 AND r.code = $2";
    let values = vec![application.into(), role.into()];
    let row = db.query_one_raw(statement(db, SQL, values)).await?;
    row.map(|row| {
        Ok(RoleOf {
            application: row.try_get("", "application_id")?,
            role: row.try_get("", "id")?,
        })
    })
    .transpose()
}

/// Holds a role until the transaction ends, so that of two who set a rule of it at once one comes after the other.
pub(in crate::application::catalogue) async fn hold_role<C: ConnectionTrait>(
    transaction: &C,
    role: Uuid,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE application_roles SET version = version WHERE id = $1";
    let held = transaction.execute_raw(statement(transaction, SQL, vec![role.into()]));
    held.await.map(drop)
}

const SHOWN: &str = "SELECT c.id, c.reason, c.strict, c.set_at, \
     a.id AS a_application_id, a.code AS a_application_code, a.name_zh AS a_application_name_zh, \
     a.name_en AS a_application_name_en, ra.code AS a_code, ra.name_zh AS a_name_zh, ra.name_en AS a_name_en, \
     b.id AS b_application_id, b.code AS b_application_code, b.name_zh AS b_application_name_zh, \
     b.name_en AS b_application_name_en, rb.code AS b_code, rb.name_zh AS b_name_zh, rb.name_en AS b_name_en \
     FROM role_conflicts c JOIN application_roles ra ON ra.id = c.role_a JOIN applications a ON a.id = ra.application_id \
     JOIN application_roles rb ON rb.id = c.role_b JOIN applications b ON b.id = rb.application_id";

/// The rules that touch what the keeper keeps, and this application where one is named; the oldest first.
pub(in crate::application::catalogue) async fn list<C: ConnectionTrait>(
    db: &C,
    keeper: &Keeper,
    application: Option<&str>,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<RoleConflictView>, DbErr> {
    let mut values: Vec<Value> = vec![after.unwrap_or_default().into(), i64::from(limit).into()];
    let (one, more) = keeper.condition("a.id", values.len() + 1);
    values.extend(more);
    let (other, more) = keeper.condition("b.id", values.len() + 1);
    values.extend(more);
    let mut sql = format!("{SHOWN} WHERE c.id > $1 AND ({one} OR {other})");
    if let Some(code) = application {
        values.push(code.into());
        let place = values.len();
        // Writing to a text never fails.
        let _ = write!(sql, " AND (a.code = ${place} OR b.code = ${place})");
    }
    sql += " ORDER BY c.id LIMIT $2";
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(|row| view(row, keeper)).collect()
}

/// The rule of this id, if it touches what the keeper keeps.
pub(in crate::application::catalogue) async fn find<C: ConnectionTrait>(
    db: &C,
    keeper: &Keeper,
    id: Uuid,
) -> Result<Option<RoleConflictView>, DbErr> {
    let sql = format!("{SHOWN} WHERE c.id = $1");
    let row = db.query_one_raw(statement(db, &sql, vec![id.into()])).await?;
    let Some(row) = row else { return Ok(None) };
    let touched = keeper.keeps(row.try_get("", "a_application_id")?)
        || keeper.keeps(row.try_get("", "b_application_id")?);
    touched.then(|| view(&row, keeper)).transpose()
}

fn view(row: &QueryResult, keeper: &Keeper) -> Result<RoleConflictView, DbErr> {
    let (one, other): (Uuid, Uuid) = (
        row.try_get("", "a_application_id")?,
        row.try_get("", "b_application_id")?,
    );
    Ok(RoleConflictView {
        id: row.try_get("", "id")?,
        one: name(row, "a_")?,
        other: name(row, "b_")?,
        reason: row.try_get("", "reason")?,
        strict: row.try_get("", "strict")?,
        set_at: Timestamp::from_millis(row.try_get("", "set_at")?),
        may_change: keeper.keeps(one) && keeper.keeps(other),
    })
}

fn name(row: &QueryResult, prefix: &str) -> Result<RoleName, DbErr> {
    let named = |prefix: &str| {
        let text = |column: &str| row.try_get::<String>(prefix, column);
        Ok::<_, DbErr>(NamedByCode {
            code: text("code")?,
            name: Bilingual {
                zh: text("name_zh")?,
                en: text("name_en")?,
            },
        })
    };
    Ok(RoleName {
        application: named(&format!("{prefix}application_"))?,
        role: named(prefix)?,
    })
}

/// The id of the rule of these two roles, in their order.
pub(in crate::application::catalogue) async fn of_roles<C: ConnectionTrait>(
    db: &C,
    (one, other): (Uuid, Uuid),
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "SELECT id FROM role_conflicts WHERE role_a = $1 AND role_b = $2";
    let values = vec![one.into(), other.into()];
    let row = db.query_one_raw(statement(db, SQL, values)).await?;
    row.map(|row| row.try_get("", "id")).transpose()
}

/// Writes a rule of two roles, in their order, or what it says now; its id.
pub(in crate::application::catalogue) async fn set<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    (one, other): (Uuid, Uuid),
    rule: &NewRoleConflict,
    by: Uuid,
) -> Result<Uuid, DbErr> {
    const CHANGE: &str =
        "UPDATE role_conflicts SET strict = $2, reason = $3, set_at = $4, set_by = $5 WHERE id = $1";
    const INSERT: &str = "INSERT INTO role_conflicts (id, strict, reason, set_at, set_by, role_a, role_b) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let known = of_roles(db, (one, other)).await?;
    let id = known.unwrap_or_else(|| id::new(clock));
    let mut values: Vec<Value> = vec![
        id.into(),
        rule.strict.into(),
        rule.reason.trim().into(),
        clock.now().as_millis().into(),
        by.into(),
    ];
    let sql = if known.is_some() {
        CHANGE
    } else {
        values.extend([one.into(), other.into()]);
        INSERT
    };
    db.execute_raw(statement(db, sql, values)).await?;
    Ok(id)
}

/// Removes a rule. Whether it was there.
pub(in crate::application::catalogue) async fn remove<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM role_conflicts WHERE id = $1";
    Ok(db
        .execute_raw(statement(db, SQL, vec![id.into()]))
        .await?
        .rows_affected()
        > 0)
}
