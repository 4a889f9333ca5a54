//! A token that a client shows, whatever its kind.

use foundation::random::{self, TokenHash};

use crate::{
    grant::{ActiveToken, ClientToken, FoundRefreshToken},
    host::Unavailable,
    provider::Provider,
};

/// A token of ours that is alive.
#[derive(Debug)]
pub(crate) enum LiveToken {
    /// An access token that speaks of a person.
    Access(ActiveToken),
    /// A refresh token that has not been used.
    Refresh(FoundRefreshToken),
    /// An access token of a client in its own name.
    Client(ClientToken),
}

impl LiveToken {
    /// The client it was issued to.
    pub(crate) fn client_id(&self) -> &str {
        match self {
            Self::Access(token) => &token.client_id,
            Self::Refresh(token) => &token.grant.client_id,
            Self::Client(token) => &token.client_id,
        }
    }
}

impl Provider {
    /// The live token with this text, and what is stored of it. The client's hint of its kind would save a look-up, and is
    /// not needed.
    pub(crate) async fn live_token(&self, text: &str) -> Result<Option<(LiveToken, TokenHash)>, Unavailable> {
        let hash = random::hash(text);
        let now = self.now();
        let storage = self.storage();
        let found = if let Some(token) = storage.access_token(&hash, now).await? {
            Some(LiveToken::Access(token))
        } else if let Some(token) = storage.refresh_token(&hash).await? {
            let alive = !token.used && token.expires_at > now;
            alive.then_some(LiveToken::Refresh(token))
        } else {
            storage.client_token(&hash, now).await?.map(LiveToken::Client)
        };
        Ok(found.map(|token| (token, hash)))
    }
}
