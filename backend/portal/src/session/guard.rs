//! What stands before every route of a signed-in person: finds the session, notes the activity, and names
//! the deadline in the answer.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use foundation::http::cookie;
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use shared::{problem::ErrorCode, session::EXPIRES_HEADER};

use super::{COOKIE, Session, SessionService};
use crate::error::{ApiError, ApiResult};

/// The session that the request came with; only behind one of the guards.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Session);

/// The session's secret in the request's cookie.
pub fn cookie_token(headers: &HeaderMap) -> Option<&str> {
    cookie::read(headers, COOKIE)
}

async fn session(service: &SessionService, headers: &HeaderMap, extend: bool) -> ApiResult<Session> {
    let token = cookie_token(headers).ok_or(ErrorCode::NotSignedIn)?;
    let session = service.find(token).await?;
    if extend {
        service.extend(token, session).await
    } else {
        Ok(session)
    }
}

async fn guard(service: &SessionService, mut request: Request, next: Next, extend: bool) -> Response {
    let session = match session(service, request.headers(), extend).await {
        Ok(session) => session,
        Err(refusal) => return refusal.into_response(),
    };
    let expires_at = session.expires_at.to_string();
    request.extensions_mut().insert(SignedIn(session));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&expires_at) {
        // A route that moved the deadline itself has named it already.
        response
            .headers_mut()
            .entry(HeaderName::from_static(EXPIRES_HEADER))
            .or_insert(value);
    }
    response
}

/// For routes that a person calls by doing something.
pub async fn guard_extending(
    State(service): State<SessionService>,
    request: Request,
    next: Next,
) -> Response {
    guard(&service, request, next, true).await
}

/// For routes that a page calls by itself.
pub async fn guard_reading(State(service): State<SessionService>, request: Request, next: Next) -> Response {
    guard(&service, request, next, false).await
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
