//! The register's rows.

use foundation::{agency::index::Known, database::Database};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set, Statement,
    sea_query::OnConflict,
};
use shared::text::Oid;

use super::entity::{ActiveModel, Column, Entity, Model};

/// How often the register has changed.
pub(super) async fn version<C: ConnectionTrait>(db: &C) -> Result<i64, DbErr> {
    const SQL: &str = "SELECT version FROM agency_register WHERE id = 1";
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), SQL))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the register's version".to_owned()))?;
    row.try_get("", "version")
}

/// Notes that it has changed, in the transaction of the change. Another import waits here for the end of this one.
pub(super) async fn bump<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    db.execute_unprepared("UPDATE agency_register SET version = version + 1 WHERE id = 1")
        .await
        .map(drop)
}

/// Whether nobody has filled it yet.
pub(crate) async fn is_new(db: &Database) -> Result<bool, DbErr> {
    Ok(version(db).await? == 0)
}

/// The agencies that the register holds now, for the index.
pub(super) async fn known(db: &Database) -> Result<Vec<Known>, DbErr> {
    let rows: Vec<(String, String, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Oid, Column::Name, Column::Code])
        .filter(Column::VanishedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let known = |(oid, name, code)| Known { oid, name, code };
    Ok(rows.into_iter().map(known).collect())
}

/// The agency of this OID, if the register holds it now.
pub(crate) async fn present<C: ConnectionTrait>(db: &C, oid: &Oid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(oid.as_str())
        .filter(Column::VanishedAt.is_null())
        .one(db)
        .await
}

/// Adds agencies by OID and name, but for those that are known.
pub(crate) async fn add<C: ConnectionTrait>(db: &C, agencies: &[(&str, &str)]) -> Result<(), DbErr> {
    let row = |(oid, name): &(&str, &str)| ActiveModel {
        oid: Set((*oid).to_owned()),
        name: Set((*name).to_owned()),
        code: Set(None),
        telephone: Set(None),
        address: Set(None),
        vanished_at: Set(None),
    };
    let known = OnConflict::column(Column::Oid).do_nothing().to_owned();
    match Entity::insert_many(agencies.iter().map(row))
        .on_conflict(known)
        .exec_without_returning(db)
        .await
    {
        Ok(_) | Err(DbErr::RecordNotInserted) => bump(db).await,
        Err(error) => Err(error),
    }
}
