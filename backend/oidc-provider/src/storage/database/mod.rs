//! The provider's memory in SQLite or PostgreSQL, through SeaORM. The host adds [`CreateTables`] to its
//! migrations; all tables begin with `oidc_`.

mod entity;
mod grants;
mod migration;
mod rows;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use foundation::{database::Database, random::TokenHash};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use shared::time::Timestamp;
use uuid::Uuid;

pub use migration::CreateTables;

use self::entity::{access_token, consent, grant, key, participant, pending};
use super::{Participant, Storage};
use crate::{
    grant::{AccessToken, ActiveToken, Grant, Redemption},
    host::Unavailable,
    keys::StoredKey,
    pending::Pending,
    scope::Scopes,
};

/// [`Storage`] in a database whose schema is up to date.
#[derive(Clone, Debug)]
pub struct DatabaseStorage {
    database: Database,
}

impl DatabaseStorage {
    /// In this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

impl From<DbErr> for Unavailable {
    fn from(error: DbErr) -> Self {
        Self::because(error)
    }
}

/// A statement that inserts nothing because the row is there already is no error.
fn unless_there(result: Result<u64, DbErr>) -> Result<(), DbErr> {
    match result {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error),
    }
}

#[async_trait]
impl Storage for DatabaseStorage {
    async fn keys(&self) -> Result<Vec<StoredKey>, Unavailable> {
        let keys = key::Entity::find().all(&self.database).await?;
        keys.into_iter().map(StoredKey::try_from).collect()
    }

    async fn add_key(&self, stored: &StoredKey) -> Result<(), Unavailable> {
        let same = OnConflict::columns([key::Column::Algorithm, key::Column::Generation])
            .do_nothing()
            .to_owned();
        let insert = key::Entity::insert(key::ActiveModel::from(stored)).on_conflict(same);
        Ok(unless_there(insert.exec_without_returning(&self.database).await)?)
    }

    async fn save_pending(
        &self,
        id: &TokenHash,
        request: &Pending,
        expires_at: Timestamp,
    ) -> Result<(), Unavailable> {
        let row = pending::ActiveModel {
            id: Set(id.to_vec()),
            request: Set(rows::to_json(request)?),
            expires_at: Set(expires_at.as_millis()),
        };
        pending::Entity::insert(row)
            .exec_without_returning(&self.database)
            .await?;
        Ok(())
    }

    async fn replace_pending(&self, id: &TokenHash, request: &Pending) -> Result<(), Unavailable> {
        let request = rows::to_json(request)?;
        pending::Entity::update_many()
            .col_expr(pending::Column::Request, request.into())
            .filter(pending::Column::Id.eq(id.to_vec()))
            .exec(&self.database)
            .await?;
        Ok(())
    }

    async fn pending(&self, id: &TokenHash, now: Timestamp) -> Result<Option<Pending>, Unavailable> {
        let row = pending::Entity::find_by_id(id.to_vec())
            .filter(pending::Column::ExpiresAt.gt(now.as_millis()))
            .one(&self.database)
            .await?;
        row.map(|row| rows::from_json(&row.request)).transpose()
    }

    async fn take_pending(&self, id: &TokenHash, now: Timestamp) -> Result<Option<Pending>, Unavailable> {
        let taken = pending::Entity::delete_many()
            .filter(pending::Column::Id.eq(id.to_vec()))
            .filter(pending::Column::ExpiresAt.gt(now.as_millis()))
            .exec_with_returning(&self.database)
            .await?;
        taken.first().map(|row| rows::from_json(&row.request)).transpose()
    }

    async fn add_grant(&self, grant: &Grant) -> Result<(), Unavailable> {
        let row = grant::ActiveModel::try_from(grant)?;
        grant::Entity::insert(row)
            .exec_without_returning(&self.database)
            .await?;
        Ok(())
    }

