//! A memory for tests whose subject is something else.

use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use super::held;
use crate::{
    AccessToken, ActiveToken, Grant, Pending, Redemption, Scopes, StoredKey, Unavailable,
    storage::{Participant, Storage},
};

#[derive(Debug)]
struct GrantRow {
    grant: Grant,
    redeemed: bool,
    revoked: bool,
}

#[derive(Debug, Default)]
struct Rows {
    keys: Vec<StoredKey>,
    pending: HashMap<TokenHash, (Pending, Timestamp)>,
    grants: HashMap<Uuid, GrantRow>,
    tokens: HashMap<TokenHash, AccessToken>,
    consents: HashMap<(String, String), Scopes>,
    participants: HashMap<(String, String), (String, Timestamp)>,
}

/// [`Storage`] that ends with the process. One lock makes every method one deed.
#[derive(Debug, Default)]
pub struct MemoryStorage(Mutex<Rows>);

#[async_trait]
impl Storage for MemoryStorage {
    async fn keys(&self) -> Result<Vec<StoredKey>, Unavailable> {
        Ok(held(&self.0).keys.clone())
    }

    async fn add_key(&self, key: &StoredKey) -> Result<(), Unavailable> {
        let mut rows = held(&self.0);
        let same = |other: &StoredKey| (other.algorithm, other.generation) == (key.algorithm, key.generation);
        if !rows.keys.iter().any(same) {
            rows.keys.push(key.clone());
        }
        Ok(())
    }

    async fn save_pending(
        &self,
        id: &TokenHash,
        pending: &Pending,
        expires_at: Timestamp,
    ) -> Result<(), Unavailable> {
        held(&self.0).pending.insert(*id, (pending.clone(), expires_at));
        Ok(())
    }

    async fn replace_pending(&self, id: &TokenHash, pending: &Pending) -> Result<(), Unavailable> {
        if let Some(found) = held(&self.0).pending.get_mut(id) {
            found.0 = pending.clone();
        }
        Ok(())
    }

    async fn pending(&self, id: &TokenHash, now: Timestamp) -> Result<Option<Pending>, Unavailable> {
        let rows = held(&self.0);
        Ok(rows
            .pending
            .get(id)
            .filter(|found| found.1 > now)
            .map(|found| found.0.clone()))
    }

    async fn take_pending(&self, id: &TokenHash, now: Timestamp) -> Result<Option<Pending>, Unavailable> {
        Ok(held(&self.0)
            .pending
            .remove(id)
            .filter(|found| found.1 > now)
            .map(|found| found.0))
    }

    async fn add_grant(&self, grant: &Grant) -> Result<(), Unavailable> {
        let row = GrantRow {
            grant: grant.clone(),
            redeemed: false,
            revoked: false,
        };
        held(&self.0).grants.insert(grant.id, row);
        Ok(())
    }

    async fn grant_of_code(&self, code: &TokenHash) -> Result<Option<Grant>, Unavailable> {
        let rows = held(&self.0);
        Ok(rows
            .grants
            .values()
            .find(|row| row.grant.code == *code)
            .map(|row| row.grant.clone()))
    }

    async fn redeem(
        &self,
        grant: &Grant,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<Redemption, Unavailable> {
        let mut rows = held(&self.0);
        match rows.grants.get_mut(&grant.id) {
            Some(row) if !row.redeemed && !row.revoked => row.redeemed = true,
            _ => return Ok(Redemption::Spent),
        }
        rows.tokens.insert(token.hash, token.clone());
        rows.participants
            .entry((grant.sid.clone(), grant.client_id.clone()))
            .or_insert((grant.subject.clone(), now));
        Ok(Redemption::Done)
    }

    async fn revoke_grant(&self, id: Uuid, _now: Timestamp) -> Result<(), Unavailable> {
        if let Some(row) = held(&self.0).grants.get_mut(&id) {
            row.revoked = true;
        }
        Ok(())
    }

    async fn access_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ActiveToken>, Unavailable> {
        let rows = held(&self.0);
        let token = rows.tokens.get(hash).filter(|token| token.expires_at > now);
        let row = token
            .and_then(|token| rows.grants.get(&token.grant))
            .filter(|row| !row.revoked);
        Ok(row.map(|GrantRow { grant, .. }| ActiveToken {
            client_id: grant.client_id.clone(),
            subject: grant.subject.clone(),
            scopes: grant.scopes.clone(),
        }))
    }

    async fn revoke_access_token(&self, hash: &TokenHash) -> Result<(), Unavailable> {
        held(&self.0).tokens.remove(hash);
        Ok(())
    }

    async fn consent(&self, subject: &str, client_id: &str) -> Result<Option<Scopes>, Unavailable> {
        Ok(held(&self.0)
            .consents
            .get(&(subject.to_owned(), client_id.to_owned()))
            .cloned())
    }

    async fn consents(&self, subject: &str) -> Result<Vec<(String, Scopes)>, Unavailable> {
        let rows = held(&self.0);
        let own = rows.consents.iter().filter(|(key, _)| key.0 == subject);
        Ok(own.map(|(key, scopes)| (key.1.clone(), scopes.clone())).collect())
    }

    async fn save_consent(
        &self,
        subject: &str,
        client_id: &str,
        scopes: &Scopes,
        _now: Timestamp,
    ) -> Result<(), Unavailable> {
        held(&self.0)
            .consents
            .insert((subject.to_owned(), client_id.to_owned()), scopes.clone());
        Ok(())
    }

    async fn end_session(&self, sid: &str, _now: Timestamp) -> Result<Vec<Participant>, Unavailable> {
        let mut rows = held(&self.0);
        rows.grants
            .values_mut()
            .filter(|row| row.grant.sid == sid)
            .for_each(|row| row.revoked = true);
        let gone: Vec<_> = rows.participants.extract_if(|key, _| key.0 == sid).collect();
        let told = gone
            .into_iter()
            .map(|((_, client_id), (subject, _))| Participant { client_id, subject });
        Ok(told.collect())
    }

    async fn forget(
        &self,
        now: Timestamp,
        keys_before: Timestamp,
        sessions_before: Timestamp,
    ) -> Result<(), Unavailable> {
        let mut rows = held(&self.0);
        rows.pending.retain(|_, found| found.1 > now);
        rows.tokens.retain(|_, token| token.expires_at > now);
        rows.grants.retain(|_, row| row.grant.expires_at > now);
        rows.keys.retain(|key| key.active_until >= keys_before);
        rows.participants
            .retain(|_, (_, since)| *since >= sessions_before);
        Ok(())
    }
}
