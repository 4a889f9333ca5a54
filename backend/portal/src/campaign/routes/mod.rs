//! `/api/v1/campaigns`: opening, reading and changing campaigns.

mod items;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    campaign::{CampaignState, CampaignView, CancelCampaign, ExtendCampaign, NewCampaign, Progress},
    list::Page,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{CampaignService, Opened, service::Listed};
use crate::{
    access::Actor,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(read))
        .routes(routes!(progress))
        .routes(routes!(extend))
        .routes(routes!(cancel))
        .merge(items::extending())
}

/// Who calls, from where.
fn actor<'a>(caller: &Caller, source: &'a Source) -> Actor<'a> {
    Actor {
        person: caller.person.id,
        source: source.as_str(),
    }
}

/// Whose campaigns or permissions are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum View {
    /// What one's posts look after.
    #[default]
    Overseen,
    /// What one decides on.
    ToDecide,
}

/// Which campaigns are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Those in which one's posts look after something (`overseen`, the default), or those in which something waits for
    /// one's decision (`to_decide`).
    #[param(inline)]
    #[serde(default)]
    view: View,
    /// Only those in this state.
    #[param(inline)]
    state: Option<CampaignState>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Review campaigns
///
/// Those in which one's posts look after something, the newest first.
#[utoipa::path(get, path = "/api/v1/campaigns", tag = "access", operation_id = "listCampaigns", params(Which), responses(
    (status = 200, description = "The campaigns", body = Page<CampaignView>),
    (status = 403, description = "`forbidden`: one looks after no permissions"),
))]
async fn list(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> ApiResult<Json<Page<CampaignView>>> {
    let paging = Paging::new(which.limit, which.after);
    let listed = Listed {
        to_decide: which.view == View::ToDecide,
        state: which.state,
        after: paging.after_id()?,
        limit: paging.limit()? + 1,
    };
    let found = campaigns.list(caller.person.id, listed).await?;
    Ok(Json(paging.page(found, |item| item.id.to_string())?))
}

/// Open a review campaign
///
/// Over every permission of an agency and those below it, or of an application, that counts now or is to. The id is chosen
/// by the one who sends it: the same id with the same body is the same campaign, so that it can be sent again when no answer
/// came.
#[utoipa::path(post, path = "/api/v1/campaigns", tag = "access", operation_id = "openCampaign",
    request_body = NewCampaign, responses(
    (status = 201, description = "Opened", body = CampaignView),
    (status = 200, description = "It had been opened before; this is what has become of it", body = CampaignView),
    (status = 403, description = "`forbidden`: one is neither system administrator nor owner of the application"),
    (status = 409, description = "`conflict`: the id is that of another campaign"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn open(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewCampaign>,
) -> ApiResult<Response> {
    Ok(match campaigns.open(actor(&caller, &source), &new).await? {
        Opened::New(view) => (StatusCode::CREATED, Json(view)).into_response(),
        Opened::Before(view) => (StatusCode::OK, Json(view)).into_response(),
    })
}

/// A review campaign
///
/// With how much of it waits for one's own decision.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}", tag = "access", operation_id = "readCampaign",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The campaign", body = CampaignView),
    (status = 404, description = "`not_found`: there is none, or none in which one looks after anything"),
))]
async fn read(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<CampaignView>> {
    campaigns.read(caller.person.id, id).await.map(Json)
}

/// How far a campaign has come
///
/// How many permissions were kept and revoked, are gone, wait or have lapsed, in all and for each agency, as far as one's
/// posts reach.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/progress", tag = "access", operation_id = "readCampaignProgress",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The figures", body = Progress),
    (status = 404, description = "`not_found`: there is none, or none in which one looks after anything"),
))]
async fn progress(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Progress>> {
    campaigns.progress(caller.person.id, id).await.map(Json)
}

/// Move a campaign's deadline
///
/// To a later day, by whoever may open such a campaign.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/extend", tag = "access", operation_id = "extendCampaign",
    params(("id" = Uuid, Path, description = "From the list")), request_body = ExtendCampaign, responses(
    (status = 200, description = "The campaign as it is now", body = CampaignView),
    (status = 403, description = "`forbidden`: one may not open such a campaign"),
    (status = 404, description = "`not_found`: there is none, or none in which one looks after anything"),
    (status = 409, description = "`conflict`: it has changed since that version, or its deadline has passed"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn extend(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(extension): Body<ExtendCampaign>,
) -> ApiResult<Json<CampaignView>> {
    let by = actor(&caller, &source);
    campaigns.extend(by, id, &extension).await.map(Json)
}

/// Cancel a campaign
///
/// Nothing lapses then; what was taken back before stays so.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/cancel", tag = "access", operation_id = "cancelCampaign",
    params(("id" = Uuid, Path, description = "From the list")), request_body = CancelCampaign, responses(
    (status = 200, description = "The campaign, cancelled", body = CampaignView),
    (status = 403, description = "`forbidden`: one may not open such a campaign"),
    (status = 404, description = "`not_found`: there is none, or none in which one looks after anything"),
    (status = 409, description = "`conflict`: it has changed since that version, or its deadline has passed"),
    (status = 422, description = "`invalid`: the reason breaks a rule"),
))]
async fn cancel(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(cancellation): Body<CancelCampaign>,
) -> ApiResult<Json<CampaignView>> {
    let by = actor(&caller, &source);
    campaigns.cancel(by, id, &cancellation).await.map(Json)
}
