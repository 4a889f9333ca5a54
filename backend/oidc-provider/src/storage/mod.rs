//! What the provider remembers.

pub mod database;

use async_trait::async_trait;
use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use crate::{
    grant::{AccessToken, ActiveToken, Grant, Redemption},
    host::Unavailable,
    keys::StoredKey,
    pending::Pending,
    scope::Scopes,
};

/// A client that took part in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The client.
    pub client_id: String,
    /// The person, as the client knows them.
    pub subject: String,
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

    /// Redeems a grant's code for this token, and notes that the client takes part in the session. Of
    /// several that try at once, one succeeds.
    async fn redeem(
        &self,
        grant: &Grant,
        token: &AccessToken,
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

    /// Revokes every grant of the session, and gives the clients that took part in it, once.
    async fn end_session(&self, sid: &str, now: Timestamp) -> Result<Vec<Participant>, Unavailable>;

    /// Forgets what has expired, and keys that have been gone since `keys_before`, and participants of
    /// sessions that began before `sessions_before`.
    async fn forget(
        &self,
        now: Timestamp,
        keys_before: Timestamp,
        sessions_before: Timestamp,
    ) -> Result<(), Unavailable>;
}
