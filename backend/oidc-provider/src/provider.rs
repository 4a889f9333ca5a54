//! The provider itself: what it is made of, and what its host calls.

use std::{sync::Arc, time::Duration};

use foundation::{clock::SharedClock, id};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::{
    backchannel::{self, Sender},
    client::{Client, ClientDirectory},
    endpoints::{authorize, end_session},
    host::{Host, Unavailable},
    issuer::Issuer,
    keys::{Algorithm, KeyPolicy, Keys},
    pending::{Decision, LogoutRequest, Pending, PendingAuthorization, PendingId},
    scope::Scopes,
    storage::Storage,
};

/// How long what is given out is worth anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A code, from the browser to the client.
    pub code: Duration,
    /// An access token.
    pub access_token: Duration,
    /// An ID token.
    pub id_token: Duration,
    /// A request that waits for a person.
    pub pending: Duration,
    /// The longest that a session of the host can last.
    pub session: Duration,
}

impl Default for Lifetimes {
    /// A minute; ten minutes each; half an hour; 30 days.
    fn default() -> Self {
        Self {
            code: Duration::from_secs(60),
            access_token: Duration::from_secs(10 * 60),
            id_token: Duration::from_secs(10 * 60),
            pending: Duration::from_secs(30 * 60),
            session: Duration::from_secs(30 * 24 * 60 * 60),
        }
    }
}

/// What the provider says of itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name.
    pub issuer: Issuer,
    /// What it signs with. Discovery wants RS256 among them; a key is made for each.
    pub algorithms: Vec<Algorithm>,
    /// The scopes that mean something to the host, `openid` among them.
    pub scopes: Scopes,
    /// The claims that the host can give.
    pub claims: Vec<&'static str>,
    /// Languages of the host's pages (BCP 47).
    pub ui_locales: Vec<&'static str>,
    /// How long what is given out lives.
    pub lifetimes: Lifetimes,
    /// How long keys live.
    pub key_policy: KeyPolicy,
}

/// What the provider stands on.
pub struct Parts {
    /// Its memory.
    pub storage: Arc<dyn Storage>,
    /// Its clients.
    pub clients: Arc<dyn ClientDirectory>,
    /// The program around it.
    pub host: Arc<dyn Host>,
    /// Brings logout tokens and events to clients.
    pub sender: Arc<dyn Sender>,
    /// Its time.
    pub clock: SharedClock,
}

struct Inner {
    settings: Settings,
    parts: Parts,
    keys: Keys,
}

/// An OpenID Connect provider. Clones are the same one.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Provider").field(&self.0.settings.issuer).finish()
    }
}

impl Provider {
    /// Puts one together. It does nothing yet; see [`Self::maintain`].
    pub fn new(settings: Settings, parts: Parts) -> Self {
        let keys = Keys::new(
            Arc::clone(&parts.storage),
            settings.key_policy,
            settings.algorithms.clone(),
        );
        Self(Arc::new(Inner {
            settings,
            parts,
            keys,
        }))
    }

    /// The waiting authorization request, for the pages that ask the person something.
    pub async fn authorization(&self, id: &PendingId) -> Result<Option<PendingAuthorization>, Unavailable> {
        match self.storage().pending(&id.hash(), self.now()).await? {
            Some(Pending::Authorization(pending)) => Ok(Some(pending)),
            Some(Pending::Logout(_)) | None => Ok(None),
        }
    }

    /// The client of this id, for its name on a page.
    pub async fn client(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        self.0.parts.clients.find(id).await
    }

    /// This person agrees to what the waiting request asks for. It is remembered for the next time.
    pub async fn approve(&self, id: &PendingId, subject: &str) -> Result<(), Unavailable> {
        let Some(mut pending) = self.authorization(id).await? else {
            return Ok(());
        };
        let request = &pending.request;
        let before = self
            .storage()
            .consent(subject, &request.client_id)
            .await?
            .unwrap_or_default();
        let scopes = before.with(&request.scopes);
        self.storage()
            .save_consent(subject, &request.client_id, &scopes, self.now())
            .await?;
        pending.decision = Some(Decision::Approved {
            subject: subject.to_owned(),
        });
        self.storage()
            .replace_pending(&id.hash(), &Pending::Authorization(pending))
            .await
    }

    /// The person does not want to go on: the client will hear `access_denied`.
    pub async fn deny(&self, id: &PendingId) -> Result<(), Unavailable> {
        let Some(mut pending) = self.authorization(id).await? else {
            return Ok(());
        };
        pending.decision = Some(Decision::Denied);
        self.storage()
            .replace_pending(&id.hash(), &Pending::Authorization(pending))
            .await
    }

    /// Where the browser goes on with a waiting authorization request, after whatever the person did. It
    /// asks the host again, so it may be visited at any time.
    pub fn resume_path(&self, id: &PendingId) -> String {
        authorize::resume_path(id)
    }

    /// The waiting sign-out request, for the page that asks whether to.
    pub async fn logout(&self, id: &PendingId) -> Result<Option<LogoutRequest>, Unavailable> {
        match self.storage().pending(&id.hash(), self.now()).await? {
            Some(Pending::Logout(request)) => Ok(Some(request)),
            Some(Pending::Authorization(_)) | None => Ok(None),
        }
    }

    /// Finishes a sign-out request after the person has confirmed it and the host has ended the session.
    /// Answers where the person returns to, if the client named a place.
    pub async fn finish_logout(&self, id: &PendingId) -> Result<Option<String>, Unavailable> {
        match self.storage().take_pending(&id.hash(), self.now()).await? {
            Some(Pending::Logout(request)) => Ok(end_session::address_to_return_to(&request)),
            Some(Pending::Authorization(_)) | None => Ok(None),
        }
    }

    /// A session of the host has ended: its grants are worth nothing from now on, and every client that took
    /// part in it is told, in the background. To say it twice does no harm.
    pub async fn session_ended(&self, sid: &str) -> Result<(), Unavailable> {
        for participant in self.storage().end_session(sid, self.now()).await? {
            backchannel::tell(self, participant, sid.to_owned());
        }
        Ok(())
    }

    /// Makes the keys that are due and forgets what has expired. The host calls it when it starts and every
    /// now and then; nothing goes wrong in between when it does not.
    pub async fn maintain(&self) -> Result<(), Unavailable> {
        let now = self.now();
        self.keys().at(now).await?;
        let keys_before = now.minus(self.settings().key_policy.keep_for);
        let sessions_before = now.minus(self.settings().lifetimes.session);
        self.storage().forget(now, keys_before, sessions_before).await
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        &self.0.settings.issuer
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        &*self.0.parts.storage
    }

    pub(crate) fn host(&self) -> &dyn Host {
        &*self.0.parts.host
    }

    pub(crate) fn sender(&self) -> &dyn Sender {
        &*self.0.parts.sender
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    pub(crate) fn new_id(&self) -> Uuid {
        id::new(&*self.0.parts.clock)
    }
}
