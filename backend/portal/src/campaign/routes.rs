//! `/api/v1/campaigns`.

use axum::{
    Json,
    body::Body as Stream,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Deserialize;
use shared::{
    campaign::{
        CampaignItem, CampaignState, CampaignView, CancelCampaign, ExtendCampaign, ItemDecision,
        ItemDecisions, ItemResults, ItemState, NewCampaign, Progress,
    },
    list::Page,
    problem::ErrorCode,
    text::Oid,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{CampaignService, Opened, export, items::Wanted, service::Listed};
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

/// How long the text may be that somebody is looked for by.
const LONGEST_TEXT: usize = 200;

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(read))
        .routes(routes!(progress))
        .routes(routes!(items))
        .routes(routes!(decide))
        .routes(routes!(decide_each))
        .routes(routes!(extend))
        .routes(routes!(cancel))
        .routes(routes!(download))
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

/// Which permissions of a campaign are listed; those that fit all of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Those that one's posts look after (`overseen`, the default), or those that one decides on (`to_decide`).
    #[param(inline)]
    #[serde(default)]
    view: View,
    /// Only those that stand there.
    #[param(inline)]
    state: Option<ItemState>,
    /// Only those for this agency: its OID.
    agency: Option<String>,
    /// Only those of people whose name begins so.
    #[param(max_length = 200)]
    q: Option<String>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The permissions in a campaign
///
/// As far as one's posts reach, with what has become of each and what one may do to it.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/items", tag = "access", operation_id = "listCampaignItems",
    params(("id" = Uuid, Path, description = "From the list"), Filter), responses(
    (status = 200, description = "The permissions", body = Page<CampaignItem>),
    (status = 404, description = "`not_found`: there is none, or none in which one looks after anything"),
))]
async fn items(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<CampaignItem>>> {
    let malformed = ErrorCode::MalformedParameter;
    let is_readable = |text: &String| text.chars().count() <= LONGEST_TEXT && !text.contains('\0');
    if !filter.q.as_ref().is_none_or(is_readable) {
        return Err(malformed.into());
    }
    let agency = filter.agency.map(|oid| oid.parse::<Oid>().map_err(|_| malformed));
    let paging = Paging::new(filter.limit, filter.after);
    let wanted = Wanted {
        mine: filter.view == View::ToDecide,
        state: filter.state,
        agency: agency.transpose()?,
        query: filter.q.filter(|text| !text.trim().is_empty()),
        after: paging.after_id()?,
        limit: paging.limit()? + 1,
    };
    let found = campaigns.items(caller.person.id, id, &wanted).await?;
    Ok(Json(paging.page(found, |item| item.grant.to_string())?))
}

/// Keep a permission, or take it back
///
/// By the nearest manager of the agency that it is for. One that was kept can be taken back until the deadline; to take back
/// is at once and for good.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/items/{grant}/decide", tag = "access",
    operation_id = "decideCampaignItem", params(
    ("id" = Uuid, Path, description = "From the list"), ("grant" = Uuid, Path, description = "From the campaign's list"),
    ), request_body = ItemDecision, responses(
    (status = 200, description = "The permission as it stands now", body = CampaignItem),
    (status = 403, description = "`forbidden`: somebody else decides on it"),
    (status = 404, description = "`not_found`: there is none, or none that one's posts look after"),
    (status = 409, description = "`conflict`: the deadline has passed, or it counts no more"),
    (status = 422, description = "`invalid`: the reason breaks a rule"),
))]
async fn decide(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    source: Source,
    Path((id, grant)): Path<(Uuid, Uuid)>,
    Body(decision): Body<ItemDecision>,
) -> ApiResult<Json<CampaignItem>> {
    let by = actor(&caller, &source);
    campaigns.decide(by, id, grant, &decision).await.map(Json)
}

/// Keep several permissions, or take them back
///
/// Each by itself, with a result for each: one that is refused does not hold up the others.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/decisions", tag = "access", operation_id = "decideCampaignItems",
    params(("id" = Uuid, Path, description = "From the list")), request_body = ItemDecisions, responses(
    (status = 200, description = "A result for each, in their order", body = ItemResults),
    (status = 404, description = "`not_found`: there is no such campaign, or none in which one looks after anything"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn decide_each(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(decisions): Body<ItemDecisions>,
) -> ApiResult<Json<ItemResults>> {
    let by = actor(&caller, &source);
    let results = campaigns.decide_each(by, id, &decisions).await?;
    Ok(Json(ItemResults { results }))
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

/// How the file is written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Form {
    /// Whether the file begins with a byte order mark, by which Excel knows UTF-8.
    #[serde(default)]
    bom: bool,
}

/// The result of a campaign as a file
///
/// Every permission in it that one's posts look after, as CSV. That it was taken is in the log.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/export", tag = "access", operation_id = "exportCampaign",
    params(("id" = Uuid, Path, description = "From the list"), Form), responses(
    (status = 200, description = "The file", content((String = "text/csv"))),
    (status = 404, description = "`not_found`: there is none, or none in which one looks after anything"),
))]
async fn download(
    State(campaigns): State<CampaignService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Parameters(form): Parameters<Form>,
) -> ApiResult<Response> {
    let by = actor(&caller, &source);
    let file = campaigns.begin_export(by, id, form.bom).await?;
    let mut response = Stream::from_stream(export::stream(file)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"campaign-{id}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
