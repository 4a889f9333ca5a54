//! A client acts in its own name (RFC 6749, section 4.4).

use foundation::random::Token;

use super::{TokenAnswer, TokenError};
use crate::{client::Client, grant::ClientToken, parameters::Parameters, provider::Provider, scope::Scopes};

/// Gives an access token, and nothing that speaks of a person (section 4.4.3).
pub(super) async fn grant(
    provider: &Provider,
    client: &Client,
    form: &Parameters,
) -> Result<TokenAnswer, TokenError> {
    if client.own_scopes.is_empty() {
        return Err(TokenError::UnauthorizedClient);
    }
    let scopes = match form.sound("scope").map(Scopes::of) {
        None => client.own_scopes.clone(),
        Some(asked) if !asked.is_empty() && asked.are_within(&client.own_scopes) => asked,
        Some(_) => return Err(TokenError::InvalidScope),
    };
    let token = Token::generate();
    let life = provider.settings().lifetimes.access_token;
    let stored = ClientToken {
        hash: token.hash(),
        client_id: client.id.clone(),
        scopes,
        expires_at: provider.now().plus(life),
    };
    provider.storage().add_client_token(&stored).await?;
    Ok(TokenAnswer {
        access_token: token.expose().to_owned(),
        token_type: "Bearer",
        expires_in: life.as_secs(),
        refresh_token: None,
        id_token: None,
        scope: stored.scopes.to_string(),
    })
}
