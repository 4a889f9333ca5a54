//! A client hands its authorization request over before it sends the browser (RFC 9126): nobody on the way can read or
//! change it.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::{
    Body,
    authorize::{AuthorizeError, PushFault, read_pushed},
    client_authentication::authenticate,
    form, oauth_error,
    token::TokenError,
};
use crate::{
    client::Client,
    host::Unavailable,
    pending::{AuthorizationRequest, Pending, PendingId},
    provider::Provider,
};

/// What the id of a pushed request stands behind (section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Why a request is not taken.
#[derive(Debug)]
pub(crate) enum PushError {
    /// No form, no known client, or no answer, as at the token endpoint.
    Client(TokenError),
    /// A reference to a request instead of a request (section 2.1).
    Reference,
    /// The redirect URI is not registered for the client.
    UnregisteredRedirectUri,
    /// What the client would hear after a browser had come.
    Request(AuthorizeError),
}

impl From<TokenError> for PushError {
    fn from(error: TokenError) -> Self {
        Self::Client(error)
    }
}

impl From<Unavailable> for PushError {
    fn from(error: Unavailable) -> Self {
        Self::Client(error.into())
    }
}

impl From<PushFault> for PushError {
    fn from(fault: PushFault) -> Self {
        match fault {
            PushFault::UnregisteredRedirectUri => Self::UnregisteredRedirectUri,
            PushFault::Request(error) => Self::Request(error),
            PushFault::Unavailable(error) => error.into(),
        }
    }
}

impl IntoResponse for PushError {
    fn into_response(self) -> Response {
        let (code, description) = match self {
            Self::Client(error) => return error.into_response(),
            Self::Reference => ("invalid_request", "request_uri cannot be pushed".to_owned()),
            Self::UnregisteredRedirectUri => (
                "invalid_request",
                "redirect_uri is not registered for this client".to_owned(),
            ),
            Self::Request(error) => (error.code(), error.to_string()),
        };
        oauth_error(StatusCode::BAD_REQUEST, code, &description, None)
    }
}

/// `POST /oidc/par`.
pub(crate) async fn post(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PushError> {
    let form = form(&headers, body).map_err(|_| TokenError::MalformedRequest)?;
    form.all_sound().map_err(|_| TokenError::MalformedRequest)?;
    let client = authenticate(&provider, &headers, &form)
        .await
        .map_err(TokenError::from)?;
    if form.sound("request_uri").is_some() {
        return Err(PushError::Reference);
    }
    let request = read_pushed(&provider, &client, &form).await?;
    let id = PendingId::new();
    let life = provider.settings().lifetimes.pushed;
    provider
        .storage()
        .save_pending(&id.hash(), &Pending::Pushed(request), provider.now().plus(life))
        .await?;
    let answer = json!({ "request_uri": format!("{PREFIX}{}", id.as_str()), "expires_in": life.as_secs() });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// The id in a `request_uri` of ours; those of others are none.
pub(super) fn id_of(request_uri: &str) -> Option<PendingId> {
    request_uri.strip_prefix(PREFIX).map(PendingId::from_request)
}

/// The pushed request, once, for the client that pushed it. It begins when the browser brings it: a sign-in from before is
/// no answer to it.
pub(super) async fn take(
    provider: &Provider,
    client: &Client,
    id: &PendingId,
) -> Result<Option<AuthorizationRequest>, Unavailable> {
    let (storage, now) = (provider.storage(), provider.now());
    // Looked at first: who guesses another client's takes nothing away.
    match storage.pending(&id.hash(), now).await? {
        Some(Pending::Pushed(request)) if request.client_id == client.id => {}
        _ => return Ok(None),
    }
    match storage.take_pending(&id.hash(), now).await? {
        Some(Pending::Pushed(request)) => Ok(Some(AuthorizationRequest {
            requested_at: now,
            ..request
        })),
        _ => Ok(None),
    }
}

#[cfg(test)]
#[path = "pushed_tests.rs"]
mod tests;
