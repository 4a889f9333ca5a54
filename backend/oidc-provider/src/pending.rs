//! Requests that wait for a person: to sign in, to consent, to confirm the sign-out.

use foundation::random::{self, Token, TokenHash};
use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use crate::{
    endpoints::authorize::{Prompts, ResponseMode},
    pkce::CodeChallenge,
    scope::Scopes,
};

/// The opaque id of a waiting request, which pages carry in their addresses. Only its hash is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingId(String);

impl PendingId {
    pub(crate) fn new() -> Self {
        Self(Token::generate().expose().to_owned())
    }

    /// Whatever a browser brought; it may stand for nothing.
    pub fn from_request(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// For the host's own addresses. Letters, digits, `-` and `_` in an id of ours; what a browser brought
    /// may hold anything, so it has to be escaped like all input.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> TokenHash {
        random::hash(&self.0)
    }
}

/// A valid authorization request (OpenID Connect Core 1.0, section 3.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client.
    pub client_id: String,
    /// One of its redirect URIs.
    pub redirect_uri: String,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// What is asked for, less what the client may not ask for.
    pub scopes: Scopes,
    /// Goes back to the client as it came.
    pub state: Option<String>,
    /// Goes into the ID token as it came.
    pub nonce: Option<String>,
    /// PKCE.
    pub code_challenge: CodeChallenge,
    /// What the client wants the person to be asked.
    pub prompts: Prompts,
    /// Greatest age of the proof of who the person is, in seconds.
    pub max_age: Option<u64>,
    /// The account name that the client expects.
    pub login_hint: Option<String>,
    /// The person that the client expects (`id_token_hint`), by the name that the client has for them.
    pub expected_subject: Option<String>,
    /// Where in the application the person wants to go, an extension of ours by the name that OpenID Connect Core 1.0,
    /// section 4, has for it: the host may remember it while it has something else to ask. It is not checked.
    pub target_link_uri: Option<String>,
    /// When the request came.
    pub requested_at: Timestamp,
}

/// What the person answered on the consent page or on the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// This person agrees.
    Approved {
        /// Who.
        subject: String,
    },
    /// Whoever it was does not want to go on.
    Denied,
}

/// An authorization request that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAuthorization {
    /// The request.
    pub request: AuthorizationRequest,
    /// What the person answered.
    pub decision: Option<Decision>,
}

/// A valid sign-out request (OpenID Connect RP-Initiated Logout 1.0, section 2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// The client that asks, if it is known.
    pub client_id: Option<String>,
    /// Where to return to, one of the client's addresses, with its `state`.
    pub return_to: Option<String>,
    /// The subject of a valid hint, as the client knows them.
    pub subject: Option<String>,
    /// The session of a valid hint, as the client knows it.
    pub sid: Option<String>,
}

/// Whatever waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pending {
    /// An authorization request.
    Authorization(PendingAuthorization),
    /// A sign-out request.
    Logout(LogoutRequest),
    /// An authorization request that the client has pushed, and that no browser has brought yet (RFC 9126).
    Pushed(AuthorizationRequest),
}
