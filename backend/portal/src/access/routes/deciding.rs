//! `/api/v1/permission-requests/{id}/…`: what deciders do, and what is said meanwhile.

use axum::{Json, extract::State};
use shared::access::{
    Approval, BulkDecision, BulkResults, Correction, Remark, RequestAction, RequestView, ReviewView,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::actor;
use crate::{
    access::AccessService,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Path},
        source::Source,
    },
    state::AppState,
};

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(send_back))
        .routes(routes!(resubmit))
        .routes(routes!(comment))
        .routes(routes!(decide_each))
        .routes(routes!(review))
}

/// Approve a request
///
/// By who is to decide on it. The roles are granted at once; where one of them wants the application's owner to agree
/// too, the request goes on to the owner instead (`stage` is `owner` then). Where a rule says that one of the roles should
/// not go together with another one of the person, the decider says that they know, and why (`despite_conflicts`).
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/approve", tag = "access",
    operation_id = "approvePermissionRequest", params(("id" = Uuid, Path, description = "From the list")),
    request_body = Approval, responses(
    (status = 200, description = "The request as it is now", body = RequestView),
    (status = 403, description = "`forbidden`: it waits for somebody else, or is one's own"),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
    (status = 409, description = "`conflict`: it is not under review any more, or its last day has passed; \
     `role_conflict`: see `conflicts` of its review, and say `despite_conflicts`; `role_conflict_strict`: nobody can \
     approve it"),
    (status = 422, description = "`invalid`: the comment breaks a rule; with `despite_conflicts` it must not be missing"),
))]
async fn approve(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(approval): Body<Approval>,
) -> ApiResult<Json<RequestView>> {
    let by = actor(&caller, &source);
    access.approve(by, id, &approval).await.map(Json)
}

/// Reject a request
///
/// By who is to decide on it, with the reason.
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/reject", tag = "access",
    operation_id = "rejectPermissionRequest", params(("id" = Uuid, Path, description = "From the list")),
    request_body = Remark, responses(
    (status = 200, description = "The request as it is now", body = RequestView),
    (status = 403, description = "`forbidden`: it waits for somebody else, or is one's own"),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
    (status = 409, description = "`conflict`: it is not under review any more"),
    (status = 422, description = "`invalid`: the comment breaks a rule; it must not be missing"),
))]
async fn reject(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(remark): Body<Remark>,
) -> ApiResult<Json<RequestView>> {
    let by = actor(&caller, &source);
    access
        .decide(by, id, RequestAction::Reject, &remark)
        .await
        .map(Json)
}

/// Return a request for correction
///
/// By who is to decide on it, with what is to be corrected.
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/return", tag = "access",
    operation_id = "returnPermissionRequest", params(("id" = Uuid, Path, description = "From the list")),
    request_body = Remark, responses(
    (status = 200, description = "The request as it is now", body = RequestView),
    (status = 403, description = "`forbidden`: it waits for somebody else, or is one's own"),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
    (status = 409, description = "`conflict`: it is not under review any more"),
    (status = 422, description = "`invalid`: the comment breaks a rule; it must not be missing"),
))]
async fn send_back(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(remark): Body<Remark>,
) -> ApiResult<Json<RequestView>> {
    let by = actor(&caller, &source);
    access
        .decide(by, id, RequestAction::Return, &remark)
        .await
        .map(Json)
}

/// Send a returned request once more
///
/// Corrected by the one who asked, and whole. It finds its decider anew.
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/resubmit", tag = "access",
    operation_id = "resubmitPermissionRequest", params(("id" = Uuid, Path, description = "From the list")),
    request_body = Correction, responses(
    (status = 200, description = "The request as it is now", body = RequestView),
    (status = 404, description = "`not_found`: none of one's requests"),
    (status = 409, description = "`conflict`: it does not wait for a correction"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn resubmit(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(correction): Body<Correction>,
) -> ApiResult<Json<RequestView>> {
    let by = actor(&caller, &source);
    access.resubmit(by, id, &correction).await.map(Json)
}

/// Ask or answer
///
/// By everybody who sees the request, while it is open. It stays where it is.
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/comments", tag = "access",
    operation_id = "commentPermissionRequest", params(("id" = Uuid, Path, description = "From the list")),
    request_body = Remark, responses(
    (status = 200, description = "The request as it is now", body = RequestView),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
    (status = 409, description = "`conflict`: it is closed"),
    (status = 422, description = "`invalid`: the comment breaks a rule; it must not be missing"),
))]
async fn comment(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(remark): Body<Remark>,
) -> ApiResult<Json<RequestView>> {
    access
        .comment(actor(&caller, &source), id, &remark)
        .await
        .map(Json)
}

/// Decide on several requests
///
/// The same decision with the same comment on each, and a result for each: one that is refused does not hold up the
/// others.
#[utoipa::path(post, path = "/api/v1/permission-requests/decisions", tag = "access",
    operation_id = "decidePermissionRequests", request_body = BulkDecision, responses(
    (status = 200, description = "What became of each, in their order", body = BulkResults),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn decide_each(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Body(bulk): Body<BulkDecision>,
) -> ApiResult<Json<BulkResults>> {
    let results = access.decide_each(actor(&caller, &source), &bulk).await?;
    Ok(Json(BulkResults { results }))
}

/// What a decision is made by
///
/// For those whose posts look after the request: the one who asks, what they hold, the roles with their risk, how many
/// others of the agency hold each, and which are in conflict with other roles of the one who asks.
#[utoipa::path(get, path = "/api/v1/permission-requests/{id}/review", tag = "access",
    operation_id = "reviewPermissionRequest", params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "All of it", body = ReviewView),
    (status = 404, description = "`not_found`: there is none, or none that one's posts look after"),
))]
async fn review(
    State(access): State<AccessService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<ReviewView>> {
    access.review(caller.person.id, id).await.map(Json)
}
