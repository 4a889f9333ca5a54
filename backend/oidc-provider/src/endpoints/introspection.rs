//! A client asks what a token is worth (RFC 7662).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde_json::{Value, json};

use super::{Body, client_authentication::authenticate, form, token::TokenError};
use crate::{
    client::Client,
    host::{Holder, Unavailable},
    live_token::LiveToken,
    provider::Provider,
    scope::Scopes,
};

/// `POST /oidc/introspect`. A client learns of its own tokens alone; every other text is a token that is not alive, and
/// nothing tells which (section 2.2).
pub(crate) async fn post(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, TokenError> {
    let form = form(&headers, body).map_err(|_| TokenError::MalformedRequest)?;
    form.all_sound().map_err(|_| TokenError::MalformedRequest)?;
    let client = authenticate(&provider, &headers, &form).await?;
    let text = form.sound("token").ok_or(TokenError::MissingToken)?;
    let own = provider
        .live_token(text)
        .await?
        .filter(|(token, _)| token.client_id() == client.id);
    let told = match own {
        None => None,
        Some((token, _)) => describe(&provider, &client, &token).await?,
    };
    Ok(Json(told.unwrap_or_else(|| json!({ "active": false }))).into_response())
}

/// What is told of it; none when the host says that it is worth nothing.
async fn describe(
    provider: &Provider,
    client: &Client,
    token: &LiveToken,
) -> Result<Option<Value>, Unavailable> {
    let issuer = provider.issuer().as_str();
    Ok(match token {
        LiveToken::Access(token) => {
            let scopes = token.scopes.common(&client.scopes);
            let known_as = names(provider, client, &token.holder(), &scopes).await?;
            known_as.map(|(sub, sid)| {
                json!({
                    "active": true, "token_type": "Bearer", "iss": issuer, "client_id": client.id, "sub": sub,
                    "sid": sid, "scope": scopes, "exp": token.expires_at.as_seconds(),
                })
            })
        }
        LiveToken::Refresh(token) => {
            let grant = &token.grant;
            let scopes = grant.scopes.common(&client.scopes);
            let known_as = names(provider, client, &grant.holder(), &scopes).await?;
            known_as.map(|(sub, sid)| {
                json!({
                    "active": true, "iss": issuer, "client_id": client.id, "sub": sub, "sid": sid,
                    "scope": scopes, "exp": token.expires_at.as_seconds(),
                })
            })
        }
        LiveToken::Client(token) => {
            let scopes = token.scopes.common(&client.own_scopes);
            (!scopes.is_empty()).then(|| {
                json!({
                    "active": true, "token_type": "Bearer", "iss": issuer, "client_id": client.id,
                    "scope": scopes, "exp": token.expires_at.as_seconds(),
                })
            })
        }
    })
}

/// The client's names of the person and of the session, unless the person is gone, the session over, or the client closed
/// to them.
async fn names(
    provider: &Provider,
    client: &Client,
    holder: &Holder<'_>,
    scopes: &Scopes,
) -> Result<Option<(String, Option<String>)>, Unavailable> {
    if provider.host().claims(client, holder, scopes).await?.is_none() {
        return Ok(None);
    }
    let subject = provider.subject_for(client, holder.subject)?;
    let sid = holder.sid.map(|sid| provider.sid_for(client, sid)).transpose()?;
    Ok(Some((subject, sid)))
}

#[cfg(test)]
#[path = "introspection_tests.rs"]
mod tests;
