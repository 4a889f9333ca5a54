//! Rows of `persons`.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement, sea_query::Expr};
use shared::profile::Field;
use uuid::Uuid;

use super::entity::{Column, Entity, Model};

/// The person of this id.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// What the register calls an agency.
pub(super) async fn agency_name<C: ConnectionTrait>(db: &C, oid: &str) -> Result<Option<String>, DbErr> {
    const SQL: &str = "SELECT name FROM agencies WHERE oid = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [oid.into()]);
    db.query_one_raw(statement)
        .await?
        .map(|row| row.try_get("", "name"))
        .transpose()
}

/// Writes the changed fields, if the row is still of this version. Whether it was.
pub(super) async fn update<C: ConnectionTrait>(
    db: &C,
    row: &Model,
    changes: &[(Field, Option<String>)],
) -> Result<bool, DbErr> {
    let next = row.profile_version + 1;
    let mut update = Entity::update_many()
        .col_expr(Column::ProfileVersion, Expr::value(next))
        .filter(Column::Id.eq(row.id))
        .filter(Column::ProfileVersion.eq(row.profile_version));
    for (field, value) in changes {
        update = update.col_expr(column(*field), Expr::value(value.clone()));
    }
    Ok(update.exec(db).await?.rows_affected > 0)
}

fn column(field: Field) -> Column {
    match field {
        Field::AccountKind => Column::AccountKind,
        Field::Name => Column::Name,
        Field::Email => Column::Email,
        Field::County => Column::County,
        Field::District => Column::District,
        Field::PostalCode => Column::PostalCode,
        Field::Street => Column::Street,
        Field::HomePhone => Column::HomePhone,
        Field::OfficePhone => Column::OfficePhone,
        Field::MobilePhone => Column::Phone,
        Field::Fax => Column::Fax,
        Field::Organisation => Column::Organisation,
        Field::Department => Column::Department,
        Field::JobTitle => Column::JobTitle,
    }
}
