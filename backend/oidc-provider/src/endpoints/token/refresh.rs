//! A refresh token becomes new tokens, itself among them (RFC 6749, section 6; RFC 9700, section 4.14).

use foundation::random;

use super::{TokenAnswer, TokenError, issue};
use crate::{
    client::Client,
    grant::{Grant, Redemption},
    parameters::Parameters,
    provider::Provider,
    scope::Scopes,
};

/// Uses the refresh token up. One that comes a second time was stolen, before or after its rightful use: nobody can tell
/// which, so the whole family is worth nothing from then on.
pub(super) async fn refresh(
    provider: &Provider,
    client: &Client,
    form: &Parameters,
) -> Result<TokenAnswer, TokenError> {
    if !client.refresh {
        return Err(TokenError::UnauthorizedClient);
    }
    let token = form
        .sound("refresh_token")
        .ok_or(TokenError::MissingRefreshToken)?;
    let hash = random::hash(token);
    let found = provider
        .storage()
        .refresh_token(&hash)
        .await?
        .filter(|found| found.grant.client_id == client.id)
        .ok_or(TokenError::InvalidGrant)?;
    let grant = &found.grant;
    if found.used {
        return Err(reused(provider, client, grant).await);
    }
    if found.expires_at <= provider.now() {
        return Err(TokenError::InvalidGrant);
    }
    let granted = grant.scopes.common(&client.scopes);
    let scopes = match form.sound("scope").map(Scopes::of) {
        None => granted,
        Some(narrower) if narrower.are_within(&granted) => narrower,
        Some(_) => return Err(TokenError::InvalidScope),
    };
    let (host, holder) = (provider.host(), grant.holder());
    let admitted = host.claims(client, &holder, &scopes).await?.is_some();
    if !admitted || !host.active(client, &holder).await? {
        return Err(TokenError::InvalidGrant);
    }
    let tokens = issue::again(provider, client, grant, &scopes, found.expires_at).await?;
    let storage = provider.storage();
    match storage.rotate(&hash, &tokens.stored, provider.now()).await? {
        Redemption::Done => Ok(tokens.answer),
        Redemption::Spent => Err(reused(provider, client, grant).await),
    }
}

async fn reused(provider: &Provider, client: &Client, grant: &Grant) -> TokenError {
    tracing::warn!(client = client.id, grant = %grant.id, "a refresh token came again; its family is revoked");
    match provider.storage().revoke_grant(grant.id, provider.now()).await {
        Ok(()) => TokenError::InvalidGrant,
        Err(error) => error.into(),
    }
}