    async fn grant_of_code(&self, code: &TokenHash) -> Result<Option<Grant>, Unavailable> {
        let row = grant::Entity::find()
            .filter(grant::Column::Code.eq(code.to_vec()))
            .one(&self.database)
            .await?;
        row.map(Grant::try_from).transpose()
    }

    async fn redeem(
        &self,
        grant: &Grant,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<Redemption, Unavailable> {
        Ok(grants::redeem(&self.database, grant, token, now).await?)
    }

    async fn revoke_grant(&self, id: Uuid, now: Timestamp) -> Result<(), Unavailable> {
        Ok(grants::revoke(&self.database, grant::Column::Id.eq(id), now).await?)
    }

    async fn access_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ActiveToken>, Unavailable> {
        let found = access_token::Entity::find_by_id(hash.to_vec())
            .filter(access_token::Column::ExpiresAt.gt(now.as_millis()))
            .find_also_related(grant::Entity)
            .filter(grant::Column::RevokedAt.is_null())
            .one(&self.database)
            .await?;
        Ok(found.and_then(|(_, grant)| grant).map(|grant| ActiveToken {
            client_id: grant.client_id,
            subject: grant.subject,
            scopes: Scopes::of(&grant.scopes),
        }))
    }

    async fn revoke_access_token(&self, hash: &TokenHash) -> Result<(), Unavailable> {
        access_token::Entity::delete_by_id(hash.to_vec())
            .exec(&self.database)
            .await?;
        Ok(())
    }

    async fn consent(&self, subject: &str, client_id: &str) -> Result<Option<Scopes>, Unavailable> {
        let key = (subject.to_owned(), client_id.to_owned());
        let row = consent::Entity::find_by_id(key).one(&self.database).await?;
        Ok(row.map(|row| Scopes::of(&row.scopes)))
    }

    async fn consents(&self, subject: &str) -> Result<Vec<(String, Scopes)>, Unavailable> {
        let rows = consent::Entity::find()
            .filter(consent::Column::Subject.eq(subject))
            .all(&self.database)
            .await?;
        let given = |row: consent::Model| (row.client_id, Scopes::of(&row.scopes));
        Ok(rows.into_iter().map(given).collect())
    }

    async fn save_consent(
        &self,
        subject: &str,
        client_id: &str,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let row = consent::ActiveModel {
            subject: Set(subject.to_owned()),
            client_id: Set(client_id.to_owned()),
            scopes: Set(scopes.to_string()),
            given_at: Set(now.as_millis()),
        };
        let replace = OnConflict::columns([consent::Column::Subject, consent::Column::ClientId])
            .update_columns([consent::Column::Scopes, consent::Column::GivenAt])
            .to_owned();
        consent::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(&self.database)
            .await?;
        Ok(())
    }

    async fn end_session(&self, sid: &str, now: Timestamp) -> Result<Vec<Participant>, Unavailable> {
        Ok(grants::end_session(&self.database, sid, now).await?)
    }

    async fn forget(
        &self,
        now: Timestamp,
        keys_before: Timestamp,
        sessions_before: Timestamp,
    ) -> Result<(), Unavailable> {
        let database = &self.database;
        let now = now.as_millis();
        pending::Entity::delete_many()
            .filter(pending::Column::ExpiresAt.lte(now))
            .exec(database)
            .await?;
        access_token::Entity::delete_many()
            .filter(access_token::Column::ExpiresAt.lte(now))
            .exec(database)
            .await?;
        grant::Entity::delete_many()
            .filter(grant::Column::ExpiresAt.lte(now))
            .exec(database)
            .await?;
        key::Entity::delete_many()
            .filter(key::Column::ActiveUntil.lt(keys_before.as_millis()))
            .exec(database)
            .await?;
        participant::Entity::delete_many()
            .filter(participant::Column::Since.lt(sessions_before.as_millis()))
            .exec(database)
            .await?;
        Ok(())
    }
}
