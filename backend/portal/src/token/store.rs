//! Rows of `access_tokens`. The look-up by the secret is the query that every request of a program makes, so
//! it brings the person along in one go.

use std::sync::{Arc, LazyLock};

use foundation::random::TokenHash;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement, sea_query::Expr,
};
use shared::{
    person::PersonView,
    problem::ErrorCode,
    time::Timestamp,
    token::{NewToken, Scope, TokenView},
};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::person;

/// A token as the server knows it.
pub(super) struct Found {
    pub(super) id: Uuid,
    pub(super) person: Arc<PersonView>,
    pub(super) scopes: Vec<Scope>,
    pub(super) last_used_at: Option<Timestamp>,
    expires_at: Timestamp,
    revoked: bool,
    disabled: bool,
}

impl Found {
    /// Why it cannot be used at this moment, if so.
    pub(super) fn refusal(&self, now: Timestamp) -> Option<ErrorCode> {
        if self.revoked {
            Some(ErrorCode::TokenRevoked)
        } else if self.disabled {
            Some(ErrorCode::TokenOwnerDisabled)
        } else {
            (now >= self.expires_at).then_some(ErrorCode::TokenExpired)
        }
    }
}

fn read_scopes(text: &str) -> Vec<Scope> {
    text.split(' ').filter_map(Scope::from_name).collect()
}

fn write_scopes(scopes: &[Scope]) -> String {
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.into_iter().map(Scope::name).collect::<Vec<_>>().join(" ")
}

impl Model {
    pub(super) fn view(self, now: Timestamp) -> TokenView {
        let expires_at = Timestamp::from_millis(self.expires_at);
        TokenView {
            id: self.id,
            name: self.name,
            scopes: read_scopes(&self.scopes),
            created_at: Timestamp::from_millis(self.created_at),
            expires_at,
            expired: now >= expires_at,
            last_used_at: self.last_used_at.map(Timestamp::from_millis),
            last_used_from: self.last_used_from,
        }
    }
}

/// The token of this secret, whatever its state.
pub(super) async fn find<C: ConnectionTrait>(db: &C, hash: &TokenHash) -> Result<Option<Found>, DbErr> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT t.id, t.scopes, t.expires_at, t.revoked_at, t.last_used_at, p.disabled_at, {} \
             FROM access_tokens t JOIN persons p ON p.id = t.person_id {} WHERE t.token_hash = $1",
            person::VIEW_COLUMNS,
            person::VIEW_JOIN
        )
    });
    let statement =
        Statement::from_sql_and_values(db.get_database_backend(), SQL.as_str(), [hash.to_vec().into()]);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let time = |column: &str| row.try_get::<Option<i64>>("", column);
    Ok(Some(Found {
        id: row.try_get("", "id")?,
        person: Arc::new(person::view(&row)?),
        scopes: read_scopes(&row.try_get::<String>("", "scopes")?),
        last_used_at: time("last_used_at")?.map(Timestamp::from_millis),
        expires_at: Timestamp::from_millis(row.try_get("", "expires_at")?),
        revoked: time("revoked_at")?.is_some(),
        disabled: time("disabled_at")?.is_some(),
    }))
}

/// The row of this id, whoever it belongs to.
pub(super) async fn by_id<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// How many living tokens a person has.
pub(super) async fn count<C: ConnectionTrait>(db: &C, person: Uuid, now: Timestamp) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.as_millis()))
        .count(db)
        .await
}

/// Writes a new token.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    new: &NewToken,
    hash: &TokenHash,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Model, DbErr> {
    let row = ActiveModel {
        id: Set(id),
        person_id: Set(person),
        name: Set(new.name.trim().to_owned()),
        scopes: Set(write_scopes(&new.scopes)),
        token_hash: Set(hash.to_vec()),
        created_at: Set(now.as_millis()),
        expires_at: Set(expires_at.as_millis()),
        revoked_at: Set(None),
        last_used_at: Set(None),
        last_used_from: Set(None),
    };
    Entity::insert(row).exec_with_returning(db).await
}

/// A person's tokens that were not revoked, the newest first, older than `after` where one is given.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::Id.lt(after.unwrap_or(Uuid::max())))
        .order_by_desc(Column::Id)
        .limit(u64::from(limit))
        .all(db)
        .await
}

/// Revokes a person's token. Whether there was one that was not.
pub(super) async fn revoke<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_millis()))
        .filter(Column::Id.eq(id))
        .filter(Column::PersonId.eq(person))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Revokes all tokens of a person that were not. How many.
pub(super) async fn revoke_all<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.as_millis()))
        .filter(Column::PersonId.eq(person))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Notes a use, unless another has been noted since `before`.
pub(super) async fn note_use<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    source: &str,
    now: Timestamp,
    before: Timestamp,
) -> Result<(), DbErr> {
    let long_ago = Condition::any()
        .add(Column::LastUsedAt.is_null())
        .add(Column::LastUsedAt.lte(before.as_millis()));
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now.as_millis()))
        .col_expr(Column::LastUsedFrom, Expr::value(source))
        .filter(Column::Id.eq(id))
        .filter(long_ago)
        .exec(db)
        .await
        .map(drop)
}

/// Deletes tokens that nobody needs to be told about any more.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, before: Timestamp) -> Result<(), DbErr> {
    let over = Condition::any()
        .add(Column::ExpiresAt.lt(before.as_millis()))
        .add(Column::RevokedAt.lt(before.as_millis()));
    Entity::delete_many().filter(over).exec(db).await.map(drop)
}
