//! What a person has granted to a client at one sign-in, and the tokens that stand for it.

use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use crate::{host::Holder, pkce::CodeChallenge, scope::Scopes};

/// One sign-in at one client. The code stands for it until it is redeemed, the access token afterwards; when
/// it is revoked, both are worth nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: Uuid,
    /// What is stored of the code.
    pub code: TokenHash,
    /// Until when the code can be redeemed.
    pub code_expires_at: Timestamp,
    /// The client it was issued to.
    pub client_id: String,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// What the client must prove to redeem it.
    pub code_challenge: CodeChallenge,
    /// What was granted.
    pub scopes: Scopes,
    /// The client's own, for the ID token.
    pub nonce: Option<String>,
    /// The person, by the host's own name.
    pub subject: String,
    /// The session at the provider.
    pub sid: String,
    /// When the person proved who they are.
    pub auth_time: Timestamp,
    /// How.
    pub amr: Vec<String>,
    /// At which level.
    pub acr: Option<String>,
    /// After this nothing that it stands for is alive, and it can be forgotten.
    pub expires_at: Timestamp,
}

impl Grant {
    /// Whom it speaks of.
    pub fn holder(&self) -> Holder<'_> {
        Holder {
            subject: &self.subject,
            sid: Some(&self.sid),
        }
    }
}

/// An access token to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// What is stored of it.
    pub hash: TokenHash,
    /// What it stands for.
    pub grant: Uuid,
    /// What it lets the client know, when that is less than the grant's.
    pub narrowed: Option<Scopes>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// An access token that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveToken {
    /// The client it was issued to.
    pub client_id: String,
    /// The person it speaks of, by the host's own name.
    pub subject: String,
    /// The session it comes from.
    pub sid: String,
    /// What it lets the client know.
    pub scopes: Scopes,
    /// Until when it is alive.
    pub expires_at: Timestamp,
}

impl ActiveToken {
    /// Whom it speaks of.
    pub fn holder(&self) -> Holder<'_> {
        Holder {
            subject: &self.subject,
            sid: Some(&self.sid),
        }
    }
}

/// An access token of a client in its own name (RFC 6749, section 4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientToken {
    /// What is stored of it.
    pub hash: TokenHash,
    /// The client.
    pub client_id: String,
    /// What it lets the client do.
    pub scopes: Scopes,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What came of redeeming a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The token is stored; nobody else can redeem the code.
    Done,
    /// The code was redeemed before, or its grant is revoked. Nothing was stored.
    Spent,
}
