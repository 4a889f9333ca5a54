//! The deeds that are more than one statement.

use foundation::database::{Database, begin_write};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, IntoCondition, OnConflict},
};
use shared::time::Timestamp;

use super::{
    entity::{access_token, grant, participant},
    unless_there,
};
use crate::{
    grant::{AccessToken, Grant, Redemption},
    scope::Scopes,
};

/// The one statement that decides between several that redeem one code at once: the row changes for one of
/// them, and the others, who wait for it, find it changed.
pub(super) async fn redeem(
    database: &Database,
    grant: &Grant,
    token: &AccessToken,
    now: Timestamp,
) -> Result<Redemption, DbErr> {
    let transaction = begin_write(database).await?;
    let redeemed = grant::Entity::update_many()
        .col_expr(grant::Column::RedeemedAt, Expr::value(now.as_millis()))
        .filter(grant::Column::Id.eq(grant.id))
        .filter(grant::Column::RedeemedAt.is_null())
        .filter(grant::Column::RevokedAt.is_null())
        .exec(&transaction)
        .await?;
    if redeemed.rows_affected != 1 {
        transaction.rollback().await?;
        return Ok(Redemption::Spent);
    }
    let row = access_token::ActiveModel {
        hash: Set(token.hash.to_vec()),
        grant_id: Set(token.grant),
        expires_at: Set(token.expires_at.as_millis()),
        scopes: Set(token.narrowed.as_ref().map(Scopes::to_string)),
    };
    access_token::Entity::insert(row)
        .exec_without_returning(&transaction)
        .await?;
    let row = participant::ActiveModel {
        sid: Set(grant.sid.clone()),
        client_id: Set(grant.client_id.clone()),
        subject: Set(grant.subject.clone()),
        since: Set(now.as_millis()),
    };
    let known = OnConflict::columns([participant::Column::Sid, participant::Column::ClientId])
        .do_nothing()
        .to_owned();
    let insert = participant::Entity::insert(row).on_conflict(known);
    unless_there(insert.exec_without_returning(&transaction).await)?;
    transaction.commit().await?;
    Ok(Redemption::Done)
}

/// Revokes the grants that fit and are not revoked yet.
pub(super) async fn revoke(
    database: &impl ConnectionTrait,
    which: impl IntoCondition,
    now: Timestamp,
) -> Result<(), DbErr> {
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(now.as_millis()))
        .filter(
            Condition::all()
                .add(which.into_condition())
                .add(grant::Column::RevokedAt.is_null()),
        )
        .exec(database)
        .await?;
    Ok(())
}
