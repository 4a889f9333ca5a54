//! The token endpoint (RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 3.1.3).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use foundation::random::{self, Token};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::{
    Body,
    client_authentication::{AuthenticationError, authenticate, challenge},
    form, log_unavailable, oauth_error,
};
use crate::{
    client::Client,
    grant::{AccessToken, Grant, Redemption},
    host::Unavailable,
    provider::Provider,
    tokens::IdToken,
};

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The body is no form, or a parameter came twice.
    #[error("the request is not a well-formed form")]
    MalformedRequest,
    /// `code` is not there.
    #[error("code is missing")]
    MissingCode,
    /// `grant_type` is not there.
    #[error("grant_type is missing")]
    MissingGrantType,
    /// Another grant than a code.
    #[error("only authorization_code is supported")]
    UnsupportedGrantType,
    /// The client did not prove who it is.
    #[error("the client could not be authenticated")]
    InvalidClient,
    /// The code is unknown, expired, redeemed, another client's, or was issued for another redirect URI or
    /// another code verifier.
    #[error("the code cannot be redeemed by this request")]
    InvalidGrant,
    /// The storage cannot answer.
    #[error("try again later")]
    Unavailable(#[source] Unavailable),
}

impl TokenError {
    /// `error` of RFC 6749, section 5.2.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MalformedRequest | Self::MissingCode | Self::MissingGrantType => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::Unavailable(_) => "temporarily_unavailable",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<Unavailable> for TokenError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl From<AuthenticationError> for TokenError {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Unknown => Self::InvalidClient,
            AuthenticationError::Malformed => Self::MalformedRequest,
            AuthenticationError::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        if let Self::Unavailable(error) = &self {
            log_unavailable(error);
        }
        let challenge = matches!(self, Self::InvalidClient).then(challenge);
        oauth_error(self.status(), self.code(), &self.to_string(), challenge)
    }
}

/// RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3.
#[derive(Debug, Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    id_token: String,
    scope: String,
}

/// `POST /oidc/token`.
pub(crate) async fn post(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, TokenError> {
    let form = form(&headers, body).map_err(|_| TokenError::MalformedRequest)?;
    form.all_sound().map_err(|_| TokenError::MalformedRequest)?;
    let client = authenticate(&provider, &headers, &form).await?;
    match form.sound("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return Err(TokenError::UnsupportedGrantType),
        None => return Err(TokenError::MissingGrantType),
    }
    let code = form.sound("code").ok_or(TokenError::MissingCode)?;
    let grant = redeemable(
        &provider,
        &client,
        code,
        form.sound("redirect_uri"),
        form.sound("code_verifier"),
    )
    .await?;
    Ok(Json(issue(&provider, &client, &grant).await?).into_response())
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
    let now = provider.now();
    let bound = redirect_uri == Some(grant.redirect_uri.as_str())
        && verifier.is_some_and(|verifier| grant.code_challenge.is_met_by(verifier));
    if !bound {
        // The client itself brings a code without its secret: the code was caught somewhere, and put into a
        // sign-in that did not ask for it. Nobody shall redeem it.
        tracing::warn!(client = client.id, grant = %grant.id, "a code came with the wrong proof; revoked");
        provider.storage().revoke_grant(grant.id, now).await?;
        return Err(TokenError::InvalidGrant);
    }
    Ok(grant)
}

async fn issue(provider: &Provider, client: &Client, grant: &Grant) -> Result<TokenAnswer, TokenError> {
    // The host may have changed its mind since the person was sent back with the code.
    provider
        .host()
        .claims(client, &grant.holder(), &grant.scopes)
        .await?
        .ok_or(TokenError::InvalidGrant)?;
    let subject = provider.subject_for(client, &grant.subject)?;
    let now = provider.now();
    let lifetimes = provider.settings().lifetimes;
    let token = Token::generate();
    let access_token = AccessToken {
        hash: token.hash(),
        grant: grant.id,
        narrowed: None,
        expires_at: now.plus(lifetimes.access_token),
    };
    // Signed before it is redeemed: a failing key must not cost the code.
    let claims = IdToken::new(
        provider.issuer(),
        grant,
        &subject,
        token.expose(),
        now,
        now.plus(lifetimes.id_token),
    );
    let keys = provider.keys().at(now).await?;
    let key = keys.active(client.algorithm, now);
    let id_token = key
        .ok_or_else(|| Unavailable::because(format!("no key signs {}", client.algorithm.name())))?
        .sign("JWT", &claims)
        .map_err(Unavailable::because)?;

    // An expired code is still told from a replayed one: a replay revokes what the code was redeemed for.
    let alive = now < grant.code_expires_at;
    let redemption = if alive {
        provider.storage().redeem(grant, &access_token, now).await?
    } else {
        Redemption::Spent
    };
    match redemption {
        Redemption::Done => Ok(TokenAnswer {
            access_token: token.expose().to_owned(),
            token_type: "Bearer",
            expires_in: lifetimes.access_token.as_secs(),
            id_token,
            scope: grant.scopes.to_string(),
        }),
        Redemption::Spent => {
            // RFC 6749, section 4.1.2; RFC 9700, section 4.5.
            tracing::warn!(client = client.id, grant = %grant.id, alive, "a code came again or late; revoked");
            provider.storage().revoke_grant(grant.id, now).await?;
            Err(TokenError::InvalidGrant)
        }
    }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
