//! The style sheet, the scripts, the mark: in the binary.

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, header};
use serde_json::{Value, json};
use shared::text::postal;

/// 鄉鎮市區 with their counties and postal codes, for the script that fills in addresses.
fn districts() -> Value {
    let rows = postal::districts().map(|it| {
        json!({ "county": it.county, "district": it.district, "district_en": it.district_en, "code": it.code })
    });
    rows.collect()
}

const CACHED: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=300")];

fn asset(kind: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, body).into_response()
}

fn script(body: &'static str) -> Response {
    asset("text/javascript; charset=utf-8", body)
}

/// All of them.
pub(crate) fn router() -> Router {
    Router::new()
        .route(
            "/assets/style.css",
            get(|| async { asset("text/css; charset=utf-8", include_str!("../../assets/style.css")) }),
        )
        .route(
            "/assets/cases.css",
            get(|| async { asset("text/css; charset=utf-8", include_str!("../../assets/cases.css")) }),
        )
        .route(
            "/assets/copy.js",
            get(|| async { script(include_str!("../../assets/copy.js")) }),
        )
        .route(
            "/assets/civil-servant.js",
            get(|| async { script(include_str!("../../assets/civil-servant.js")) }),
        )
        .route(
            "/assets/print.js",
            get(|| async { script(include_str!("../../assets/print.js")) }),
        )
        .route(
            "/assets/form-post.js",
            get(|| async {
                asset(
                    "text/javascript; charset=utf-8",
                    include_str!("../../assets/form-post.js"),
                )
            }),
        )
        .route(
            "/assets/registration.js",
            get(|| async {
                asset(
                    "text/javascript; charset=utf-8",
                    include_str!("../../assets/registration.js"),
                )
            }),
        )
        .route(
            "/assets/districts.json",
            get(|| async { (CACHED, Json(districts())) }),
        )
        .route(
            "/assets/mark.svg",
            get(|| async { asset("image/svg+xml", include_str!("../../assets/mark.svg")) }),
        )
}
