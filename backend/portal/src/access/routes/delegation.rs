//! `/api/v1/delegations`.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use shared::{
    delegation::{Candidate, DelegationView, NewDelegation},
    list::Page,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::actor;
use crate::{
    access::AccessService,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Parameters, Path},
        source::Source,
    },
    people::routes::read_query,
    state::AppState,
};

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(end))
        .routes(routes!(candidates))
}

/// Whom one searches for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Only those whose name or account name begins so. At most 100 characters.
    #[param(max_length = 100)]
    query: Option<String>,
}

/// Whom one may name as one's stand-in
///
/// The people of one's agency and those within the reach of one's posts who may sign in, by name. 50 at most: who is not among
/// them is found by a longer query.
#[utoipa::path(get, path = "/api/v1/delegations/candidates", tag = "access", operation_id = "listDelegationCandidates",
    params(Search), responses(
    (status = 200, description = "The people", body = Page<Candidate>),
    (status = 403, description = "`forbidden`: one has no post that decides"),
))]
async fn candidates(
    State(access): State<AccessService>,
    caller: Caller,
    Parameters(search): Parameters<Search>,
) -> ApiResult<Json<Page<Candidate>>> {
    let query = search.query.map(|text| read_query(&text)).transpose()?.flatten();
    let items = access.candidates(caller.person.id, query).await?;
    Ok(Json(Page { items, next: None }))
}

/// Who stands in for whom
///
/// One's own delegations and those to oneself that are not over, the earliest first.
#[utoipa::path(get, path = "/api/v1/delegations", tag = "access", operation_id = "listDelegations", responses(
    (status = 200, description = "The delegations", body = Page<DelegationView>),
))]
async fn list(State(access): State<AccessService>, caller: Caller) -> ApiResult<Json<Page<DelegationView>>> {
    let items = access.delegations(caller.person.id).await?;
    Ok(Json(Page { items, next: None }))
}

/// Let somebody decide in one's place
///
/// For some days, with one's posts; in no case of one's own or of theirs. They are named by their id (`person`), or by their
/// account name of EMIC (`username`).
#[utoipa::path(post, path = "/api/v1/delegations", tag = "access", operation_id = "beginDelegation",
    request_body = NewDelegation, responses(
    (status = 201, description = "It counts from its first day on", body = DelegationView),
    (status = 403, description = "`forbidden`: one has no post that decides"),
    (status = 409, description = "`conflict`: one has too many already"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn begin(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewDelegation>,
) -> ApiResult<(StatusCode, Json<DelegationView>)> {
    let view = access.delegate(actor(&caller, &source), &new).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// End a delegation
///
/// By either of the two, at once.
#[utoipa::path(delete, path = "/api/v1/delegations/{id}", tag = "access", operation_id = "endDelegation",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "It is over"),
    (status = 404, description = "`not_found`: none of one's, or over already"),
))]
async fn end(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    access.end_delegation(actor(&caller, &source), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
