//! `/api/v1/managed-applications/{code}/roles`.

use axum::{extract::State, http::StatusCode};
use shared::application::{ManagedRole, RoleData};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::deed;
use crate::{
    application::CatalogueService,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Path},
        precondition::{IfMatch, Tagged},
        source::Source,
    },
    state::AppState,
};

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(read, change))
}

/// Add a role
///
/// To an application that one keeps. A role is never removed; it is closed.
#[utoipa::path(post, path = "/api/v1/managed-applications/{code}/roles", tag = "application",
    operation_id = "addApplicationRole",
    params(("code" = String, Path, description = "The application's, from the list", example = "emic")),
    request_body = RoleData, responses(
    (status = 201, description = "The role", body = ManagedRole,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 404, description = "`not_found`: there is no such application, or none that one keeps"),
    (status = 422, description = "`invalid`: all violations at once; `taken` when the application has a role of this code"),
))]
async fn add(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    Body(data): Body<RoleData>,
) -> ApiResult<(StatusCode, Tagged<ManagedRole>)> {
    let added = catalogue.add_role(deed(&caller, &source), &code, data).await?;
    Ok((StatusCode::CREATED, added))
}

/// A role of an application that one keeps
///
/// With all that is kept of it. `ETag` names the version, for `If-Match`.
#[utoipa::path(get, path = "/api/v1/managed-applications/{code}/roles/{role}", tag = "application",
    operation_id = "readApplicationRole", params(
    ("code" = String, Path, description = "The application's, from the list", example = "emic"),
    ("role" = String, Path, description = "The role's", example = "reporter")), responses(
    (status = 200, description = "The role", body = ManagedRole,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 404, description = "`not_found`: there is none, or none that one keeps"),
))]
async fn read(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    Path((code, role)): Path<(String, String)>,
) -> ApiResult<Tagged<ManagedRole>> {
    catalogue.read_role(caller.person.id, &code, &role).await
}

/// Change a role
///
/// Whole: what is sent takes the place of what is kept; the code never changes. A closed role cannot be asked for any
/// more. What was granted stays as it is.
#[utoipa::path(put, path = "/api/v1/managed-applications/{code}/roles/{role}", tag = "application",
    operation_id = "changeApplicationRole", params(
    ("code" = String, Path, description = "The application's, from the list", example = "emic"),
    ("role" = String, Path, description = "The role's", example = "reporter"),
    ("If-Match" = String, Header, description = "The `ETag` of the version that was read", example = "\"1\"")),
    request_body = RoleData, responses(
    (status = 200, description = "The role as it is now", body = ManagedRole,
     headers(("ETag" = String, description = "The new version"))),
    (status = 404, description = "`not_found`: there is none, or none that one keeps"),
    (status = 412, description = "`precondition_failed`: it has changed since; read it anew"),
    (status = 422, description = "`invalid`: all violations at once"),
    (status = 428, description = "`precondition_required`: without `If-Match`"),
))]
async fn change(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    source: Source,
    Path((code, role)): Path<(String, String)>,
    if_match: IfMatch,
    Body(data): Body<RoleData>,
) -> ApiResult<Tagged<ManagedRole>> {
    let deed = deed(&caller, &source);
    catalogue.change_role(deed, (&code, &role), &if_match, data).await
}
