//! `/api/v1/profile` and `/api/v1/persons/{id}/profile`.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use shared::{
    list::Page,
    profile::{ProfileExport, ProfilePatch, ProfileView, ProfileViewing},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{ProfileService, Versioned};
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Parameters, Path},
        paging::Paging,
        precondition::{IfMatch, entity_tag},
        source::Source,
    },
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(read, change))
        .routes(routes!(export))
        .routes(routes!(views))
        .routes(routes!(view))
}

impl IntoResponse for Versioned {
    fn into_response(self) -> Response {
        ([(header::ETAG, entity_tag(self.version))], Json(self.view)).into_response()
    }
}

/// One's own profile
///
/// With the fields that cannot be changed here, whose they are and where they can be changed. `ETag` names the
/// version, for `If-Match`.
#[utoipa::path(get, path = "/api/v1/profile", tag = "profile", operation_id = "readProfile", responses(
    (status = 200, description = "The profile", body = ProfileView,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
))]
async fn read(State(profiles): State<ProfileService>, caller: Caller) -> ApiResult<Versioned> {
    profiles.read(caller.person.id).await
}

/// Change one's own profile
///
/// A JSON merge patch: a field that is absent stays, `null` empties it. A locked field may be sent as it is. All
/// violations come at once, and then nothing is changed.
#[utoipa::path(patch, path = "/api/v1/profile", tag = "profile", operation_id = "changeProfile",
    params(("If-Match" = String, Header, description = "The `ETag` of the version that was read", example = "\"1\"")),
    request_body = ProfilePatch, responses(
    (status = 200, description = "The profile as it is now", body = ProfileView,
     headers(("ETag" = String, description = "The new version"))),
    (status = 403, description = "`session_required`: a program changes no address of an account of EMIC, to which new \
     passwords go"),
    (status = 412, description = "`precondition_failed`: it has changed since; read it anew"),
    (status = 422, description = "`invalid`: see `violations`; `locked` for a field of another source"),
    (status = 428, description = "`precondition_required`: without `If-Match`"),
))]
async fn change(
    State(profiles): State<ProfileService>,
    caller: Caller,
    source: Source,
    if_match: IfMatch,
    Body(patch): Body<ProfilePatch>,
) -> ApiResult<Versioned> {
    profiles.change(&caller, &if_match, patch, source.as_str()).await
}

/// One's own data
///
/// What the portal holds of the person: profile, living sessions, and rows of the audit log. As a file to keep.
#[utoipa::path(get, path = "/api/v1/profile/export", tag = "profile", operation_id = "exportProfile", responses(
    (status = 200, description = "The data, as an attachment", body = ProfileExport),
))]
async fn export(
    State(profiles): State<ProfileService>,
    caller: Caller,
    source: Source,
) -> ApiResult<([(HeaderName, HeaderValue); 1], Json<ProfileExport>)> {
    const FILE: HeaderValue = HeaderValue::from_static("attachment; filename=\"emic-personal-data.json\"");
    let data = profiles.export(&caller, source.as_str()).await?;
    Ok(([(header::CONTENT_DISPOSITION, FILE)], Json(data)))
}

/// Who has looked at one's profile
///
/// Every view by somebody else, the latest first.
#[utoipa::path(get, path = "/api/v1/profile/views", tag = "profile", operation_id = "listProfileViews",
    params(Paging), responses(
    (status = 200, description = "The views", body = Page<ProfileViewing>),
))]
async fn views(
    State(profiles): State<ProfileService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<ProfileViewing>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let items = profiles.views(caller.person.id, after, limit + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Somebody's profile
///
/// For system administrators, and for agency managers of the person's agency or of one above it. To everybody else
/// there is no such person. Every view by somebody else is recorded, and the person sees it.
#[utoipa::path(get, path = "/api/v1/persons/{id}/profile", tag = "profile", operation_id = "viewProfile",
    params(("id" = Uuid, Path, description = "The person's id")), responses(
    (status = 200, description = "The profile", body = ProfileView),
    (status = 404, description = "`not_found`: no such person, or none that one may see"),
))]
async fn view(
    State(profiles): State<ProfileService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<ProfileView>> {
    profiles.view(&caller, id, source.as_str()).await.map(Json)
}
