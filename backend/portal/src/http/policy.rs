//! What is refused before a route sees it: requests of other sites, and bodies that are not JSON.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use foundation::http::origin;
use http::{HeaderValue, Method, header};
use shared::problem::ErrorCode;
use url::Url;

use crate::{error::ApiError, gate, token};

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

/// The middleware of the API: CSRF, content type, and no answer in any cache.
///
/// A request with a bearer token is a program's. Its token alone counts: a cookie beside it is taken away here,
/// so that nothing behind can see it, and with no cookie there is nothing that another site could misuse.
pub async fn api(State(origins): State<OurOrigins>, mut request: Request, next: Next) -> Response {
    let by_token = token::bearer(request.headers()).is_some();
    if by_token {
        request.headers_mut().remove(header::COOKIE);
    }
    let never = by_token && gate::access_of(&request).is_some_and(gate::Access::refuses_tokens);
    let mut response = if let Some(refusal) = gate::wrong_method(&request) {
        refusal
    } else if never {
        ApiError::from(ErrorCode::SessionRequired).into_response()
    } else if !by_token && !origins.sent(&request) {
        ApiError::from(ErrorCode::CrossSite).into_response()
    } else if changes_state(request.method()) && !super::extract::is_json_or_empty(&request) {
        ApiError::from(ErrorCode::UnsupportedMediaType).into_response()
    } else {
        next.run(request).await
    };
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
