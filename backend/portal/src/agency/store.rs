//! Reads of the register's rows.

use foundation::database::Database;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use shared::text::Oid;

use super::{
    entity::{agency, history},
    index::Known,
};

/// How often the register has changed.
pub(super) async fn version<C: ConnectionTrait>(db: &C) -> Result<i64, DbErr> {
    const SQL: &str = "SELECT version FROM agency_register WHERE id = 1";
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), SQL))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the register's version".to_owned()))?;
    row.try_get("", "version")
}

/// Notes that it has changed, in the transaction of the change.
pub(super) async fn bump<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    db.execute_unprepared("UPDATE agency_register SET version = version + 1 WHERE id = 1")
        .await
        .map(drop)
}

/// The agencies that the register holds now.
pub(super) async fn present(db: &Database) -> Result<Vec<Known>, DbErr> {
    let rows: Vec<(String, String, Option<String>)> = agency::Entity::find()
        .select_only()
        .columns([agency::Column::Oid, agency::Column::Name, agency::Column::Code])
        .filter(agency::Column::VanishedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(oid, name, code)| Known { oid, name, code })
        .collect())
}

/// The agency of this OID, vanished or not, and what its row was before, the latest first.
pub(super) async fn find(
    db: &Database,
    oid: &Oid,
) -> Result<Option<(agency::Model, Vec<history::Model>)>, DbErr> {
    let Some(agency) = agency::Entity::find_by_id(oid.as_str()).one(db).await? else {
        return Ok(None);
    };
    let before = history::Entity::find()
        .filter(history::Column::Oid.eq(oid.as_str()))
        .order_by_desc(history::Column::Until)
        .order_by_desc(history::Column::Id)
        .all(db)
        .await?;
    Ok(Some((agency, before)))
}

/// Whether the register holds this agency now.
pub(crate) async fn holds<C: ConnectionTrait>(db: &C, oid: &Oid) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT oid FROM agencies WHERE oid = $1 AND vanished_at IS NULL";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [oid.as_str().into()]);
    Ok(db.query_one_raw(statement).await?.is_some())
}

/// Adds agencies by OID and name, but for those that are known.
pub(crate) async fn add<C: ConnectionTrait>(db: &C, agencies: &[(&str, &str)]) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO agencies (oid, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    for (oid, name) in agencies {
        let values = [(*oid).into(), (*name).into()];
        db.execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            SQL,
            values,
        ))
        .await?;
    }
    bump(db).await
}
