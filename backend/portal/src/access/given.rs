//! Grants as they are given: new rows, and the mark on what they renew.

use foundation::{
    clock::Clock,
    database::listed::{self, ColumnType, Listed},
    id,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement, sea_query::Expr};
use serde::Serialize;
use shared::time::Timestamp;
use uuid::Uuid;

use super::{ending::next_moment, entity::grant};

/// A grant to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewGrant<'a> {
    pub(super) person: Uuid,
    pub(super) role: Uuid,
    pub(super) agency: &'a str,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) request: Option<Uuid>,
}

impl NewGrant<'_> {
    /// Its row, with an id.
    pub(super) fn row(self, clock: &dyn Clock) -> grant::Model {
        let told = next_moment(clock.now(), self.starts_at, self.ends_at);
        grant::Model {
            id: id::new(clock),
            person_id: self.person,
            role_id: self.role,
            agency_oid: self.agency.to_owned(),
            starts_at: self.starts_at.as_millis(),
            ends_at: self.ends_at.as_millis(),
            revoked_at: None,
            request_id: self.request,
            renewed_by: None,
            revoked_by: None,
            revoke_reason: None,
            tell_at: told.map(Timestamp::as_millis),
            activation_id: None,
        }
    }
}

/// Writes grants that nothing has happened to yet.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, rows: &[grant::Model]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let sql = format!(
        "WITH {} INSERT INTO grants ({}) SELECT {} FROM given",
        GIVEN.with(backend, 1),
        GIVEN.names(),
        GIVEN.selected()
    );
    let rows: Vec<_> = rows.iter().map(row).collect();
    let statement = Statement::from_sql_and_values(backend, sql, [listed::parameter(&rows)?]);
    db.execute_raw(statement).await.map(drop)
}

/// A grant that nothing has happened to yet, as it is written.
fn row(grant: &grant::Model) -> impl Serialize {
    let grant::Model {
        id,
        person_id,
        role_id,
        ref agency_oid,
        starts_at,
        ends_at,
        request_id,
        tell_at,
        activation_id,
        ..
    } = *grant;
    (
        id,
        person_id,
        role_id,
        agency_oid.clone(),
        starts_at,
        ends_at,
        request_id,
        tell_at,
        activation_id,
    )
}

const GIVEN: Listed<'_> = Listed {
    name: "given",
    columns: &[
        ("id", ColumnType::Id),
        ("person_id", ColumnType::Id),
        ("role_id", ColumnType::Id),
        ("agency_oid", ColumnType::Text),
        ("starts_at", ColumnType::Number),
        ("ends_at", ColumnType::Number),
        ("request_id", ColumnType::Id),
        ("tell_at", ColumnType::Number),
        ("activation_id", ColumnType::Id),
    ],
};

/// Notes that another grant of the same role follows this one, unless it was taken back: then the other one stands for itself.
pub(super) async fn mark_renewed<C: ConnectionTrait>(
    db: &C,
    before: Uuid,
    role: Uuid,
    after: Uuid,
) -> Result<(), DbErr> {
    grant::Entity::update_many()
        .col_expr(grant::Column::RenewedBy, Expr::value(after))
        .col_expr(grant::Column::TellAt, Expr::value(Option::<i64>::None))
        .filter(grant::Column::Id.eq(before))
        .filter(grant::Column::RoleId.eq(role))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(db)
        .await
        .map(drop)
}
