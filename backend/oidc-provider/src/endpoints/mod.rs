//! One endpoint a file.

pub(crate) mod authorize;
mod client_assertion;
mod client_authentication;
pub(crate) mod discovery;
pub(crate) mod end_session;
pub(crate) mod introspection;
pub(crate) mod jwks;
pub(crate) mod pushed;
pub(crate) mod revocation;
pub(crate) mod token;
pub(crate) mod userinfo;

use axum::{
    Json,
    extract::rejection::StringRejection,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;

use crate::parameters::Parameters;

/// Where the endpoints are, below the issuer.
pub(crate) mod path {
    pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
    pub(crate) const JWKS: &str = "/oidc/jwks";
    pub(crate) const AUTHORIZE: &str = "/oidc/authorize";
    pub(crate) const RESUME: &str = "/oidc/authorize/resume";
    pub(crate) const TOKEN: &str = "/oidc/token";
    pub(crate) const USERINFO: &str = "/oidc/userinfo";
    pub(crate) const END_SESSION: &str = "/oidc/end-session";
    pub(crate) const END_SESSION_RESUME: &str = "/oidc/end-session/resume";
    pub(crate) const REVOCATION: &str = "/oidc/revoke";
    pub(crate) const INTROSPECTION: &str = "/oidc/introspect";
    pub(crate) const PUSHED: &str = "/oidc/par";
    /// The host's own (OpenID Connect Dynamic Client Registration 1.0).
    pub(crate) const REGISTRATION: &str = "/oidc/register";
}

/// The body of a POST, as text.
pub(crate) type Body = Result<String, StringRejection>;

/// The body is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAForm;

/// The text of a form (RFC 6749, appendix B).
pub(crate) fn form_text(headers: &HeaderMap, body: Body) -> Result<String, NotAForm> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(NotAForm);
    }
    body.map_err(|_| NotAForm)
}

/// The parameters of a form.
pub(crate) fn form(headers: &HeaderMap, body: Body) -> Result<Parameters, NotAForm> {
    form_text(headers, body).map(|text| Parameters::read(&text))
}

/// An error answer (RFC 6749, section 5.2).
pub(crate) fn oauth_error(
    status: StatusCode,
    code: &'static str,
    description: &str,
    challenge: Option<(HeaderName, HeaderValue)>,
) -> Response {
    let mut response = (
        status,
        Json(json!({ "error": code, "error_description": description })),
    )
        .into_response();
    let headers = response.headers_mut();
    if let Some((name, value)) = challenge {
        headers.insert(name, value);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// Notes why a request could not be answered; the answer itself says no more than that.
pub(crate) fn log_unavailable(error: &crate::host::Unavailable) {
    tracing::error!(%error, "the provider cannot answer");
}
