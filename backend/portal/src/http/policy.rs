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

use crate::error::ApiError;

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
pub async fn api(State(origins): State<OurOrigins>, request: Request, next: Next) -> Response {
    let mut response = if !origins.sent(&request) {
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
