//! `/api/v1/managed-applications`.

mod conflicts;
mod roles;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use shared::{
    application::{ApplicationData, ApplicationState, ManagedApplication, ManagedApplicationItem},
    list::Page,
    problem::ErrorCode,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{CatalogueService, Wanted, service::Deed};
use crate::{
    application::routes::read_cursor,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Parameters, Path},
        paging::Paging,
        precondition::{IfMatch, Tagged},
        source::Source,
    },
    state::AppState,
};

/// The most characters of a search.
const LONGEST_QUERY: usize = 100;

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, change))
        .merge(roles::extending())
        .merge(conflicts::extending())
}

fn deed<'a>(caller: &Caller, source: &'a Source) -> Deed<'a> {
    Deed {
        by: caller.person.id,
        source: source.as_str(),
    }
}

/// Which applications are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those whose name or code holds this. At most 100 characters.
    #[param(max_length = 100)]
    query: Option<String>,
    /// Only those in this state.
    #[param(inline)]
    state: Option<ApplicationState>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A search for nothing is none.
fn read_query(text: &str) -> ApiResult<Option<String>> {
    let text = text.trim();
    if text.chars().count() > LONGEST_QUERY || text.contains('\0') {
        return Err(ErrorCode::MalformedParameter.into());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The applications that one keeps
///
/// System administrators keep all, owners their own; closed ones too. In the order of their tiles.
#[utoipa::path(get, path = "/api/v1/managed-applications", tag = "application",
    operation_id = "listManagedApplications", params(Filter), responses(
    (status = 200, description = "The applications", body = Page<ManagedApplicationItem>),
    (status = 403, description = "`forbidden`: one keeps none"),
))]
async fn list(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<ManagedApplicationItem>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let wanted = Wanted {
        query: filter.query.map(|text| read_query(&text)).transpose()?.flatten(),
        state: filter.state,
        after: paging.after_text().map(read_cursor).transpose()?,
        limit: paging.limit()? + 1,
    };
    let items = catalogue.list(caller.person.id, &wanted).await?;
    Ok(Json(
        paging.page(items, |item| format!("{}.{}", item.position, item.id))?,
    ))
}

/// Create an application
///
/// By system administrators. It has no roles and no owner yet; an owner is somebody who is given that post.
#[utoipa::path(post, path = "/api/v1/managed-applications", tag = "application", operation_id = "createApplication",
    request_body = ApplicationData, responses(
    (status = 201, description = "The application", body = ManagedApplication,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 403, description = "`forbidden`: for system administrators alone"),
    (status = 422, description = "`invalid`: all violations at once; `taken` when there is an application of this code"),
))]
async fn create(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    source: Source,
    Body(data): Body<ApplicationData>,
) -> ApiResult<(StatusCode, Tagged<ManagedApplication>)> {
    let created = catalogue.create(deed(&caller, &source), data).await?;
    Ok((StatusCode::CREATED, created))
}

/// An application that one keeps
///
/// With all that is kept of it, its owners and its roles. `ETag` names the version, for `If-Match`.
#[utoipa::path(get, path = "/api/v1/managed-applications/{code}", tag = "application",
    operation_id = "readManagedApplication",
    params(("code" = String, Path, description = "From the list", example = "emic")), responses(
    (status = 200, description = "The application", body = ManagedApplication,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 404, description = "`not_found`: there is none, or none that one keeps"),
))]
async fn read(
    State(catalogue): State<CatalogueService>,
    caller: Caller,
    Path(code): Path<String>,
) -> ApiResult<Tagged<ManagedApplication>> {
    catalogue.read(caller.person.id, &code).await
}

/// Change an application
///
/// Whole: what is sent takes the place of what is kept. The code never changes, and owners do not change its place among
/// the tiles; both are sent as they are.
#[utoipa::path(put, path = "/api/v1/managed-applications/{code}", tag = "application",
    operation_id = "changeApplication", params(
    ("code" = String, Path, description = "From the list", example = "emic"),
    ("If-Match" = String, Header, description = "The `ETag` of the version that was read", example = "\"1\"")),
    request_body = ApplicationData, responses(
    (status = 200, description = "The application as it is now", body = ManagedApplication,
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
    Path(code): Path<String>,
    if_match: IfMatch,
    Body(data): Body<ApplicationData>,
) -> ApiResult<Tagged<ManagedApplication>> {
    let deed = deed(&caller, &source);
    catalogue.change(deed, &code, &if_match, data).await
}
