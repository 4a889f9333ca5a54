//! The provider's memory in SQLite or PostgreSQL, through SeaORM. The host adds [`migrations`] to its own; all tables
//! begin with `oidc_`.

mod clients;
mod columns;
mod ends;
#[cfg(test)]
mod ends_tests;
mod entity;
mod grants;
mod many;
mod migration;
mod more_tables;
mod old;
mod rows;
#[cfg(test)]
mod tests;
mod tokens;

use async_trait::async_trait;
use foundation::{
    database::{Database, begin_write},
    random::TokenHash,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use sea_orm_migration::MigrationTrait;
use shared::time::Timestamp;
use uuid::Uuid;

pub use self::{
    ends::{end, renew},
    migration::CreateTables,
    more_tables::AddGrantsAndLogouts,
};

use self::{
    entity::{access_token, consent, grant, key, pending},
    tokens::Tokens,
};
use super::{Lease, Notice, Old, Settled, Storage};
use crate::{
    ends::{Ended, Told},
    grant::{ActiveToken, ClientToken, FoundRefreshToken, Grant, Issued, Redemption},
    host::Unavailable,
    keys::StoredKey,
    pending::Pending,
    scope::Scopes,
};

/// [`Storage`] in a database whose schema is up to date.
#[derive(Clone, Debug)]
pub struct DatabaseStorage {
    database: Database,
    tokens: Tokens,
}

impl DatabaseStorage {
    /// In this database.
    pub fn new(database: Database) -> Self {
        let tokens = Tokens::new(&database);
        Self { database, tokens }
    }
}

impl From<DbErr> for Unavailable {
    fn from(error: DbErr) -> Self {
        Self::because(error)
    }
}

/// The versions of the provider's tables, in their order. A host lists them once; a later version may come after
/// migrations of its own.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateTables), Box::new(AddGrantsAndLogouts)]
}

/// A statement that inserts nothing because the row is there already is no error.
fn unless_there(result: Result<u64, DbErr>) -> Result<(), DbErr> {
    match result {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Forgets what this person has agreed to, in the transaction that takes them away.
///
/// # Errors
///
/// The database cannot answer.
pub async fn forget_consents<C: ConnectionTrait>(transaction: &C, subject: &str) -> Result<(), DbErr> {
    consent::Entity::delete_many()
        .filter(consent::Column::Subject.eq(subject))
        .exec(transaction)
        .await
        .map(drop)
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
        let row = self.tokens.of_codes.ask(*code).await?;
        row.map(Grant::try_from).transpose()
    }

    async fn redeem(
        &self,
        grant: &Grant,
        tokens: &Issued,
        now: Timestamp,
    ) -> Result<Redemption, Unavailable> {
        let redeemed = grants::Redeemed::new(grant, tokens, now);
        Ok(self.tokens.redeeming.ask(redeemed).await?)
    }

    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<FoundRefreshToken>, Unavailable> {
        let found = self.tokens.refresh.ask(*hash).await?;
        found.map(FoundRefreshToken::try_from).transpose()
    }

    async fn rotate(
        &self,
        used: &TokenHash,
        tokens: &Issued,
        now: Timestamp,
    ) -> Result<Redemption, Unavailable> {
        let rotated = grants::Rotated::new(used, tokens, now);
        Ok(self.tokens.rotating.ask(rotated).await?)
    }

    async fn revoke_grant(&self, id: Uuid, now: Timestamp) -> Result<(), Unavailable> {
        Ok(grants::revoke(&self.database, grant::Column::Id.eq(id), now).await?)
    }

    async fn access_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ActiveToken>, Unavailable> {
        let found = self.tokens.access.ask(*hash).await?;
        Ok(found.filter(|token| token.expires_at > now))
    }

    async fn revoke_access_token(&self, hash: &TokenHash) -> Result<(), Unavailable> {
        access_token::Entity::delete_by_id(hash.to_vec())
            .exec(&self.database)
            .await?;
        Ok(())
    }

    async fn add_client_token(&self, token: &ClientToken) -> Result<(), Unavailable> {
        Ok(clients::add_token(&self.database, token).await?)
    }

    async fn client_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ClientToken>, Unavailable> {
        Ok(clients::token(&self.database, hash, now).await?)
    }

    async fn revoke_client_token(&self, hash: &TokenHash) -> Result<(), Unavailable> {
        Ok(clients::revoke_token(&self.database, hash).await?)
    }

    async fn use_assertion(&self, id: &TokenHash, expires_at: Timestamp) -> Result<bool, Unavailable> {
        Ok(clients::use_assertion(&self.database, id, expires_at).await?)
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

    async fn end(&self, ended: Ended<'_>, now: Timestamp) -> Result<(), Unavailable> {
        let transaction = begin_write(&self.database).await?;
        ends::end(&transaction, ended, now).await?;
        Ok(transaction.commit().await?)
    }

    async fn clients_to_tell(&self, now: Timestamp) -> Result<Vec<String>, Unavailable> {
        Ok(ends::clients_to_tell(&self.database, now).await?)
    }

    async fn take_notices(
        &self,
        client_id: &str,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Vec<Notice>, Unavailable> {
        Ok(ends::take(self.database.writer(), client_id, lease, now).await?)
    }

    async fn settle_notices(
        &self,
        lease: Uuid,
        settled: &[(i64, Settled)],
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        Ok(ends::settle(&self.database, lease, settled, now).await?)
    }

    async fn told(&self, sid: &str) -> Result<Vec<Told>, Unavailable> {
        Ok(ends::told(&self.database, sid).await?)
    }

    async fn forget(&self, old: &Old) -> Result<(), Unavailable> {
        Ok(old::forget(&self.database, old).await?)
    }
}
