//! The provider itself: what it is made of, and what its host calls.

use std::{sync::Arc, time::Duration};

use foundation::{clock::SharedClock, id, random};
use shared::time::Timestamp;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    backchannel::Sender,
    client::{Client, ClientDirectory},
    endpoints::{authorize, end_session},
    ends::{Ended, Told},
    host::{Host, Unavailable},
    issuer::Issuer,
    keys::{Algorithm, KeyPolicy, Keys},
    pairwise::PairwiseKey,
    pending::{Decision, LogoutRequest, Pending, PendingAuthorization, PendingId},
    scope::Scopes,
    storage::{Old, Storage},
};

/// How long it is remembered which clients have been told of the end of a session.
const TOLD_IS_KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// How long what is given out is worth anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A code, from the browser to the client.
    pub code: Duration,
    /// An access token.
    pub access_token: Duration,
    /// An ID token.
    pub id_token: Duration,
    /// All refresh tokens of one sign-in, from the sign-in on; they die with its session before.
    pub refresh_token: Duration,
    /// A request that waits for a person.
    pub pending: Duration,
    /// A pushed request, until a browser brings it (RFC 9126, section 2.2).
    pub pushed: Duration,
    /// The longest that a session of the host can last.
    pub session: Duration,
}

impl Default for Lifetimes {
    /// A minute; ten minutes each; 30 days; half an hour; a minute; 30 days.
    fn default() -> Self {
        Self {
            code: Duration::from_secs(60),
            access_token: Duration::from_secs(10 * 60),
            id_token: Duration::from_secs(10 * 60),
            refresh_token: Duration::from_secs(30 * 24 * 60 * 60),
            pending: Duration::from_secs(30 * 60),
            pushed: Duration::from_secs(60),
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
    /// Whether clients that are registered for it are given refresh tokens (RFC 6749, section 6).
    pub refresh: bool,
    /// Whether clients may act in their own name (RFC 6749, section 4.4).
    pub client_credentials: bool,
    /// What pairwise subjects are made with; none: they are not offered.
    pub pairwise_key: Option<PairwiseKey>,
    /// Whether the host serves `/oidc/register` (OpenID Connect Dynamic Client Registration 1.0), so that discovery
    /// names it.
    pub registration: bool,
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
    /// Something is to be told.
    due: Notify,
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
            due: Notify::new(),
        }))
    }

    /// The waiting authorization request, for the pages that ask the person something.
    pub async fn authorization(&self, id: &PendingId) -> Result<Option<PendingAuthorization>, Unavailable> {
        match self.storage().pending(&id.hash(), self.now()).await? {
            Some(Pending::Authorization(pending)) => Ok(Some(pending)),
            Some(Pending::Logout(_) | Pending::Pushed(_)) | None => Ok(None),
        }
    }

    /// The client of this id, for its name on a page.
    pub async fn client(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        self.0.parts.clients.find(id).await
    }

    /// The client whose token this is, got in its own name, and what it may do with it: for the host's own interfaces
    /// (RFC 6749, section 4.4). None when there is no such token alive, or the client has lost what it may do.
    pub async fn client_of_token(&self, bearer: &str) -> Result<Option<(Client, Scopes)>, Unavailable> {
        let hash = random::hash(bearer);
        let Some(token) = self.storage().client_token(&hash, self.now()).await? else {
            return Ok(None);
        };
        let Some(client) = self.client(&token.client_id).await? else {
            return Ok(None);
        };
        let scopes = token.scopes.common(&client.own_scopes);
        Ok((!scopes.is_empty()).then_some((client, scopes)))
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
            Some(Pending::Authorization(_) | Pending::Pushed(_)) | None => Ok(None),
        }
    }

    /// Finishes a sign-out request after the person has confirmed it and the host has ended the session.
    /// Answers where the person returns to, if the client named a place.
    pub async fn finish_logout(&self, id: &PendingId) -> Result<Option<String>, Unavailable> {
        match self.storage().take_pending(&id.hash(), self.now()).await? {
            Some(Pending::Logout(request)) => Ok(end_session::address_to_return_to(&request)),
            Some(Pending::Authorization(_) | Pending::Pushed(_)) | None => Ok(None),
        }
    }

    /// A session of the host has ended: its grants are worth nothing from now on, and every client that took
    /// part in it will be told. To say it twice does no harm. A host that can say it in the transaction that ends
    /// the session does so with [`storage::database::end`](crate::storage::database::end), and wakes after it.
    pub async fn session_ended(&self, sid: &str) -> Result<(), Unavailable> {
        self.storage().end(Ended::Session(sid), self.now()).await?;
        self.wake();
        Ok(())
    }

    /// Something is to be told, since a transaction of the host's: whoever tells need not wait for the next round.
    pub fn wake(&self) {
        self.0.due.notify_one();
    }

    /// Waits for [`Self::wake`], which may have been called before.
    pub async fn woken(&self) {
        self.0.due.notified().await;
    }

    /// The clients that took part in a session that has ended, and how far each has been told. Of each that is
    /// remembered for a day.
    pub async fn told(&self, sid: &str) -> Result<Vec<Told>, Unavailable> {
        self.storage().told(sid).await
    }

    /// Makes the keys that are due and forgets what has expired. The host calls it when it starts and every
    /// now and then; nothing goes wrong in between when it does not.
    pub async fn maintain(&self) -> Result<(), Unavailable> {
        let now = self.now();
        self.keys().at(now).await?;
        let old = Old {
            now,
            keys_before: now.minus(self.settings().key_policy.keep_for),
            sessions_before: now.minus(self.settings().lifetimes.session),
            told_before: now.minus(TOLD_IS_KEPT_FOR),
        };
        self.storage().forget(&old).await
    }

    /// The client of this id, to be told of an end.
    pub(crate) async fn client_to_tell(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        self.0.parts.clients.to_tell(id).await
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
