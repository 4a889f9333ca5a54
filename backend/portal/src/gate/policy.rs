//! What is refused before a guard sees it: requests of other sites, and bodies that are not JSON.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use foundation::http::origin;
use http::{HeaderValue, Method, header};
use shared::problem::ErrorCode;
use url::Url;

use super::{
    Access,
    guard::{access_of, wrong_method},
};
use crate::{error::ApiError, http::extract, token};

/// The addresses whose pages may change state: the portal's own, and what the configuration adds.
#[derive(Clone, Debug)]
pub struct OurOrigins(pub std::sync::Arc<[Url]>);

impl OurOrigins {
    fn sent(&self, request: &Request) -> bool {
        self.0
            .iter()
            .any(|url| origin::is_ours(request.method(), request.headers(), url))
    }
}

/// The policy alone, before addresses of the API that no guard stands before.
pub async fn unguarded(State(origins): State<OurOrigins>, mut request: Request, next: Next) -> Response {
    let response = match refusal(&origins, &mut request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    uncached(response)
}

/// Why the request is refused whoever asks, if it is: CSRF, content type, method.
///
/// A request with a bearer token is a program's. Its token alone counts: a cookie beside it is taken away here,
/// so that nothing behind can see it, and with no cookie there is nothing that another site could misuse.
pub(super) fn refusal(origins: &OurOrigins, request: &mut Request) -> Option<Response> {
    let by_token = token::bearer(request.headers()).is_some();
    if by_token {
        request.headers_mut().remove(header::COOKIE);
    }
    if let Some(refusal) = wrong_method(request) {
        return Some(refusal);
    }
    let code = if by_token && access_of(request).is_some_and(Access::refuses_tokens) {
        ErrorCode::SessionRequired
    } else if !by_token && !origins.sent(request) {
        ErrorCode::CrossSite
    } else if changes_state(request.method()) && !extract::is_json_or_empty(request) {
        ErrorCode::UnsupportedMediaType
    } else {
        return None;
    };
    Some(ApiError::from(code).into_response())
}

/// No answer of the API stays in a cache.
pub(super) fn uncached(mut response: Response) -> Response {
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
