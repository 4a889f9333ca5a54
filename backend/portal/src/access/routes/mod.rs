//! `/api/v1/permission-requests`: asking, reading, and taking back.

mod deciding;
mod delegation;
mod grants;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    access::{NewRequest, RequestState, RequestView},
    list::Page,
    problem::ErrorCode,
};
use utoipa::{IntoParams, ToSchema};
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
        .merge(deciding::extending())
        .merge(delegation::extending())
        .merge(grants::extending())
}

/// Whose requests are listed.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum View {
    /// One's own.
    #[default]
    Own,
    /// Those that wait for one's decision.
    ToDecide,
    /// Those that one's posts look after, whatever their state.
    Overseen,
}

/// Which requests are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// One's own (`own`, the default, the newest first), those that wait for one's decision (`to_decide`, the oldest
    /// first), or those that one's posts look after (`overseen`, the newest first).
    #[param(inline)]
    #[serde(default)]
    view: View,
    /// Only those in this state.
    #[param(inline)]
    state: Option<RequestState>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Requests
///
/// One's own, or those that one decides on or looks after; with their history, and what one may do to each.
#[utoipa::path(get, path = "/api/v1/permission-requests", tag = "access", operation_id = "listPermissionRequests",
    params(Filter), responses(
    (status = 200, description = "The requests", body = Page<RequestView>),
    (status = 403, description = "`forbidden`: other views than `own` take a post"),
))]
async fn list(
    State(access): State<AccessService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<RequestView>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let after = paging.after_text().map(read_cursor).transpose()?;
    let limit = paging.limit()? + 1;
    let (me, state) = (caller.person.id, filter.state);
    let items = match filter.view {
        View::Own => access.list(me, state, after, limit).await?,
        // They are all in the same state.
        View::ToDecide if state.is_some() => return Err(ErrorCode::MalformedParameter.into()),
        View::ToDecide => access.to_decide(me, after, limit).await?,
        View::Overseen => access.overseen(me, state, after, limit).await?,
    };
    Ok(Json(paging.page(items, |item| {
        format!("{}.{}", item.submitted_at.as_millis(), item.id)
    })?))
}

/// Who calls, from where.
fn actor<'a>(caller: &Caller, source: &'a Source) -> Actor<'a> {
    Actor {
        person: caller.person.id,
        source: source.as_str(),
    }
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
    let by = actor(&caller, &source);
    access.submit(by, &new).await.map(IntoResponse::into_response)
}

impl IntoResponse for Submitted {
    fn into_response(self) -> Response {
        match self {
            Self::New(view) => (StatusCode::CREATED, Json(view)).into_response(),
            Self::Before(view) => (StatusCode::OK, Json(view)).into_response(),
        }
    }
}

/// A request
///
/// One's own, or one that one's posts look after: with everything that was asked for, its history, and what one may
/// do to it.
#[utoipa::path(get, path = "/api/v1/permission-requests/{id}", tag = "access", operation_id = "readPermissionRequest",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The request", body = RequestView),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
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
    let by = actor(&caller, &source);
    access.withdraw(by, id).await.map(Json)
}
