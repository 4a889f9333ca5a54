//! `/api/v1/profile/agency-proposal` and `/api/v1/agency-proposals`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shared::{
    affiliation::{Affiliation, NewProposal, ProposalView, Refusal},
    list::Page,
    problem::ErrorCode,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::AffiliationService;
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
        .routes(routes!(own, propose, withdraw))
        .routes(routes!(list))
        .routes(routes!(confirm))
        .routes(routes!(refuse))
}

/// One's own agency, as one proposes it
///
/// Whether one may propose one, and what has become of the latest proposal.
#[utoipa::path(get, path = "/api/v1/profile/agency-proposal", tag = "profile", operation_id = "readAgencyProposal",
    responses((status = 200, description = "How one stands", body = Affiliation)))]
async fn own(State(affiliations): State<AffiliationService>, caller: Caller) -> ApiResult<Json<Affiliation>> {
    Ok(Json(affiliations.of(&caller).await?))
}

/// Propose the agency that one belongs to
///
/// For accounts of EMIC and natural persons whose agency is not known. It counts when a manager who reaches the agency
/// has confirmed it.
#[utoipa::path(post, path = "/api/v1/profile/agency-proposal", tag = "profile", operation_id = "proposeAgency",
    request_body = NewProposal, responses(
    (status = 201, description = "Proposed", body = Affiliation),
    (status = 200, description = "It is proposed already", body = Affiliation),
    (status = 403, description = "`forbidden`: one's agency is known, or comes from MyEGov"),
    (status = 409, description = "`conflict`: another proposal waits; take it back first"),
    (status = 422, description = "`invalid`: see `violations`"),
))]
async fn propose(
    State(affiliations): State<AffiliationService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewProposal>,
) -> ApiResult<Response> {
    let is_new = affiliations.propose(&caller, &new, source.as_str()).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(affiliations.of(&caller).await?)).into_response())
}

/// Take one's proposal back
///
/// While nobody has decided on it.
#[utoipa::path(delete, path = "/api/v1/profile/agency-proposal", tag = "profile", operation_id = "withdrawAgencyProposal",
    responses(
    (status = 204, description = "Taken back"),
    (status = 404, description = "`not_found`: none waits"),
))]
async fn withdraw(
    State(affiliations): State<AffiliationService>,
    caller: Caller,
    source: Source,
) -> ApiResult<StatusCode> {
    if affiliations.withdraw(caller.person.id, source.as_str()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// The agencies that people propose to belong to
///
/// Those that wait, for agencies that one looks after, the longest waiting first.
#[utoipa::path(get, path = "/api/v1/agency-proposals", tag = "person", operation_id = "listAgencyProposals",
    params(Paging), responses(
    (status = 200, description = "The proposals", body = Page<ProposalView>),
    (status = 403, description = "`forbidden`: one looks after no agency"),
))]
async fn list(
    State(affiliations): State<AffiliationService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<ProposalView>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let items = affiliations.open(caller.person.id, after, limit + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Confirm that a person belongs to the agency
///
/// The person belongs to it from the next request on, and loses a manager's post for an agency outside.
#[utoipa::path(post, path = "/api/v1/agency-proposals/{id}/confirm", tag = "person", operation_id = "confirmAgency",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "Confirmed"),
    (status = 403, description = "`forbidden`: it is one's own"),
    (status = 404, description = "`not_found`: no such proposal, or for no agency that one looks after"),
    (status = 409, description = "`conflict`: it does not wait any more"),
))]
async fn confirm(
    State(affiliations): State<AffiliationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    affiliations
        .confirm(caller.person.id, id, source.as_str())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuse what a person proposes
///
/// With a reason that the person reads.
#[utoipa::path(post, path = "/api/v1/agency-proposals/{id}/refuse", tag = "person", operation_id = "refuseAgency",
    params(("id" = Uuid, Path, description = "From the list")), request_body = Refusal, responses(
    (status = 204, description = "Refused"),
    (status = 403, description = "`forbidden`: it is one's own"),
    (status = 404, description = "`not_found`: no such proposal, or for no agency that one looks after"),
    (status = 409, description = "`conflict`: it does not wait any more"),
    (status = 422, description = "`invalid`: see `violations`"),
))]
async fn refuse(
    State(affiliations): State<AffiliationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(refusal): Body<Refusal>,
) -> ApiResult<StatusCode> {
    affiliations
        .refuse(caller.person.id, id, &refusal, source.as_str())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
