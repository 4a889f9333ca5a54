//! The addresses.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use http::{HeaderValue, header};

use crate::{
    endpoints::{
        authorize, discovery, end_session, introspection, jwks, path, pushed, revocation, token, userinfo,
    },
    provider::Provider,
};

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// All endpoints, to be merged into the host's router at its root.
pub fn router(provider: Provider) -> Router {
    let published = Router::new()
        .route(path::DISCOVERY, get(discovery::get))
        .route(path::JWKS, get(jwks::get));
    let private = Router::new()
        .route(path::AUTHORIZE, get(authorize::get).post(authorize::post))
        .route(path::RESUME, get(authorize::resume))
        .route(path::TOKEN, post(token::post))
        .route(path::USERINFO, get(userinfo::get).post(userinfo::get))
        .route(path::END_SESSION, get(end_session::get).post(end_session::post))
        .route(path::END_SESSION_RESUME, get(end_session::resume))
        .route(path::REVOCATION, post(revocation::post))
        .route(path::INTROSPECTION, post(introspection::post))
        .route(path::PUSHED, post(pushed::post))
        .layer(map_response(never_stored))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    published.merge(private).with_state(provider)
}

/// Codes, tokens and claims stay out of every cache (RFC 6749, section 5.1).
async fn never_stored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
