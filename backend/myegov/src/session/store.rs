//! Sessions in the database.

use foundation::{database::Database, random::TokenHash};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set, sea_query::Expr,
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model};

#[derive(Clone, Debug)]
pub(super) struct SessionStore(Database);

impl SessionStore {
    pub(super) fn new(database: Database) -> Self {
        Self(database)
    }

    pub(super) fn database(&self) -> &Database {
        &self.0
    }

    pub(super) async fn find(&self, token: &TokenHash) -> Result<Option<Model>, DbErr> {
        Entity::find()
            .filter(Column::TokenHash.eq(token.to_vec()))
            .one(&self.0)
            .await
    }

    pub(super) async fn add<C: ConnectionTrait>(
        db: &C,
        id: Uuid,
        token: &TokenHash,
        member: Uuid,
        now: Timestamp,
    ) -> Result<(), DbErr> {
        let row = ActiveModel {
            id: Set(id),
            token_hash: Set(token.to_vec()),
            member_id: Set(member),
            auth_time: Set(now.as_millis()),
            created_at: Set(now.as_millis()),
            active_at: Set(now.as_millis()),
        };
        Entity::insert(row).exec_without_returning(db).await.map(drop)
    }

    /// A new secret and a new proof of who the member is.
    pub(super) async fn renew<C: ConnectionTrait>(
        db: &C,
        id: Uuid,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<(), DbErr> {
        Entity::update_many()
            .col_expr(Column::TokenHash, Expr::value(token.to_vec()))
            .col_expr(Column::AuthTime, Expr::value(now.as_millis()))
            .col_expr(Column::CreatedAt, Expr::value(now.as_millis()))
            .col_expr(Column::ActiveAt, Expr::value(now.as_millis()))
            .filter(Column::Id.eq(id))
            .exec(db)
            .await
            .map(drop)
    }

    pub(super) async fn touch(&self, id: Uuid, now: Timestamp) -> Result<(), DbErr> {
        Entity::update_many()
            .col_expr(Column::ActiveAt, Expr::value(now.as_millis()))
            .filter(Column::Id.eq(id))
            .filter(Column::ActiveAt.lt(now.as_millis()))
            .exec(&self.0)
            .await
            .map(drop)
    }

    pub(super) async fn delete<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<(), DbErr> {
        Entity::delete_by_id(id).exec(db).await.map(drop)
    }

    /// Ends the member's sessions, but for this one. Those that it ended.
    pub(super) async fn delete_of<C: ConnectionTrait>(
        db: &C,
        member: Uuid,
        but: Option<Uuid>,
    ) -> Result<Vec<Uuid>, DbErr> {
        let others = Condition::all()
            .add(Column::MemberId.eq(member))
            .add_option(but.map(|kept| Column::Id.ne(kept)));
        let rows = Entity::find().filter(others.clone()).all(db).await?;
        Entity::delete_many().filter(others).exec(db).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    pub(super) async fn purge(&self, idle_since: Timestamp, begun_before: Timestamp) -> Result<(), DbErr> {
        let over = Condition::any()
            .add(Column::ActiveAt.lte(idle_since.as_millis()))
            .add(Column::CreatedAt.lte(begun_before.as_millis()));
        Entity::delete_many().filter(over).exec(&self.0).await.map(drop)
    }
}
