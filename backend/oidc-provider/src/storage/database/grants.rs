//! The deeds that are more than one statement.

use foundation::{
    database::{Database, begin_write},
    random::TokenHash,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, IntoCondition, OnConflict},
};
use shared::time::Timestamp;

use super::{
    entity::{access_token, grant, participant, refresh_token},
    unless_there,
};
use crate::{
    grant::{ActiveToken, FoundRefreshToken, Grant, Issued, Redemption},
    host::Unavailable,
    scope::Scopes,
};

/// The one statement that decides between several that redeem one code at once: the row changes for one of
/// them, and the others, who wait for it, find it changed.
pub(super) async fn redeem(
    database: &Database,
    grant: &Grant,
    tokens: &Issued,
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
    add(&transaction, tokens).await?;
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

/// Likewise of several that use one refresh token at once. Tokens of a grant that is being revoked this moment are
/// worth nothing, whichever comes first.
pub(super) async fn rotate(
    database: &Database,
    used: &TokenHash,
    tokens: &Issued,
    now: Timestamp,
) -> Result<Redemption, DbErr> {
    let transaction = begin_write(database).await?;
    let rotated = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now.as_millis()))
        .filter(refresh_token::Column::Hash.eq(used.to_vec()))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(&transaction)
        .await?;
    if rotated.rows_affected != 1 {
        transaction.rollback().await?;
        return Ok(Redemption::Spent);
    }
    add(&transaction, tokens).await?;
    transaction.commit().await?;
    Ok(Redemption::Done)
}

async fn add(connection: &impl ConnectionTrait, tokens: &Issued) -> Result<(), DbErr> {
    let access = &tokens.access;
    let row = access_token::ActiveModel {
        hash: Set(access.hash.to_vec()),
        grant_id: Set(access.grant),
        expires_at: Set(access.expires_at.as_millis()),
        scopes: Set(access.narrowed.as_ref().map(Scopes::to_string)),
    };
    access_token::Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    if let Some(refresh) = &tokens.refresh {
        let row = refresh_token::ActiveModel {
            hash: Set(refresh.hash.to_vec()),
            grant_id: Set(refresh.grant),
            expires_at: Set(refresh.expires_at.as_millis()),
            used_at: Set(None),
        };
        refresh_token::Entity::insert(row)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
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

/// The access token, if it is alive.
pub(super) async fn access_token(
    database: &Database,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<ActiveToken>, DbErr> {
    let found = access_token::Entity::find_by_id(hash.to_vec())
        .filter(access_token::Column::ExpiresAt.gt(now.as_millis()))
        .find_also_related(grant::Entity)
        .filter(grant::Column::RevokedAt.is_null())
        .one(database)
        .await?;
    Ok(found.and_then(|(token, grant)| {
        let grant = grant?;
        Some(ActiveToken {
            client_id: grant.client_id,
            subject: grant.subject,
            sid: grant.sid,
            scopes: Scopes::of(token.scopes.as_ref().unwrap_or(&grant.scopes)),
            expires_at: Timestamp::from_millis(token.expires_at),
        })
    }))
}

/// The refresh token, used or not, expired or not, if its grant is not revoked.
pub(super) async fn refresh_token(
    database: &Database,
    hash: &TokenHash,
) -> Result<Option<FoundRefreshToken>, Unavailable> {
    let found = refresh_token::Entity::find_by_id(hash.to_vec())
        .find_also_related(grant::Entity)
        .filter(grant::Column::RevokedAt.is_null())
        .one(database)
        .await?;
    let Some((token, Some(grant))) = found else {
        return Ok(None);
    };
    Ok(Some(FoundRefreshToken {
        grant: Grant::try_from(grant)?,
        expires_at: Timestamp::from_millis(token.expires_at),
        used: token.used_at.is_some(),
    }))
}
