//! The program around the provider: it knows the people and has the pages.

use std::error::Error;

use async_trait::async_trait;
use axum::response::Response;
use http::{HeaderMap, request::Parts};
use shared::time::Timestamp;

use crate::{client::Client, pending::PendingId, scope::Scopes};

/// Claims about a person (OpenID Connect Core 1.0, section 5.1).
pub type Claims = serde_json::Map<String, serde_json::Value>;

/// A person signed in at a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginSession {
    /// The person, for every client the same, and never given to another.
    pub subject: String,
    /// The session's public id, the `sid` of tokens for clients with public subjects. It is not the cookie's secret.
    pub sid: String,
    /// When the person last proved who they are.
    pub auth_time: Timestamp,
    /// How (RFC 8176): `pwd`, `otp`…
    pub amr: Vec<String>,
    /// At which level, if the host has levels.
    pub acr: Option<String>,
}

/// Whom a client's tokens speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder<'a> {
    /// The person, by the host's own name, never by a pairwise one.
    pub subject: &'a str,
    /// The session that the tokens come from; none when a person is spoken of outside any session, in an event.
    pub sid: Option<&'a str>,
}

/// Storage or host cannot answer now.
#[derive(Debug, thiserror::Error)]
#[error("not available: {0}")]
pub struct Unavailable(#[source] Box<dyn Error + Send + Sync>);

impl Unavailable {
    /// Because of this.
    pub fn because(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

/// A form that a page of the host sends on by itself (OAuth 2.0 Form Post Response Mode).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPost {
    /// The client's redirect URI, one that is registered.
    pub action: String,
    /// Hidden fields.
    pub fields: Vec<(&'static str, String)>,
}

/// Why the person stands before an error page instead of being sent back to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageFault {
    /// No client is registered under the request's `client_id`, or there is none.
    #[error("the client is not registered")]
    UnknownClient,
    /// The redirect URI is not registered for the client, letter by letter, or there is none.
    #[error("the redirect URI is not registered for this client")]
    UnregisteredRedirectUri,
    /// The address to return to after sign-out is not registered for the client.
    #[error("the address to return to is not registered for this client")]
    UnregisteredLogoutUri,
    /// A parameter came twice or is malformed.
    #[error("a parameter came twice or is malformed")]
    MalformedRequest,
    /// The request was finished already, or it is too old.
    #[error("the request is finished or too old")]
    Expired,
    /// The person may not use the client.
    #[error("the person is not admitted to this client")]
    NotAdmitted,
    /// Storage or host cannot answer now; a status of 503 fits.
    #[error("not available now")]
    Unavailable,
}

/// What the provider needs of the program around it. Pages are answers of its own, or redirects to them.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// Who is signed in at the browser that sent these headers. Asking does not prolong the session.
    async fn session(&self, headers: &HeaderMap) -> Result<Option<LoginSession>, Unavailable>;

    /// What these scopes tell the client of the person; `sub` is added. None when the person is gone or barred, the
    /// session is over, or the person is no longer admitted to this client: then its tokens are worth nothing. It is
    /// asked at every use of them: code exchange, refresh, userinfo, introspection.
    async fn claims(
        &self,
        client: &Client,
        holder: &Holder<'_>,
        scopes: &Scopes,
    ) -> Result<Option<Claims>, Unavailable>;

    /// Whether the person may go to this client at all. Everybody may, if the host has no such rules.
    async fn admits(&self, client: &Client, session: &LoginSession) -> Result<bool, Unavailable> {
        let _ = (client, session);
        Ok(true)
    }

    /// A code for this person is about to go to the client: they are let in. If it cannot be noted, they are not.
    async fn entered(&self, client: &Client, session: &LoginSession) -> Result<(), Unavailable> {
        let _ = (client, session);
        Ok(())
    }

    /// The client has used a refresh token: the person is at work there, and the host may prolong the session. False
    /// when it is over; then the client gets nothing. Hosts whose sessions do not depend on it have nothing to do.
    async fn active(&self, client: &Client, holder: &Holder<'_>) -> Result<bool, Unavailable> {
        let _ = (client, holder);
        Ok(true)
    }

    /// Ends the session at the browser that sent this request because the client asked for it, and answers with the headers
    /// that take the cookie away. The clients are told by the provider.
    async fn end_session(&self, request: &Parts, sid: &str) -> Result<HeaderMap, Unavailable>;

    /// Leads to the sign-in page, which shows its form even to somebody who is signed in: the request wants
    /// a fresh proof, or another person.
    fn sign_in(&self, id: &PendingId) -> Response;

    /// Leads to the consent page.
    fn consent(&self, id: &PendingId) -> Response;

    /// Leads to the page that says that one is not admitted to the client. The request goes on waiting under this
    /// id: it can be resumed when that has changed, or denied. Hosts that admit everybody need no such page.
    fn not_admitted(&self, id: &PendingId) -> Response {
        let _ = id;
        self.fault(PageFault::NotAdmitted)
    }

    /// Leads to the page that asks whether to sign out.
    fn confirm_sign_out(&self, id: &PendingId) -> Response;

    /// Leads to the page that says one is signed out, for lack of an address to return to.
    fn signed_out(&self) -> Response;

    /// The page with a form that sends itself, and a button for browsers without scripts.
    fn form_post(&self, form: &FormPost) -> Response;

    /// The error page.
    fn fault(&self, fault: PageFault) -> Response;
}
