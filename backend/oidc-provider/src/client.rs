//! Relying parties, as they are registered.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use foundation::{
    http_client::is_secure,
    random::{self, TokenHash},
};
use subtle::{Choice, ConstantTimeEq};
use url::Url;

use crate::{client_keys::ClientKeys, host::Unavailable, keys::Algorithm, scope::Scopes};

/// An address of a client. A request's address must be the same, letter by letter (RFC 9700, section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredUri(String);

/// What a client cannot be registered with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientFault {
    /// Not an absolute address, or with a fragment or credentials in it.
    #[error("{0} is not an absolute address without fragment and credentials")]
    NotAnAddress(String),
    /// Plain http to another machine.
    #[error("{0} is neither https nor on this machine")]
    Insecure(String),
    /// No JWK set, an empty one, or one with a key that cannot be used, or should not be shown.
    #[error("the keys are not a JWK set of public keys for ES256, RS256 or PS256: {0}")]
    NotPublicKeys(&'static str),
}

impl RegisteredUri {
    /// Checks an address that shall be registered.
    pub fn parse(text: &str) -> Result<Self, ClientFault> {
        let not_an_address = || ClientFault::NotAnAddress(text.to_owned());
        let url = Url::parse(text).map_err(|_| not_an_address())?;
        if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(not_an_address());
        }
        if !is_secure(&url) {
            return Err(ClientFault::Insecure(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl fmt::Display for RegisteredUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a person is asked before a client learns of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// At the first use, and again when the client asks for more.
    Ask,
    /// Not at all: the client belongs to the same house.
    Implied,
}

/// How a client proves who it is at the endpoints that browsers do not visit (OpenID Connect Core 1.0, section 9).
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// `client_secret_basic` and `client_secret_post`: hashes of its secrets; two while one replaces the other.
    /// Without any, it cannot authenticate.
    Secret(Vec<TokenHash>),
    /// `private_key_jwt`: an assertion that one of these keys has signed (RFC 7523).
    PrivateKeyJwt(ClientKeys),
}

/// Which name of a person a client gets (OpenID Connect Core 1.0, section 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectType {
    /// The host's own, the same for every such client.
    Public,
    /// One that only clients of the same sector have in common (section 8.1).
    Pairwise {
        /// The sector's name: the host of the redirect URIs, or of the sector identifier's address.
        sector: String,
    },
}

/// A relying party.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// What people know it by.
    pub name: String,
    /// How it proves who it is.
    pub authentication: ClientAuthentication,
    /// Which name of a person it gets.
    pub subject: SubjectType,
    /// Where codes may be sent.
    pub redirect_uris: Vec<RegisteredUri>,
    /// Where people may return to after sign-out.
    pub post_logout_redirect_uris: Vec<RegisteredUri>,
    /// Where it hears that a session has ended.
    pub backchannel_logout_uri: Option<RegisteredUri>,
    /// Where it hears that what it may know of a person has changed.
    pub events_uri: Option<RegisteredUri>,
    /// What its ID and logout tokens are signed with.
    pub algorithm: Algorithm,
    /// The most it may ask for.
    pub scopes: Scopes,
    /// Whether people are asked.
    pub consent: Consent,
    /// Whether it is given refresh tokens. They live as long as the session, and no longer than
    /// [`Lifetimes::refresh_token`](crate::Lifetimes::refresh_token).
    pub refresh: bool,
    /// What it may do in its own name (RFC 6749, section 4.4); none: nothing.
    pub own_scopes: Scopes,
    /// Whether it takes the way of pushed authorization requests alone (RFC 9126, section 6).
    pub pushed_only: bool,
}

impl Client {
    /// Whether codes may be sent there.
    pub fn has_redirect_uri(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered.is(uri))
    }

    /// Whether people may return there after sign-out.
    pub fn has_post_logout_redirect_uri(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris
            .iter()
            .any(|registered| registered.is(uri))
    }

    /// Whether this is one of its secrets. The time does not tell which, nor how much of it was right.
    pub fn has_secret(&self, secret: &str) -> bool {
        let ClientAuthentication::Secret(secrets) = &self.authentication else {
            return false;
        };
        let given = random::hash(secret);
        let found = secrets
            .iter()
            .fold(Choice::from(0), |found, hash| found | hash.ct_eq(&given));
        found.into()
    }
}

/// Finds relying parties.
#[async_trait]
pub trait ClientDirectory: Send + Sync + 'static {
    /// The client of this id.
    async fn find(&self, id: &str) -> Result<Option<Client>, Unavailable>;

    /// The same for one that is to be told of an end: also when nobody may come in by it any more.
    async fn to_tell(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        self.find(id).await
    }
}

/// Relying parties that are known when the program starts.
#[derive(Clone, Debug, Default)]
pub struct FixedClients(HashMap<String, Client>);

impl FromIterator<Client> for FixedClients {
    fn from_iter<I: IntoIterator<Item = Client>>(clients: I) -> Self {
        Self(
            clients
                .into_iter()
                .map(|client| (client.id.clone(), client))
                .collect(),
        )
    }
}

#[async_trait]
impl ClientDirectory for FixedClients {
    async fn find(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        Ok(self.0.get(id).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn only_safe_addresses_are_registered() {
        for text in [
            "https://a.example/cb",
            "https://a.example/cb?x=y",
            "http://localhost:1/cb",
            "http://127.0.0.1/cb",
        ] {
            assert_eq!(RegisteredUri::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "/cb",
            "https://a.example/cb#x",
            "https://u:p@a.example/cb",
            "http://a.example/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "app:/cb",
            "",
        ] {
            assert!(RegisteredUri::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_must_be_the_same_letter_by_letter() {
        let client = testing::client();
        let registered = testing::REDIRECT_URI;
        assert!(client.has_redirect_uri(registered));
        for variant in testing::uri_variants(registered) {
            assert!(!client.has_redirect_uri(&variant), "{variant}");
        }
    }

    #[test]
    fn each_of_its_secrets_is_right_and_nothing_else() {
        let mut client = testing::client();
        client.authentication = ClientAuthentication::Secret(vec![random::hash("old"), random::hash("new")]);
        assert!(client.has_secret("old") && client.has_secret("new"));
        assert!(!client.has_secret("") && !client.has_secret("newer"));
        client.authentication = ClientAuthentication::Secret(Vec::new());
        assert!(!client.has_secret(""));
    }
}
