//! The tokens of a grant are made.

use foundation::random::Token;
use shared::time::Timestamp;

use super::TokenAnswer;
use crate::{
    client::Client,
    grant::{AccessToken, Grant, Issued, RefreshToken},
    host::Unavailable,
    provider::Provider,
    scope::Scopes,
    tokens::IdToken,
};

/// Tokens that are given out together, once they are stored.
pub(super) struct Tokens {
    /// What is stored of them.
    pub(super) stored: Issued,
    /// What the client gets.
    pub(super) answer: TokenAnswer,
}

/// Those that a code is redeemed for.
pub(super) async fn first(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    scopes: &Scopes,
) -> Result<Tokens, Unavailable> {
    let refresh_until = provider.now().plus(provider.settings().lifetimes.refresh_token);
    let refreshes = provider.settings().refresh && client.refresh;
    let refresh_until = refreshes.then(|| refresh_until.min(grant.expires_at));
    make(
        provider,
        client,
        grant,
        scopes,
        refresh_until,
        grant.nonce.as_deref(),
    )
    .await
}

/// Those that a refresh token is used for. The ID token says the same of the sign-in as the first one, but for the
/// `nonce`, which answered another request (OpenID Connect Core 1.0, section 12.2).
pub(super) async fn again(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    scopes: &Scopes,
    refresh_until: Timestamp,
) -> Result<Tokens, Unavailable> {
    make(provider, client, grant, scopes, Some(refresh_until), None).await
}

async fn make(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    scopes: &Scopes,
    refresh_until: Option<Timestamp>,
    nonce: Option<&str>,
) -> Result<Tokens, Unavailable> {
    let now = provider.now();
    let lifetimes = provider.settings().lifetimes;
    let access = Token::generate();
    let refresh = refresh_until.map(|until| (Token::generate(), until));
    let id_token = if scopes.has("openid") {
        let subject = provider.subject_for(client, &grant.subject)?;
        let sid = provider.sid_for(client, &grant.sid)?;
        let expires_at = now.plus(lifetimes.id_token);
        let claims = IdToken::new(
            provider.issuer(),
            grant,
            (&subject, &sid),
            access.expose(),
            now,
            expires_at,
        )
        .answering(nonce);
        let keys = provider.keys().at(now).await?;
        let key = keys
            .active(client.algorithm, now)
            .ok_or_else(|| Unavailable::because(format!("no key signs {}", client.algorithm.name())))?;
        Some(key.sign("JWT", &claims).map_err(Unavailable::because)?)
    } else {
        None
    };
    Ok(Tokens {
        stored: Issued {
            access: AccessToken {
                hash: access.hash(),
                grant: grant.id,
                narrowed: (*scopes != grant.scopes).then(|| scopes.clone()),
                expires_at: now.plus(lifetimes.access_token),
            },
            refresh: refresh.as_ref().map(|(token, expires_at)| RefreshToken {
                hash: token.hash(),
                grant: grant.id,
                expires_at: *expires_at,
            }),
        },
        answer: TokenAnswer {
            access_token: access.expose().to_owned(),
            token_type: "Bearer",
            expires_in: lifetimes.access_token.as_secs(),
            refresh_token: refresh.map(|(token, _)| token.expose().to_owned()),
            id_token,
            scope: scopes.to_string(),
        },
    })
}
