//! A code becomes tokens (RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 3.1.3).

use foundation::random;

use super::{TokenAnswer, TokenError, issue};
use crate::{
    client::Client,
    grant::{Grant, Redemption},
    parameters::Parameters,
    provider::Provider,
};

/// Redeems the code.
pub(super) async fn exchange(
    provider: &Provider,
    client: &Client,
    form: &Parameters,
) -> Result<TokenAnswer, TokenError> {
    let code = form.sound("code").ok_or(TokenError::MissingCode)?;
    let (redirect_uri, verifier) = (form.sound("redirect_uri"), form.sound("code_verifier"));
    let grant = redeemable(provider, client, code, redirect_uri, verifier).await?;
    // The host may have changed its mind since the person was sent back with the code, and the client may have less left.
    let scopes = grant.scopes.common(&client.scopes);
    provider
        .host()
        .claims(client, &grant.holder(), &scopes)
        .await?
        .ok_or(TokenError::InvalidGrant)?;
    // Signed before it is redeemed: a failing key must not cost the code.
    let tokens = issue::first(provider, client, &grant, &scopes).await?;

    // An expired code is still told from a replayed one: a replay revokes what the code was redeemed for.
    let now = provider.now();
    let alive = now < grant.code_expires_at;
    let redemption = if alive {
        provider.storage().redeem(&grant, &tokens.stored, now).await?
    } else {
        Redemption::Spent
    };
    match redemption {
        Redemption::Done => Ok(tokens.answer),
        Redemption::Spent => {
            // RFC 6749, section 4.1.2; RFC 9700, section 4.5.
            tracing::warn!(client = client.id, grant = %grant.id, alive, "a code came again or late; revoked");
            provider.storage().revoke_grant(grant.id, now).await?;
            Err(TokenError::InvalidGrant)
        }
    }
}

/// The grant of the code, if this request may redeem it (RFC 6749, section 4.1.3; RFC 7636, section 4.6).
async fn redeemable(
    provider: &Provider,
    client: &Client,
    code: &str,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Result<Grant, TokenError> {
    let grant = provider
        .storage()
        .grant_of_code(&random::hash(code))
        .await?
        .filter(|grant| grant.client_id == client.id)
        .ok_or(TokenError::InvalidGrant)?;
    let bound = redirect_uri == Some(grant.redirect_uri.as_str())
        && verifier.is_some_and(|verifier| grant.code_challenge.is_met_by(verifier));
    if !bound {
        // The client itself brings a code without its secret: the code was caught somewhere, and put into a
        // sign-in that did not ask for it. Nobody shall redeem it.
        tracing::warn!(client = client.id, grant = %grant.id, "a code came with the wrong proof; revoked");
        provider.storage().revoke_grant(grant.id, provider.now()).await?;
        return Err(TokenError::InvalidGrant);
    }
    Ok(grant)
}
