//! `/api/v1/applications/{code}/icon` and `/api/v1/managed-applications/{code}/icon`.

use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Deserialize;
use shared::application::{IconView, LARGEST_ICON, NewIcon};
use utoipa::IntoParams;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use super::IconService;
use crate::{
    application::Deed,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Parameters, Path},
        source::Source,
    },
    state::AppState,
};

/// The largest body: a picture in base64, and what is written around it.
const LARGEST_BODY: usize = LARGEST_ICON.div_ceil(3) * 4 + 4096;
/// How a browser keeps the picture of an address that no other ever has.
const FOR_A_YEAR: &str = "private, max-age=31536000, immutable";
/// How it keeps what may be another one the next time.
const ASKED_AGAIN: &str = "private, no-cache";

/// Routes that a page calls by itself: they do not extend the session.
pub fn reading() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(set, remove).layer(DefaultBodyLimit::max(LARGEST_BODY)))
}

/// Which picture is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The version, as `icon` of the application has it. What it names is kept by browsers for a year.
    #[param(example = "9f86d081884c7d65")]
    v: Option<String>,
}

/// The picture of an application
///
/// For whoever sees the application. Asking for it does not extend the session. `icon` of the application has the address with
/// the version; whatever version is asked for, the answer is the present one.
#[utoipa::path(get, path = "/api/v1/applications/{code}/icon", tag = "application", operation_id = "readApplicationIcon",
    params(("code" = String, Path, description = "From the list", example = "emic"), Wanted), responses(
    (status = 200, description = "The picture", content((String = "image/png"), (String = "image/jpeg")),
     headers(("ETag" = String, description = "The version, for `If-None-Match`"),
             ("Cache-Control" = String, description = "A year where `v` is the present version"))),
    (status = 304, description = "It is the one that `If-None-Match` names"),
    (status = 404, description = "`not_found`: the application has none, or there is no such application"),
))]
async fn read(
    State(icons): State<IconService>,
    caller: Caller,
    Path(code): Path<String>,
    Parameters(wanted): Parameters<Wanted>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let icon = icons.read(caller.person.id, &code).await?;
    let tag = format!("\"{}\"", icon.version);
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        icon.content.into_response()
    };
    let answer = response.headers_mut();
    let kind = HeaderValue::from_static(icon.kind.media_type());
    answer.insert(header::CONTENT_TYPE, kind);
    let is_this = wanted.v.as_ref() == Some(&icon.version);
    let caching = if is_this { FOR_A_YEAR } else { ASKED_AGAIN };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Give an application a picture
///
/// To one that one keeps, in the place of the picture that it may have: PNG or JPEG, still and square, with sides of 48 to
/// 512 pixels, 64 KiB at most.
#[utoipa::path(put, path = "/api/v1/managed-applications/{code}/icon", tag = "application",
    operation_id = "setApplicationIcon",
    params(("code" = String, Path, description = "From the list", example = "emic")),
    request_body = NewIcon, responses(
    (status = 200, description = "Where it is now", body = IconView),
    (status = 404, description = "`not_found`: there is no such application, or none that one keeps"),
    (status = 422, description = "`invalid`: `wrong_type` for what is no still picture in PNG or JPEG by its content, \
     `too_large`, `out_of_range` for its sides, `mismatched` when it is not square"),
))]
async fn set(
    State(icons): State<IconService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    Body(new): Body<NewIcon>,
) -> ApiResult<Json<IconView>> {
    Ok(Json(icons.set(deed(&caller, &source), &code, &new).await?))
}

/// Take an application's picture away
///
/// From one that one keeps. Its character stands on its tile then.
#[utoipa::path(delete, path = "/api/v1/managed-applications/{code}/icon", tag = "application",
    operation_id = "removeApplicationIcon",
    params(("code" = String, Path, description = "From the list", example = "emic")), responses(
    (status = 204, description = "It is gone"),
    (status = 404, description = "`not_found`: there is no such application, none that one keeps, or it has no picture"),
))]
async fn remove(
    State(icons): State<IconService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    icons.remove(deed(&caller, &source), &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who calls, from where.
fn deed<'a>(caller: &Caller, source: &'a Source) -> Deed<'a> {
    Deed {
        by: caller.person.id,
        source: source.as_str(),
    }
}
