//! `/api/v1/campaigns/{id}/items`: the permissions in a campaign, deciding on them, and all of them as a file.

use axum::{
    Json,
    body::Body as Stream,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Deserialize;
use shared::{
    campaign::{CampaignItem, ItemDecision, ItemDecisions, ItemResults, ItemState},
    list::Page,
    problem::ErrorCode,
    text::Oid,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{View, actor};
use crate::{
    campaign::{CampaignService, export, items::Wanted},
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

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(items))
        .routes(routes!(decide))
        .routes(routes!(decide_each))
        .routes(routes!(download))
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
