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

/// The address whose pages may change state.
#[derive(Clone, Debug)]
pub struct PublicUrl(pub std::sync::Arc<Url>);

/// The middleware of the API: CSRF, content type, and no answer in any cache.
pub async fn api(State(PublicUrl(public_url)): State<PublicUrl>, request: Request, next: Next) -> Response {
    let mut response = if !origin::is_ours(request.method(), request.headers(), &public_url) {
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
