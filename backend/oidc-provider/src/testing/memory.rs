//! A memory for tests whose subject is something else.

use std::sync::Mutex;

use async_trait::async_trait;
use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use super::{
    held,
    memory_rows::{GrantRow, Rows},
};
use crate::{
    AccessToken, ActiveToken, ClientToken, Ended, FoundRefreshToken, Grant, Issued, Pending, Redemption,
    Scopes, StoredKey, Told, Unavailable,
    storage::{Lease, Notice, Old, Settled, Storage},
};

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
        tokens: &Issued,
        now: Timestamp,
    ) -> Result<Redemption, Unavailable> {
        let mut rows = held(&self.0);
        match rows.grants.get_mut(&grant.id) {
            Some(row) if !row.redeemed && !row.revoked => row.redeemed = true,
            _ => return Ok(Redemption::Spent),
        }
        rows.add(tokens);
        rows.participants
            .entry((grant.sid.clone(), grant.client_id.clone()))
            .or_insert((grant.subject.clone(), now));
        Ok(Redemption::Done)
    }

    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<FoundRefreshToken>, Unavailable> {
        let rows = held(&self.0);
        Ok(rows.refresh_tokens.get(hash).and_then(|(token, used)| {
            let row = rows.grants.get(&token.grant).filter(|row| !row.revoked)?;
            Some(FoundRefreshToken {
                grant: row.grant.clone(),
                expires_at: token.expires_at,
                used: *used,
            })
        }))
    }

    async fn rotate(
        &self,
        used: &TokenHash,
        tokens: &Issued,
        _now: Timestamp,
    ) -> Result<Redemption, Unavailable> {
        let mut rows = held(&self.0);
        match rows.refresh_tokens.get_mut(used) {
            Some((_, used)) if !*used => *used = true,
            _ => return Ok(Redemption::Spent),
        }
        rows.add(tokens);
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
        let Some(AccessToken {
            grant,
            narrowed,
            expires_at,
            ..
        }) = token.cloned()
        else {
            return Ok(None);
        };
        let row = rows.grants.get(&grant).filter(|row| !row.revoked);
        Ok(row.map(|GrantRow { grant, .. }| ActiveToken {
            client_id: grant.client_id.clone(),
            subject: grant.subject.clone(),
            sid: grant.sid.clone(),
            scopes: narrowed.unwrap_or_else(|| grant.scopes.clone()),
            expires_at,
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

    async fn add_client_token(&self, token: &ClientToken) -> Result<(), Unavailable> {
        held(&self.0).client_tokens.insert(token.hash, token.clone());
        Ok(())
    }

    async fn client_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ClientToken>, Unavailable> {
        let rows = held(&self.0);
        Ok(rows
            .client_tokens
            .get(hash)
            .filter(|token| token.expires_at > now)
            .cloned())
    }

    async fn revoke_client_token(&self, hash: &TokenHash) -> Result<(), Unavailable> {
        held(&self.0).client_tokens.remove(hash);
        Ok(())
    }

    async fn use_assertion(&self, id: &TokenHash, expires_at: Timestamp) -> Result<bool, Unavailable> {
        let mut rows = held(&self.0);
        let first = !rows.assertions.contains_key(id);
        rows.assertions.entry(*id).or_insert(expires_at);
        Ok(first)
    }

    async fn end(&self, ended: Ended<'_>, now: Timestamp) -> Result<(), Unavailable> {
        let is_meant = |sid: &str, subject: &str, client_id: &str| match ended {
            Ended::Session(ended) => sid == ended,
            Ended::Person(ended) => subject == ended,
            Ended::Client(ended) => client_id == ended,
            Ended::Access {
                subject: person,
                client_id: client,
            } => (subject, client_id) == (person, client),
        };
        let mut rows = held(&self.0);
        if let Ended::Client(ended) = ended {
            rows.client_tokens.retain(|_, token| token.client_id != ended);
        }
        rows.grants
            .values_mut()
            .filter(|row| is_meant(&row.grant.sid, &row.grant.subject, &row.grant.client_id))
            .for_each(|row| row.revoked = true);
        let gone: Vec<_> = rows
            .participants
            .extract_if(|(sid, client_id), (subject, _)| is_meant(sid, subject, client_id))
            .collect();
        for ((sid, client_id), (subject, _)) in gone {
            rows.notices.add(client_id, sid, subject, now);
        }
        Ok(())
    }

    async fn clients_to_tell(&self, now: Timestamp) -> Result<Vec<String>, Unavailable> {
        Ok(held(&self.0).notices.clients(now))
    }

    async fn take_notices(
        &self,
        client_id: &str,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Vec<Notice>, Unavailable> {
        Ok(held(&self.0).notices.take(client_id, lease, now))
    }

    async fn settle_notices(
        &self,
        lease: Uuid,
        settled: &[(i64, Settled)],
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        held(&self.0).notices.settle(lease, settled, now);
        Ok(())
    }

    async fn told(&self, sid: &str) -> Result<Vec<Told>, Unavailable> {
        Ok(held(&self.0).notices.told(sid))
    }

    async fn forget(&self, old: &Old) -> Result<(), Unavailable> {
        let mut rows = held(&self.0);
        let now = old.now;
        rows.pending.retain(|_, found| found.1 > now);
        rows.tokens.retain(|_, token| token.expires_at > now);
        rows.refresh_tokens.retain(|_, (token, _)| token.expires_at > now);
        rows.assertions.retain(|_, expires_at| *expires_at > now);
        rows.client_tokens.retain(|_, token| token.expires_at > now);
        rows.grants.retain(|_, row| row.grant.expires_at > now);
        rows.keys.retain(|key| key.active_until >= old.keys_before);
        rows.participants
            .retain(|_, (_, since)| *since >= old.sessions_before);
        rows.notices.forget(old.told_before);
        Ok(())
    }
}
