//! `/api/v1/role-conflicts`.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use shared::{
    application::{NewRoleConflict, RoleConflictView, is_code},
    list::Page,
    problem::ErrorCode,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::deed;
use crate::{
    application::CatalogueService,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, set))
        .routes(routes!(remove))
}

/// Which rules are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those that touch a role of the application of this code.
    #[param(pattern = "^[a-z][a-z0-9-]{1,39}$", example = "emic")]
    application: Option<String>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Which roles are in conflict
///
/// The rules that touch the applications that one keeps, the oldest first.
#[utoipa::path(get, path = "/api/v1/role-conflicts", tag = "application", operation_id = "listRoleConflicts",
    params(Filter), responses(
    (status = 200, description = "The rules", body = Page<RoleConflictView>),
    (status = 403, description = "`forbidden`: one keeps no application"),
))]
async fn list(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<RoleConflictView>>> {
    let application = filter.application.as_deref();
    if application.is_some_and(|code| !is_code(code)) {
        return Err(ErrorCode::MalformedParameter.into());
    }
    let paging = Paging::new(filter.limit, filter.after.clone());
    let (after, limit) = (paging.after_id()?, paging.limit()? + 1);
    let items = catalogue
        .conflicts(caller.person.id, application, after, limit)
        .await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Set which roles are in conflict
///
/// A rule between two roles. Who has or asks for one of them gets the other only when the decider says so and why; by a
/// `strict` rule nobody who has one gets the other. System administrators set all rules, owners those between roles of
/// their own. For two roles that have a rule this changes it.
#[utoipa::path(post, path = "/api/v1/role-conflicts", tag = "application", operation_id = "setRoleConflict",
    request_body = NewRoleConflict, responses(
    (status = 201, description = "The rule", body = RoleConflictView),
    (status = 200, description = "The rule that there was, as it is now", body = RoleConflictView),
    (status = 403, description = "`forbidden`: one keeps no application"),
    (status = 422, description = "`invalid`: all violations at once; `unknown` also for roles that one does not keep"),
))]
async fn set(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    source: Source,
    Body(rule): Body<NewRoleConflict>,
) -> ApiResult<(StatusCode, Json<RoleConflictView>)> {
    let (view, is_new) = catalogue.set_conflict(deed(&caller, &source), &rule).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(view)))
}

/// Remove a rule
///
/// The two roles are not in conflict any more.
#[utoipa::path(delete, path = "/api/v1/role-conflicts/{id}", tag = "application",
    operation_id = "removeRoleConflict", params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "It is gone"),
    (status = 403, description = "`forbidden`: one of the roles is of an application that one does not keep"),
    (status = 404, description = "`not_found`: there is none, or none that touches what one keeps"),
))]
async fn remove(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    catalogue.remove_conflict(deed(&caller, &source), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
