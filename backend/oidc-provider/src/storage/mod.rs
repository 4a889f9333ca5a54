//! What the provider remembers.

pub mod database;

use async_trait::async_trait;
use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use crate::{
    ends::{Ended, Told},
    grant::{ActiveToken, ClientToken, FoundRefreshToken, Grant, Issued, Redemption},
    host::Unavailable,
    keys::StoredKey,
    pending::Pending,
    scope::Scopes,
};

/// A client has to be told of the end of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: i64,
    /// The session.
    pub sid: String,
    /// The person, by the host's own name.
    pub subject: String,
    /// When the session ended.
    pub ended_at: Timestamp,
    /// How often the client has been told, this time among them.
    pub attempts: u32,
}

/// Notices are taken by one node at a time. When it is gone before it has settled them, they are due again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its id; notices are settled by whoever still has them.
    pub id: Uuid,
    /// How long it lasts.
    pub until: Timestamp,
    /// The most that are taken.
    pub most: u32,
}

/// What came of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Settled {
    /// The client has confirmed.
    Confirmed,
    /// It has not, for too long.
    GivenUp,
    /// It does not want to hear, or is gone.
    NoAddress,
    /// It has not, and is to be told again then.
    Again(Timestamp),
}

/// What is old enough to be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Old {
    /// What has expired by then: the present moment.
    pub now: Timestamp,
    /// Keys that have been gone since.
    pub keys_before: Timestamp,
    /// Participants of sessions that began, or were [renewed](database::renew), before.
    pub sessions_before: Timestamp,
    /// Notices that were settled before.
    pub told_before: Timestamp,
}

/// The provider's memory. Every method is one deed: it is done as a whole and lasts, or it is not done.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// Every signing key.
    async fn keys(&self) -> Result<Vec<StoredKey>, Unavailable>;

    /// Adds a key, unless there is one of the same algorithm and generation.
    async fn add_key(&self, key: &StoredKey) -> Result<(), Unavailable>;

    /// Keeps a waiting request.
    async fn save_pending(
        &self,
        id: &TokenHash,
        pending: &Pending,
        expires_at: Timestamp,
    ) -> Result<(), Unavailable>;

    /// Replaces a waiting request, if it still waits.
    async fn replace_pending(&self, id: &TokenHash, pending: &Pending) -> Result<(), Unavailable>;

    /// Looks at a waiting request.
    async fn pending(&self, id: &TokenHash, now: Timestamp) -> Result<Option<Pending>, Unavailable>;

    /// Takes a waiting request away. Of several that try at once, one gets it.
    async fn take_pending(&self, id: &TokenHash, now: Timestamp) -> Result<Option<Pending>, Unavailable>;

    /// Keeps a grant whose code is on its way to the client.
    async fn add_grant(&self, grant: &Grant) -> Result<(), Unavailable>;

    /// The grant of a code, redeemed or not.
    async fn grant_of_code(&self, code: &TokenHash) -> Result<Option<Grant>, Unavailable>;

    /// Redeems a grant's code for these tokens, and notes that the client takes part in the session. Of
    /// several that try at once, one succeeds.
    async fn redeem(&self, grant: &Grant, tokens: &Issued, now: Timestamp)
    -> Result<Redemption, Unavailable>;

    /// The refresh token, used or not, expired or not, if its grant is not revoked.
    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<FoundRefreshToken>, Unavailable>;

    /// Uses a refresh token for these tokens. Of several that try at once, one succeeds.
    async fn rotate(
        &self,
        used: &TokenHash,
        tokens: &Issued,
        now: Timestamp,
    ) -> Result<Redemption, Unavailable>;

    /// Revokes a grant: its code and its tokens, also one that is being issued this moment.
    async fn revoke_grant(&self, grant: Uuid, now: Timestamp) -> Result<(), Unavailable>;

    /// The access token, if it is alive.
    async fn access_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ActiveToken>, Unavailable>;

    /// Revokes one access token.
    async fn revoke_access_token(&self, hash: &TokenHash) -> Result<(), Unavailable>;

    /// Keeps a token of a client in its own name.
    async fn add_client_token(&self, token: &ClientToken) -> Result<(), Unavailable>;

    /// Revokes a token of a client in its own name.
    async fn revoke_client_token(&self, hash: &TokenHash) -> Result<(), Unavailable>;

    /// The token of a client in its own name, if it is alive.
    async fn client_token(
        &self,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<ClientToken>, Unavailable>;

    /// Notes that an assertion of a client has been used (RFC 7523, section 3), until it expires by itself. False when it
    /// was used before; of several that try at once, one is the first.
    async fn use_assertion(&self, id: &TokenHash, expires_at: Timestamp) -> Result<bool, Unavailable>;

    /// What the person has agreed to tell the client; none if they were never asked.
    async fn consent(&self, subject: &str, client_id: &str) -> Result<Option<Scopes>, Unavailable>;

    /// All that the person has agreed to tell, by client.
    async fn consents(&self, subject: &str) -> Result<Vec<(String, Scopes)>, Unavailable>;

    /// Notes what the person agrees to tell the client, in place of what was noted before.
    async fn save_consent(
        &self,
        subject: &str,
        client_id: &str,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Result<(), Unavailable>;

    /// Revokes the grants of what has ended, and notes for each client that took part that it has to be told, once.
    async fn end(&self, ended: Ended<'_>, now: Timestamp) -> Result<(), Unavailable>;

    /// The clients for whom notices are due.
    async fn clients_to_tell(&self, now: Timestamp) -> Result<Vec<String>, Unavailable>;

    /// Takes notices for this client that are due, the oldest first. Of several nodes, one gets each.
    async fn take_notices(
        &self,
        client_id: &str,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Vec<Notice>, Unavailable>;

    /// Notes what came of notices that are still under this lease.
    async fn settle_notices(
        &self,
        lease: Uuid,
        settled: &[(i64, Settled)],
        now: Timestamp,
    ) -> Result<(), Unavailable>;

    /// The clients that took part in a session that has ended, and how far each is told.
    async fn told(&self, sid: &str) -> Result<Vec<Told>, Unavailable>;

    /// Forgets what is old.
    async fn forget(&self, old: &Old) -> Result<(), Unavailable>;
}
