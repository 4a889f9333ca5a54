//! `/api/v1/surge-lists`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    activation::{
        AnotherLevel, ListRemark, NewSurgeEntry, NewSurgeList, SurgeListDetails, SurgeListState,
        SurgeListView,
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
        .routes(routes!(list, create))
        .routes(routes!(read))
        .routes(routes!(change_level))
        .routes(routes!(add_entry))
        .routes(routes!(remove_entry))
        .routes(routes!(submit))
        .routes(routes!(recall))
        .routes(routes!(withdraw))
        .routes(routes!(approve))
        .routes(routes!(send_back))
}

type Details = ApiResult<Json<SurgeListDetails>>;

/// Which lists are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those in this state.
    #[param(inline)]
    state: Option<SurgeListState>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Surge lists
///
/// Those of the agencies that one looks after, and those with a role of an application that one owns; the newest first.
#[utoipa::path(get, path = "/api/v1/surge-lists", tag = "activation", operation_id = "listSurgeLists",
    params(Filter), responses(
    (status = 200, description = "The lists", body = Page<SurgeListView>),
    (status = 403, description = "`forbidden`: one has no post that prepares or approves lists"),
))]
async fn list(
    State(activations): State<ActivationService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<SurgeListView>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let (after, limit) = (paging.after_id()?, paging.limit()? + 1);
    let items = activations
        .lists(caller.person.id, filter.state, after, limit)
        .await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Begin a surge list
///
/// For an agency that one looks after. It counts for nothing until it has entries and is approved. The id is chosen by the
/// one who sends it: the same id with the same body is the same list.
#[utoipa::path(post, path = "/api/v1/surge-lists", tag = "activation", operation_id = "createSurgeList",
    request_body = NewSurgeList, responses(
    (status = 201, description = "The list", body = SurgeListDetails),
    (status = 200, description = "It was begun before; this is what has become of it", body = SurgeListDetails),
    (status = 403, description = "`forbidden`: one looks after no agency"),
    (status = 409, description = "`conflict`: the id is that of another list"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn create(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewSurgeList>,
) -> ApiResult<Response> {
    let is_new = activations.create(actor(&caller, &source), &new).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let details = activations.list(caller.person.id, new.id).await?;
    Ok((status, Json(details)).into_response())
}

/// A surge list
///
/// With its entries, the consents that it takes, and what one may do to it.
#[utoipa::path(get, path = "/api/v1/surge-lists/{id}", tag = "activation", operation_id = "readSurgeList",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
))]
async fn read(State(activations): State<ActivationService>, caller: Caller, Path(id): Path<Uuid>) -> Details {
    activations.list(caller.person.id, id).await.map(Json)
}

/// Change from which level on a list counts
///
/// It takes a new approval; until then what was approved before counts as it did.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/level", tag = "activation", operation_id = "changeSurgeListLevel",
    params(("id" = Uuid, Path, description = "From the list")), request_body = AnotherLevel, responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: none of an agency that one looks after"),
    (status = 409, description = "`conflict`: it is submitted, or withdrawn"),
))]
async fn change_level(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(to): Body<AnotherLevel>,
) -> Details {
    activations
        .change_level(actor(&caller, &source), id, to.level)
        .await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Put a person on a list
///
/// Somebody whom one looks after, in a role of an application. It takes an approval. The same entry once more changes
/// nothing.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/entries", tag = "activation", operation_id = "addSurgeEntry",
    params(("id" = Uuid, Path, description = "From the list")), request_body = NewSurgeEntry, responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: none of an agency that one looks after"),
    (status = 409, description = "`conflict`: it is submitted, withdrawn, or full with 200 entries"),
    (status = 422, description = "`invalid`: no such person whom one looks after and who may sign in, or no such role"),
))]
async fn add_entry(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(new): Body<NewSurgeEntry>,
) -> Details {
    activations.add_entry(actor(&caller, &source), id, &new).await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Take a person off a list
///
/// It takes no approval. An open event ends what it gave by this entry alone.
#[utoipa::path(delete, path = "/api/v1/surge-lists/{id}/entries/{entry}", tag = "activation",
    operation_id = "removeSurgeEntry",
    params(("id" = Uuid, Path, description = "From the list"), ("entry" = Uuid, Path, description = "From the list's entries")),
    responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: no such entry of a list of an agency that one looks after"),
    (status = 409, description = "`conflict`: the list is withdrawn"),
))]
async fn remove_entry(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path((id, entry)): Path<(Uuid, Uuid)>,
    _: NoBody,
) -> Details {
    activations
        .remove_entry(actor(&caller, &source), id, entry)
        .await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Submit a list for approval
///
/// By a system administrator, and by the owner of each application with a role that wants the second stage.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/submit", tag = "activation", operation_id = "submitSurgeList",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: none of an agency that one looks after"),
    (status = 409, description = "`conflict`: it is submitted, approved or withdrawn already"),
    (status = 422, description = "`invalid`: nobody is on it"),
))]
async fn submit(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> Details {
    activations.submit(actor(&caller, &source), id).await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Take back what was submitted
///
/// To go on preparing it.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/recall", tag = "activation", operation_id = "recallSurgeList",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: none of an agency that one looks after"),
    (status = 409, description = "`conflict`: it is not submitted"),
))]
async fn recall(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> Details {
    activations.recall(actor(&caller, &source), id).await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Withdraw a list
///
/// It counts no more, for good. Open events end what they gave by it alone.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/withdraw", tag = "activation", operation_id = "withdrawSurgeList",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 404, description = "`not_found`: none of an agency that one looks after"),
    (status = 409, description = "`conflict`: it is withdrawn already"),
))]
async fn withdraw(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> Details {
    activations.withdraw(actor(&caller, &source), id).await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Approve a list
///
/// With the last of the consents that it takes, all of it counts; open events give what it says at once. Nobody approves
/// what they have prepared, or a new entry of their own.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/approve", tag = "activation", operation_id = "approveSurgeList",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 403, description = "`forbidden`: it is not one's turn, or one has prepared it"),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
    (status = 409, description = "`conflict`: it is not submitted"),
))]
async fn approve(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> Details {
    activations.approve(actor(&caller, &source), id).await?;
    activations.list(caller.person.id, id).await.map(Json)
}

/// Send a list back
///
/// To be corrected by those who prepare it, who read why.
#[utoipa::path(post, path = "/api/v1/surge-lists/{id}/return", tag = "activation", operation_id = "returnSurgeList",
    params(("id" = Uuid, Path, description = "From the list")), request_body = ListRemark, responses(
    (status = 200, description = "The list", body = SurgeListDetails),
    (status = 403, description = "`forbidden`: it is not one's turn, or one has prepared it"),
    (status = 404, description = "`not_found`: there is none, or none that one may see"),
    (status = 409, description = "`conflict`: it is not submitted"),
    (status = 422, description = "`invalid`: the remark breaks a rule"),
))]
async fn send_back(
    State(activations): State<ActivationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(remark): Body<ListRemark>,
) -> Details {
    activations
        .send_back(actor(&caller, &source), id, &remark)
        .await?;
    activations.list(caller.person.id, id).await.map(Json)
}
