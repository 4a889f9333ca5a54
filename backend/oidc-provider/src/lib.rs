//! An OpenID Connect provider (OpenID Connect Core 1.0, authorization code flow) as a library.
//!
//! It speaks the protocol and keeps the rules: codes, tokens, keys, consent, sign-out. Everything a person
//! sees, and who that person is, belongs to the program around it, its [`Host`]:
//!
//! 1. The client sends the browser to `/oidc/authorize`. The request is checked; when somebody has to sign in
//!    or to consent, it is kept here under an opaque id and the browser goes to the host's page.
//! 2. The host's page does its work ([`Provider::authorization`] tells for whom and what for,
//!    [`Provider::approve`] and [`Provider::deny`] record the choice) and leads to
//!    [`Provider::resume_path`].
//! 3. There the rules are asked again, and the browser goes back to the client with a code or an error.
//!
//! What is stored goes through [`storage::Storage`]; [`storage::database`] does it with SeaORM.

mod backchannel;
mod claims_change;
mod client;
mod client_keys;
mod endpoints;
mod ends;
mod grant;
mod host;
mod issuer;
mod keys;
mod logout;
mod pairwise;
mod parameters;
mod pending;
mod pkce;
mod provider;
mod router;
mod scope;
pub mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tokens;

pub use backchannel::{HttpSender, SendFailed, Sender};
pub use claims_change::NotTold;
pub use client::{
    Client, ClientAuthentication, ClientDirectory, ClientFault, Consent, FixedClients, RegisteredUri,
    SubjectType,
};
pub use client_keys::ClientKeys;
pub use endpoints::{
    authorize::{AuthorizeError, Prompts, ResponseMode},
    token::TokenError,
};
pub use ends::{Ended, Told, ToldState};
pub use grant::{AccessToken, ActiveToken, ClientToken, Grant, Redemption};
pub use host::{Claims, FormPost, Holder, Host, LoginSession, PageFault, Unavailable};
pub use issuer::{Issuer, NotAnIssuer};
pub use keys::{Algorithm, KeyPolicy, KeyState, StoredKey};
pub use pairwise::{PairwiseKey, ShortPairwiseKey};
pub use pending::{AuthorizationRequest, Decision, LogoutRequest, Pending, PendingAuthorization, PendingId};
pub use pkce::CodeChallenge;
pub use provider::{Lifetimes, Parts, Provider, Settings};
pub use router::router;
pub use scope::Scopes;
