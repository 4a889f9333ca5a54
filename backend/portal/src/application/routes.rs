//! `/api/v1/applications`.

use axum::{Json, extract::State};
use shared::{application::ApplicationView, list::Page, problem::ErrorCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Application, ApplicationService, catalogue, icon};
use crate::{
    access::AccessService,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Parameters, Path},
        paging::Paging,
    },
    state::AppState,
};

/// Routes that a page calls by itself: they do not extend the session.
pub fn reading() -> OpenApiRouter<AppState> {
    icon::routes::reading()
}

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .merge(catalogue::routes::extending())
        .merge(icon::routes::extending())
}

/// The applications
///
/// In the order of their tiles: what each is for, who owns it, its roles, and what one has of them or has asked for.
#[utoipa::path(get, path = "/api/v1/applications", tag = "application", operation_id = "listApplications",
    params(Paging), responses(
    (status = 200, description = "The applications", body = Page<ApplicationView>),
))]
async fn list(
    State(applications): State<ApplicationService>,
    State(access): State<AccessService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<ApplicationView>>> {
    let after = paging.after_text().map(read_cursor).transpose()?;
    let found = applications.list(after, paging.limit()? + 1).await?;
    let page = paging.page(found, |one| format!("{}.{}", one.position, one.view.id))?;
    let standing = access.standing(caller.person.id).await?;
    let starts = applications.starts(caller.person.id).await?;
    let items = page.items.into_iter().map(|one| starts.mark(standing.mark(one)));
    Ok(Json(Page {
        items: items.collect(),
        next: page.next,
    }))
}

/// One application
///
/// As in the list.
#[utoipa::path(get, path = "/api/v1/applications/{code}", tag = "application", operation_id = "readApplication",
    params(("code" = String, Path, description = "From the list", example = "emic")), responses(
    (status = 200, description = "The application", body = ApplicationView),
    (status = 404, description = "`not_found`: no application has this code"),
))]
async fn read(
    State(applications): State<ApplicationService>,
    State(access): State<AccessService>,
    caller: Caller,
    Path(code): Path<String>,
) -> ApiResult<Json<ApplicationView>> {
    let found = applications.find(&code).await?;
    let found = found.filter(Application::is_shown).ok_or(ErrorCode::NotFound)?;
    let standing = access.standing(caller.person.id).await?;
    let starts = applications.starts(caller.person.id).await?;
    Ok(Json(starts.mark(standing.mark(found))))
}

/// The place and the id of the last application of the page before.
pub(super) fn read_cursor(text: &str) -> ApiResult<(i32, uuid::Uuid)> {
    text.split_once('.')
        .and_then(|(position, id)| Some((position.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| ErrorCode::MalformedParameter.into())
}
