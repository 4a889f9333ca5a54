//! Why there are no tokens.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::{
    endpoints::{
        client_authentication::{AuthenticationError, challenge},
        log_unavailable, oauth_error,
    },
    host::Unavailable,
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
    /// `refresh_token` is not there.
    #[error("refresh_token is missing")]
    MissingRefreshToken,
    /// `token` is not there.
    #[error("token is missing")]
    MissingToken,
    /// `grant_type` is not there.
    #[error("grant_type is missing")]
    MissingGrantType,
    /// A grant that is not offered.
    #[error("this grant_type is not supported")]
    UnsupportedGrantType,
    /// A grant that is offered, but not to this client.
    #[error("the client is not registered for this grant_type")]
    UnauthorizedClient,
    /// More than was granted, or than the client may do in its own name.
    #[error("scope goes beyond what was granted")]
    InvalidScope,
    /// The client did not prove who it is.
    #[error("the client could not be authenticated")]
    InvalidClient,
    /// The code or refresh token is unknown, expired, used, revoked, another client's, or comes without what it is bound
    /// to; or its session is over, or its person no longer admitted.
    #[error("the code or token cannot be used by this request")]
    InvalidGrant,
    /// The storage cannot answer.
    #[error("try again later")]
    Unavailable(#[source] Unavailable),
}

impl TokenError {
    /// `error` of RFC 6749, section 5.2.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MalformedRequest
            | Self::MissingCode
            | Self::MissingRefreshToken
            | Self::MissingToken
            | Self::MissingGrantType => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::InvalidScope => "invalid_scope",
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
