//! `/api/v1/activations`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    activation::{
        ActivationPlan, ActivationProposal, ActivationView, AnotherLevel, MoreAgencies, NewActivation,
    },
    list::Page,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::actor;
use crate::{
    activation::ActivationService,
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
        .routes(routes!(list, open))
        .routes(routes!(preview))
        .routes(routes!(read))
        .routes(routes!(plan))
        .routes(routes!(set_level))
        .routes(routes!(add_agencies))
        .routes(routes!(close))
}

/// Which events are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those that are open (`true`) or closed (`false`).
    open: Option<bool>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Activated response centres
///
/// The newest first. Everybody may see which there are; whom they give what is for those whose posts reach them.
#[utoipa::path(get, path = "/api/v1/activations", tag = "activation", operation_id = "listActivations",
    params(Filter), responses(
    (status = 200, description = "The events", body = Page<ActivationView>),
))]
async fn list(
    State(activations): State<ActivationService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<ActivationView>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let (after, limit) = (paging.after_id()?, paging.limit()? + 1);
    let items = activations
        .events(caller.person.id, filter.open, after, limit)
        .await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// See what opening would do
///
/// How many people would get what, and who would be passed over, and why. Nothing changes.
#[utoipa::path(post, path = "/api/v1/activations/preview", tag = "activation", operation_id = "previewActivation",
    request_body = ActivationProposal, responses(
    (status = 200, description = "What it would give", body = ActivationPlan),
    (status = 403, description = "`forbidden`: one has no post for an agency with all below it"),
    (status = 422, description = "`invalid`: all violations at once; `unknown` names an `agency` that there is not, or \
     that one has no such post for"),
))]
async fn preview(
    State(activations): State<ActivationService>,
    caller: Caller,
    Body(proposal): Body<ActivationProposal>,
) -> ApiResult<Json<ActivationPlan>> {
    activations.preview(caller.person.id, &proposal).await.map(Json)
}

/// Activate a response centre
///
/// All approved lists of its agencies whose level fits give their roles at once, until it is closed. The id is chosen by
/// the one who sends it: the same id with the same body is the same event.
#[utoipa::path(post, path = "/api/v1/activations", tag = "activation", operation_id = "openActivation",
    request_body = NewActivation, responses(
    (status = 201, description = "Open", body = ActivationView),
    (status = 200, description = "It was opened before; this is what has become of it", body = ActivationView),
    (status = 403, description = "`forbidden`: one has no post for an agency with all below it"),
    (status = 409, description = "`conflict`: the id is that of another event"),
    (status = 422, description = "`invalid`: all violations at once; `unknown` names an `agency` that there is not, or \
     that one has no such post for"),
))]
async fn open(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewActivation>,
) -> ApiResult<Response> {
    let is_new = activations.open(actor(&caller, &source), &new).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let view = activations.event(caller.person.id, new.id).await?;
    Ok((status, Json(view)).into_response())
}

/// An activated response centre
///
/// With what one may do to it.
#[utoipa::path(get, path = "/api/v1/activations/{id}", tag = "activation", operation_id = "readActivation",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The event", body = ActivationView),
    (status = 404, description = "`not_found`: there is none of this id"),
))]
async fn read(
    State(activations): State<ActivationService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<ActivationView>> {
    activations.event(caller.person.id, id).await.map(Json)
}

/// What an open event gives, and whom it passes over
///
/// As it is now, of those whom one looks after.
#[utoipa::path(get, path = "/api/v1/activations/{id}/plan", tag = "activation", operation_id = "readActivationPlan",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "What it gives", body = ActivationPlan),
    (status = 404, description = "`not_found`: there is none that concerns whom one looks after"),
    (status = 409, description = "`conflict`: it is closed"),
))]
async fn plan(
    State(activations): State<ActivationService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<ActivationPlan>> {
    activations.plan(caller.person.id, id).await.map(Json)
}

/// Raise or lower the level
///
/// What fits now is given, and what no longer fits ends, at once.
#[utoipa::path(post, path = "/api/v1/activations/{id}/level", tag = "activation", operation_id = "changeActivationLevel",
    params(("id" = Uuid, Path, description = "From the list")), request_body = AnotherLevel, responses(
    (status = 200, description = "The event", body = ActivationView),
    (status = 403, description = "`forbidden`: one's posts are not for all of its agencies"),
    (status = 404, description = "`not_found`: there is none that concerns whom one looks after"),
    (status = 409, description = "`conflict`: it is closed"),
))]
async fn set_level(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(to): Body<AnotherLevel>,
) -> ApiResult<Json<ActivationView>> {
    activations
        .set_level(actor(&caller, &source), id, to.level)
        .await?;
    activations.event(caller.person.id, id).await.map(Json)
}

/// Add agencies to an event
///
/// Their lists count at once. Those that it has already change nothing, but that all below them may come in too.
#[utoipa::path(post, path = "/api/v1/activations/{id}/agencies", tag = "activation", operation_id = "addActivationAgencies",
    params(("id" = Uuid, Path, description = "From the list")), request_body = MoreAgencies, responses(
    (status = 200, description = "The event", body = ActivationView),
    (status = 403, description = "`forbidden`: one's posts are not for all of its agencies"),
    (status = 404, description = "`not_found`: there is none that concerns whom one looks after"),
    (status = 409, description = "`conflict`: it is closed"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn add_agencies(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(more): Body<MoreAgencies>,
) -> ApiResult<Json<ActivationView>> {
    activations
        .add_agencies(actor(&caller, &source), id, &more)
        .await?;
    activations.event(caller.person.id, id).await.map(Json)
}

/// Close an event
///
/// All that it gave ends with it, from the next request on. It is to be reviewed within 7 days.
#[utoipa::path(post, path = "/api/v1/activations/{id}/close", tag = "activation", operation_id = "closeActivation",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The event", body = ActivationView),
    (status = 403, description = "`forbidden`: one's posts are not for all of its agencies"),
    (status = 404, description = "`not_found`: there is none that concerns whom one looks after"),
    (status = 409, description = "`conflict`: it is closed already"),
))]
async fn close(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<Json<ActivationView>> {
    activations.close(actor(&caller, &source), id).await?;
    activations.event(caller.person.id, id).await.map(Json)
}
