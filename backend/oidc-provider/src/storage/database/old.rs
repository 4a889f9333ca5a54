//! What is old goes.

use foundation::database::Database;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    super::Old,
    entity::{access_token, assertion, client_token, grant, key, logout, participant, pending},
};

/// Table by table: nothing goes wrong when it stops half-way. Refresh tokens go with their grants.
pub(super) async fn forget(database: &Database, old: &Old) -> Result<(), DbErr> {
    let now = old.now.as_millis();
    pending::Entity::delete_many()
        .filter(pending::Column::ExpiresAt.lte(now))
        .exec(database)
        .await?;
    access_token::Entity::delete_many()
        .filter(access_token::Column::ExpiresAt.lte(now))
        .exec(database)
        .await?;
    client_token::Entity::delete_many()
        .filter(client_token::Column::ExpiresAt.lte(now))
        .exec(database)
        .await?;
    assertion::Entity::delete_many()
        .filter(assertion::Column::ExpiresAt.lte(now))
        .exec(database)
        .await?;
    grant::Entity::delete_many()
        .filter(grant::Column::ExpiresAt.lte(now))
        .exec(database)
        .await?;
    key::Entity::delete_many()
        .filter(key::Column::ActiveUntil.lt(old.keys_before.as_millis()))
        .exec(database)
        .await?;
    participant::Entity::delete_many()
        .filter(participant::Column::Since.lt(old.sessions_before.as_millis()))
        .exec(database)
        .await?;
    logout::Entity::delete_many()
        .filter(logout::Column::SettledAt.lt(old.told_before.as_millis()))
        .exec(database)
        .await?;
    Ok(())
}
