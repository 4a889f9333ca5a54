//! What clients do in their own name.

use foundation::{database::Database, random::TokenHash};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use shared::time::Timestamp;

use super::entity::{assertion, client_token};
use crate::{grant::ClientToken, scope::Scopes};

pub(super) async fn add_token(database: &Database, token: &ClientToken) -> Result<(), DbErr> {
    let row = client_token::ActiveModel {
        hash: Set(token.hash.to_vec()),
        client_id: Set(token.client_id.clone()),
        scopes: Set(token.scopes.to_string()),
        expires_at: Set(token.expires_at.as_millis()),
    };
    client_token::Entity::insert(row)
        .exec_without_returning(database)
        .await?;
    Ok(())
}

pub(super) async fn token(
    database: &Database,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<ClientToken>, DbErr> {
    let row = client_token::Entity::find_by_id(hash.to_vec())
        .filter(client_token::Column::ExpiresAt.gt(now.as_millis()))
        .one(database)
        .await?;
    Ok(row.map(|row| ClientToken {
        hash: *hash,
        client_id: row.client_id,
        scopes: Scopes::of(&row.scopes),
        expires_at: Timestamp::from_millis(row.expires_at),
    }))
}

pub(super) async fn revoke_token(database: &Database, hash: &TokenHash) -> Result<(), DbErr> {
    client_token::Entity::delete_by_id(hash.to_vec())
        .exec(database)
        .await?;
    Ok(())
}

/// The key of the table decides who is first.
pub(super) async fn use_assertion(
    database: &Database,
    id: &TokenHash,
    expires_at: Timestamp,
) -> Result<bool, DbErr> {
    let row = assertion::ActiveModel {
        id: Set(id.to_vec()),
        expires_at: Set(expires_at.as_millis()),
    };
    let used = OnConflict::column(assertion::Column::Id).do_nothing().to_owned();
    let insert = assertion::Entity::insert(row).on_conflict(used);
    match insert.exec_without_returning(database).await {
        Ok(rows) => Ok(rows == 1),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error),
    }
}
