//! Rows of roles as those who keep them read and write them.

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use shared::{
    application::{ManagedRole, Risk, RoleData},
    time::Timestamp,
};
use uuid::Uuid;

use super::{place, statement, stored_place};
use crate::application::{catalogue::names::Register, roles::agencies};

/// A role and its version.
#[derive(Clone, Debug)]
pub(in crate::application::catalogue) struct KeptRole {
    pub(in crate::application::catalogue) id: Uuid,
    pub(in crate::application::catalogue) data: RoleData,
    pub(in crate::application::catalogue) version: i64,
}

const COLUMNS: &str = "SELECT id, code, name_zh, name_en, description_zh, description_en, risk, max_days, second_stage, \
     position, closed_at, version FROM application_roles WHERE application_id = $1";

/// The roles of this application in their order, closed ones too.
pub(in crate::application::catalogue) async fn of<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
) -> Result<Vec<KeptRole>, DbErr> {
    let sql = format!("{COLUMNS} ORDER BY position, id");
    select(db, &sql, vec![application.into()]).await
}

/// The role of this code of this application.
pub(in crate::application::catalogue) async fn find<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    code: &str,
) -> Result<Option<KeptRole>, DbErr> {
    let sql = format!("{COLUMNS} AND code = $2");
    let found = select(db, &sql, vec![application.into(), code.into()]).await?;
    Ok(found.into_iter().next())
}

async fn select<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Result<Vec<KeptRole>, DbErr> {
    let rows = db.query_all_raw(statement(db, sql, values)).await?;
    let mut roles: Vec<_> = rows.iter().map(kept).collect::<Result<_, _>>()?;
    let ids: Vec<_> = roles.iter().map(|role| role.id).collect();
    let mut allowed = agencies(db, &ids).await?;
    for role in &mut roles {
        role.data.agencies = allowed.remove(&role.id).unwrap_or_default();
    }
    Ok(roles)
}

fn kept(row: &QueryResult) -> Result<KeptRole, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let data = RoleData {
        code: text("code")?,
        name_zh: text("name_zh")?,
        name_en: text("name_en")?,
        description_zh: text("description_zh")?,
        description_en: text("description_en")?,
        // What nobody has judged yet is treated with the most care.
        risk: Risk::from_name(&text("risk")?).unwrap_or(Risk::High),
        max_days: u32::try_from(row.try_get::<i32>("", "max_days")?).unwrap_or(1),
        second_stage: row.try_get("", "second_stage")?,
        agencies: Vec::new(),
        position: place(row)?,
        closed: row.try_get::<Option<i64>>("", "closed_at")?.is_some(),
    };
    Ok(KeptRole {
        id: row.try_get("", "id")?,
        data,
        version: row.try_get("", "version")?,
    })
}

/// Holds it until the transaction ends: of two who change it at once, the second finds another version.
pub(in crate::application::catalogue) async fn hold<C: ConnectionTrait>(
    transaction: &C,
    application: Uuid,
    code: &str,
) -> Result<Option<KeptRole>, DbErr> {
    const SQL: &str =
        "UPDATE application_roles SET version = version WHERE application_id = $1 AND code = $2";
    let values = vec![application.into(), code.into()];
    transaction
        .execute_raw(statement(transaction, SQL, values))
        .await?;
    find(transaction, application, code).await
}

fn values(id: Uuid, data: &RoleData) -> Vec<Value> {
    vec![
        id.into(),
        data.name_zh.clone().into(),
        data.name_en.clone().into(),
        data.description_zh.clone().into(),
        data.description_en.clone().into(),
        data.risk.name().into(),
        i32::try_from(data.max_days).unwrap_or(i32::MAX).into(),
        data.second_stage.into(),
        stored_place(data.position),
    ]
}

/// Writes a new role of this application, unless its code is taken there. Whether it was written.
pub(in crate::application::catalogue) async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    application: Uuid,
    data: &RoleData,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO application_roles (id, name_zh, name_en, description_zh, description_en, risk, \
         max_days, second_stage, position, application_id, code, closed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (application_id, code) DO NOTHING";
    let id = id::new(clock);
    let mut values = values(id, data);
    let closed_at = data.closed.then(|| clock.now().as_millis());
    values.extend([application.into(), data.code.clone().into(), closed_at.into()]);
    let written = db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0;
    if written {
        allow(db, id, data).await?;
    }
    Ok(written)
}

/// Writes what is kept of it now, as its next version.
pub(in crate::application::catalogue) async fn update<C: ConnectionTrait>(
    db: &C,
    before: &KeptRole,
    data: &RoleData,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE application_roles SET name_zh = $2, name_en = $3, description_zh = $4, \
         description_en = $5, risk = $6, max_days = $7, second_stage = $8, position = $9, version = version + 1, \
         closed_at = CASE WHEN $10 THEN COALESCE(closed_at, $11) END WHERE id = $1";
    const FORGET: &str = "DELETE FROM application_role_agencies WHERE role_id = $1";
    let mut values = values(before.id, data);
    values.extend([data.closed.into(), now.as_millis().into()]);
    db.execute_raw(statement(db, SQL, values)).await?;
    if before.data.agencies != data.agencies {
        db.execute_raw(statement(db, FORGET, vec![before.id.into()]))
            .await?;
        allow(db, before.id, data).await?;
    }
    Ok(())
}

/// Writes the agencies that a role is for.
async fn allow<C: ConnectionTrait>(db: &C, role: Uuid, data: &RoleData) -> Result<(), DbErr> {
    const SQL: &str =
        "INSERT INTO application_role_agencies (role_id, agency_oid, with_below) VALUES ($1, $2, $3)";
    for agency in &data.agencies {
        let values = vec![role.into(), agency.oid.clone().into(), agency.with_below.into()];
        db.execute_raw(statement(db, SQL, values)).await?;
    }
    Ok(())
}

/// Roles as they are shown, with the names of their agencies.
pub(in crate::application::catalogue) async fn shown<C: ConnectionTrait>(
    db: &C,
    roles: Vec<KeptRole>,
) -> Result<Vec<ManagedRole>, DbErr> {
    let mut oids: Vec<_> = roles
        .iter()
        .flat_map(|role| &role.data.agencies)
        .map(|agency| agency.oid.as_str())
        .collect();
    oids.sort_unstable();
    oids.dedup();
    let register = Register::of(db, &oids).await?;
    let show = |role: &KeptRole| ManagedRole {
        agencies: role
            .data
            .agencies
            .iter()
            .map(|agency| register.named(&agency.oid))
            .collect(),
        data: role.data.clone(),
    };
    Ok(roles.iter().map(show).collect())
}
