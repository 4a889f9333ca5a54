//! `/api/v1/applications` and `/launch/{application}`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use shared::{
    application::{ApplicationView, Availability},
    list::Page,
    problem::ErrorCode,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Application, ApplicationService, catalogue};
use crate::{
    access::AccessService,
    error::ApiResult,
    gate::{self, Caller, Gate},
    http::{
        extract::{Parameters, Path},
        paging::Paging,
    },
    session::{SessionService, cookie_token},
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .merge(catalogue::routes::extending())
}

/// Starting an application is a navigation of the browser and no call of the API.
pub fn navigation(gate: &Arc<Gate>) -> Router<AppState> {
    Router::new()
        .route("/launch/{application}", get(launch))
        .route_layer(middleware::from_fn_with_state(gate.clone(), gate::visiting))
        .layer(middleware::from_fn(no_store))
}

async fn no_store(request: axum::extract::Request, next: middleware::Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        http::header::CACHE_CONTROL,
        http::HeaderValue::from_static("no-store"),
    );
    response
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
    Ok(Json(Page {
        items: page.items.into_iter().map(|one| standing.mark(one)).collect(),
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
    Ok(Json(standing.mark(found)))
}

/// The place and the id of the last application of the page before.
pub(super) fn read_cursor(text: &str) -> ApiResult<(i32, uuid::Uuid)> {
    text.split_once('.')
        .and_then(|(position, id)| Some((position.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| ErrorCode::MalformedParameter.into())
}

/// Leads a signed-in person to the application, or to where its roles are asked for, and everybody else to the login
/// page and back here.
async fn launch(
    State(applications): State<ApplicationService>,
    State(access): State<AccessService>,
    State(sessions): State<SessionService>,
    headers: http::HeaderMap,
    Path(code): Path<String>,
) -> ApiResult<Response> {
    let session = match cookie_token(&headers) {
        Some(token) => match sessions.find(token).await {
            Ok(session) => Some(sessions.extend(token, session).await?),
            Err(refusal) if refusal.problem().status == 401 => None,
            Err(refusal) => return Err(refusal),
        },
        None => None,
    };
    let Some(session) = session else {
        let back: String =
            url::form_urlencoded::byte_serialize(shared::paths::launch(&code).as_bytes()).collect();
        return Ok(Redirect::to(&format!("/login?return_to={back}")).into_response());
    };
    let target = applications.launch_url(&code).await?.ok_or(ErrorCode::NotFound)?;
    let application = applications.find(&code).await?.ok_or(ErrorCode::NotFound)?;
    let standing = access.standing(session.person.id).await?;
    let to = match standing.mark(application).availability {
        Availability::Available => Redirect::to(target.as_str()),
        Availability::PermissionNeeded => Redirect::to(&format!("/applications?wanted={code}")),
        Availability::NotOpenYet => return Err(ErrorCode::NotFound.into()),
    };
    Ok(to.into_response())
}
