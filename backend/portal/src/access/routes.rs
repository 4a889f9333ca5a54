//! `/api/v1/permission-requests` and `/api/v1/grants`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    access::{GrantView, NewRequest, RequestState, RequestView},
    list::Page,
    problem::ErrorCode,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AccessService,
    service::{Actor, Submitted},
};
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, submit))
        .routes(routes!(read))
        .routes(routes!(withdraw))
        .routes(routes!(grants))
}

/// Which of one's requests are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those in this state.
    #[param(inline)]
    state: Option<RequestState>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// One's own requests
///
/// The newest first, with their history.
#[utoipa::path(get, path = "/api/v1/permission-requests", tag = "access", operation_id = "listPermissionRequests",
    params(Filter), responses(
    (status = 200, description = "The requests", body = Page<RequestView>),
))]
async fn list(
    State(access): State<AccessService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<RequestView>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let after = paging.after_text().map(read_cursor).transpose()?;
    let limit = paging.limit()? + 1;
    let items = access.list(caller.person.id, filter.state, after, limit).await?;
    Ok(Json(paging.page(items, |item| {
        format!("{}.{}", item.submitted_at.as_millis(), item.id)
    })?))
}

fn read_cursor(text: &str) -> ApiResult<(i64, Uuid)> {
    text.split_once('.')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| ErrorCode::MalformedParameter.into())
}

/// Ask for a permission
///
/// For one or more roles of one application. The id is chosen by the one who sends it: the same id with the same body
/// is the same request, so that it can be sent again when no answer came.
#[utoipa::path(post, path = "/api/v1/permission-requests", tag = "access", operation_id = "submitPermissionRequest",
    request_body = NewRequest, responses(
    (status = 201, description = "Submitted", body = RequestView),
    (status = 200, description = "It had been submitted before; this is what has become of it", body = RequestView),
    (status = 409, description = "`conflict`: the id is that of another request"),
    (status = 422, description = "`invalid`: all violations at once; `already_requested` names the `role` for which one \
     has an open request"),
))]
async fn submit(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewRequest>,
) -> ApiResult<Response> {
    let by = Actor {
        person: caller.person.id,
        source: source.as_str(),
    };
    let (status, view) = match access.submit(by, &new).await? {
        Submitted::New(view) => (StatusCode::CREATED, view),
        Submitted::Before(view) => (StatusCode::OK, view),
    };
    Ok((status, Json(view)).into_response())
}

/// One of one's requests
///
/// With everything that was asked for, and its history.
#[utoipa::path(get, path = "/api/v1/permission-requests/{id}", tag = "access", operation_id = "readPermissionRequest",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The request", body = RequestView),
    (status = 404, description = "`not_found`: none of one's requests"),
))]
async fn read(
    State(access): State<AccessService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<RequestView>> {
    access.read(caller.person.id, id).await.map(Json)
}

/// Withdraw a request
///
/// While it waits for its decider or for one's own correction.
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/withdraw", tag = "access",
    operation_id = "withdrawPermissionRequest", params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The request, withdrawn", body = RequestView),
    (status = 404, description = "`not_found`: none of one's requests"),
    (status = 409, description = "`conflict`: it is decided, withdrawn or lapsed already"),
))]
async fn withdraw(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<Json<RequestView>> {
    let by = Actor {
        person: caller.person.id,
        source: source.as_str(),
    };
    access.withdraw(by, id).await.map(Json)
}

/// One's own permissions
///
/// The newest first: those that count now, those that will, and those that did.
#[utoipa::path(get, path = "/api/v1/grants", tag = "access", operation_id = "listGrants", params(Paging), responses(
    (status = 200, description = "The grants", body = Page<GrantView>),
))]
async fn grants(
    State(access): State<AccessService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<GrantView>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()? + 1);
    let items = access.grants(caller.person.id, after, limit).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}
