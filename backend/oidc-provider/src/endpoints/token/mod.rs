//! The token endpoint (RFC 6749, section 3.2; OpenID Connect Core 1.0, section 3.1.3), one grant a file.

mod client_credentials;
#[cfg(test)]
mod client_credentials_tests;
mod code;
mod error;
mod issue;
mod refresh;
#[cfg(test)]
mod refresh_tests;
#[cfg(test)]
mod tests;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde::Serialize;

pub use self::error::TokenError;
use super::{Body, client_authentication::authenticate, form};
use crate::provider::Provider;

/// RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3.
#[derive(Debug, Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    /// In seconds.
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
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
    let settings = provider.settings();
    let answer = match form.sound("grant_type") {
        Some("authorization_code") => code::exchange(&provider, &client, &form).await?,
        Some("refresh_token") if settings.refresh => refresh::refresh(&provider, &client, &form).await?,
        Some("client_credentials") if settings.client_credentials => {
            client_credentials::grant(&provider, &client, &form).await?
        }
        Some(_) => return Err(TokenError::UnsupportedGrantType),
        None => return Err(TokenError::MissingGrantType),
    };
    Ok(Json(answer).into_response())
}
