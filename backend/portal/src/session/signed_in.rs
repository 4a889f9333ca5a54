//! The session that a request came with, for routes that no program may call.

use axum::extract::FromRequestParts;
use foundation::http::cookie;
use http::{HeaderMap, request::Parts};
use shared::problem::ErrorCode;

use super::{COOKIE, Session};
use crate::error::{ApiError, ApiResult};

/// The session that the request came with; only behind one of the guards. A program has none: routes that
/// programs may call too take [`crate::gate::Caller`].
#[derive(Clone, Debug)]
pub struct SignedIn(pub Session);

/// The session's secret in the request's cookie.
pub fn cookie_token(headers: &HeaderMap) -> Option<&str> {
    cookie::read(headers, COOKIE)
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> ApiResult<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| ErrorCode::NotSignedIn.into())
    }
}
