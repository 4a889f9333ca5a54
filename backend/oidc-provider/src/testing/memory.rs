//! A memory for tests whose subject is something else.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

use async_trait::async_trait;
use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use super::held;
use crate::{
    AccessToken, ActiveToken, ClientToken, Ended, Grant, Pending, Redemption, Scopes, StoredKey, Told,
    ToldState, Unavailable,
    storage::{Lease, Notice, Old, Settled, Storage},
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
    client_tokens: HashMap<TokenHash, ClientToken>,
    notices: Vec<NoticeRow>,
}

#[derive(Debug)]
struct NoticeRow {
    client_id: String,
    notice: Notice,
    due_at: Option<Timestamp>,
    lease: Option<Uuid>,
    settled: Option<(ToldState, Timestamp)>,
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

    async fn end(&self, ended: Ended<'_>, now: Timestamp) -> Result<(), Unavailable> {
        let is_meant = |sid: &str, subject: &str, client_id: &str| match ended {
            Ended::Session(ended) => sid == ended,
            Ended::Person(ended) => subject == ended,
            Ended::Access {
                subject: person,
                client_id: client,
            } => (subject, client_id) == (person, client),
        };
        let mut rows = held(&self.0);
        rows.grants
            .values_mut()
            .filter(|row| is_meant(&row.grant.sid, &row.grant.subject, &row.grant.client_id))
            .for_each(|row| row.revoked = true);
        let gone: Vec<_> = rows
            .participants
            .extract_if(|(sid, client_id), (subject, _)| is_meant(sid, subject, client_id))
            .collect();
        for ((sid, client_id), (subject, _)) in gone {
            let id = i64::try_from(rows.notices.len()).map_err(Unavailable::because)?;
            rows.notices.push(NoticeRow {
                client_id,
                notice: Notice {
                    id,
                    sid,
                    subject,
                    ended_at: now,
                    attempts: 0,
                },
                due_at: Some(now),
                lease: None,
                settled: None,
            });
        }
        Ok(())
    }

    async fn clients_to_tell(&self, now: Timestamp) -> Result<Vec<String>, Unavailable> {
        let rows = held(&self.0);
        let due = rows.notices.iter().filter(|row| row.is_due(now));
        let clients: HashSet<_> = due.map(|row| row.client_id.clone()).collect();
        Ok(clients.into_iter().collect())
    }

    async fn take_notices(
        &self,
        client_id: &str,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Vec<Notice>, Unavailable> {
        let mut rows = held(&self.0);
        let due = rows
            .notices
            .iter_mut()
            .filter(|row| row.client_id == client_id && row.is_due(now));
        let most = usize::try_from(lease.most).map_err(Unavailable::because)?;
        let taken = due.take(most).map(|row| {
            row.due_at = Some(lease.until);
            row.lease = Some(lease.id);
            row.notice.attempts += 1;
            row.notice.clone()
        });
        Ok(taken.collect())
    }

    async fn settle_notices(
        &self,
        lease: Uuid,
        settled: &[(i64, Settled)],
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let settled: HashMap<_, _> = settled.iter().copied().collect();
        for row in &mut held(&self.0).notices {
            let Some(came) = settled.get(&row.notice.id).filter(|_| row.lease == Some(lease)) else {
                continue;
            };
            row.lease = None;
            (row.due_at, row.settled) = match came {
                Settled::Confirmed => (None, Some((ToldState::Confirmed, now))),
                Settled::GivenUp => (None, Some((ToldState::GivenUp, now))),
                Settled::NoAddress => (None, Some((ToldState::NoAddress, now))),
                Settled::Again(time) => (Some(*time), None),
            };
        }
        Ok(())
    }

    async fn told(&self, sid: &str) -> Result<Vec<Told>, Unavailable> {
        let rows = held(&self.0);
        let of_session = rows.notices.iter().filter(|row| row.notice.sid == sid);
        let last: BTreeMap<_, _> = of_session
            .map(|row| {
                let (state, at) = row.settled.unwrap_or((ToldState::Waiting, row.notice.ended_at));
                let client_id = row.client_id.clone();
                (client_id.clone(), Told { client_id, state, at })
            })
            .collect();
        Ok(last.into_values().collect())
    }

    async fn forget(&self, old: &Old) -> Result<(), Unavailable> {
        let mut rows = held(&self.0);
        let now = old.now;
        rows.pending.retain(|_, found| found.1 > now);
        rows.tokens.retain(|_, token| token.expires_at > now);
        rows.client_tokens.retain(|_, token| token.expires_at > now);
        rows.grants.retain(|_, row| row.grant.expires_at > now);
        rows.keys.retain(|key| key.active_until >= old.keys_before);
        rows.participants
            .retain(|_, (_, since)| *since >= old.sessions_before);
        rows.notices
            .retain(|row| row.settled.is_none_or(|(_, at)| at >= old.told_before));
        Ok(())
    }
}

impl NoticeRow {
    fn is_due(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }
}
