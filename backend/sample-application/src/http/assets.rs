//! The style sheet and the marks: in the binary.

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;

fn asset(kind: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, body).into_response()
}

fn mark(body: &'static str) -> Response {
    asset("image/svg+xml", body)
}

/// All of them.
pub(crate) fn router() -> Router {
    Router::new()
        .route(
            "/assets/style.css",
            get(|| async { asset("text/css; charset=utf-8", include_str!("../../assets/style.css")) }),
        )
        .route(
            "/assets/response.svg",
            get(|| async { mark(include_str!("../../assets/response.svg")) }),
        )
        .route(
            "/assets/messages.svg",
            get(|| async { mark(include_str!("../../assets/messages.svg")) }),
        )
}
