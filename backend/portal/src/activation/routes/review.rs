//! `/api/v1/activations/{id}/grants`, `/api/v1/activations/{id}/reviews` and `/api/v1/activation-reviews`.

use axum::{Json, extract::State};
use serde::Deserialize;
use shared::{
    activation::{ActivationGrantView, SurgeReviewDecision, SurgeReviewResults, SurgeReviewTasks},
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
        extract::{Body, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(grants))
        .routes(routes!(review))
        .routes(routes!(tasks))
}

/// Which grants are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those that are reviewed (`true`) or not (`false`).
    reviewed: Option<bool>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What an event granted
///
/// To those whom one looks after, in the order in which it was given, with where its review stands.
#[utoipa::path(get, path = "/api/v1/activations/{id}/grants", tag = "activation", operation_id = "listActivationGrants",
    params(("id" = Uuid, Path, description = "From the list"), Filter), responses(
    (status = 200, description = "The grants", body = Page<ActivationGrantView>),
    (status = 404, description = "`not_found`: there is none that concerns whom one looks after"),
))]
async fn grants(
    State(activations): State<ActivationService>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<ActivationGrantView>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let (after, limit) = (paging.after_id()?, paging.limit()? + 1);
    let items = activations
        .grants(caller.person.id, id, filter.reviewed, after, limit)
        .await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Review what an event granted
///
/// After its close, by the nearest manager at or above the holder's agency who is not the holder; what is overdue, by
/// managers further up too. A mark stands. Each grant has its own result: `conflict` when it is marked already or the
/// event is open, `forbidden` when it is not one's turn, `not_found` when one may not see it.
#[utoipa::path(post, path = "/api/v1/activations/{id}/reviews", tag = "activation", operation_id = "reviewActivationGrants",
    params(("id" = Uuid, Path, description = "From the list")), request_body = SurgeReviewDecision, responses(
    (status = 200, description = "A result for each grant", body = SurgeReviewResults),
    (status = 404, description = "`not_found`: there is none that concerns whom one looks after"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn review(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(decision): Body<SurgeReviewDecision>,
) -> ApiResult<Json<SurgeReviewResults>> {
    let by = actor(&caller, &source);
    activations.review(by, id, &decision).await.map(Json)
}

/// What waits for one's review
///
/// Event by event, the most urgent first; with how much of it is overdue.
#[utoipa::path(get, path = "/api/v1/activation-reviews", tag = "activation", operation_id = "listActivationReviews",
    responses(
    (status = 200, description = "What waits", body = SurgeReviewTasks),
    (status = 403, description = "`forbidden`: one looks after nobody"),
))]
async fn tasks(
    State(activations): State<ActivationService>,
    caller: Caller,
) -> ApiResult<Json<SurgeReviewTasks>> {
    activations.review_tasks(caller.person.id).await.map(Json)
}
