//! `/api/v1/agencies`.

use axum::{Json, extract::State};
use serde::Deserialize;
use shared::{
    agency::{AgencyDetails, AgencyListItem, LONGEST_QUERY},
    list::Page,
    problem::ErrorCode,
    text::Oid,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AgencyService, index::Wanted};
use crate::{
    error::ApiResult,
    http::{
        extract::{Parameters, Path},
        paging::Paging,
    },
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// What agencies are asked for by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// A part of the name, in any width and case, 台 like 臺; several words must all be in it. Or the beginning
    /// of an OID, or a whole 機關代碼.
    #[param(max_length = 200, example = "彰化 消防")]
    query: Option<String>,
    /// The OID of an agency. Without `query`: those right below it; with it: itself and all below it are searched.
    #[param(example = "2.16.886.101.90010.20002")]
    under: Option<String>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

fn oid(text: &str) -> ApiResult<Oid> {
    text.parse().map_err(|_| ErrorCode::MalformedParameter.into())
}

/// Agencies
///
/// Search the register, or walk through its tree: without `query` and `under`, the highest agencies. An agency
/// whose parent is not in the register stands below the nearest one above that is. What a search finds
/// comes level by level, the highest first, each in the order of OIDs; agencies that have vanished from the register
/// are left out.
#[utoipa::path(get, path = "/api/v1/agencies", tag = "agency", operation_id = "listAgencies", params(Asked), responses(
    (status = 200, description = "The agencies", body = Page<AgencyListItem>),
))]
async fn list(
    State(agencies): State<AgencyService>,
    Parameters(asked): Parameters<Asked>,
) -> ApiResult<Json<Page<AgencyListItem>>> {
    let under = asked.under.as_deref().map(oid).transpose()?;
    let after = asked.after.as_deref().map(oid).transpose()?;
    let query = asked.query.as_deref();
    if query.is_some_and(|query| query.chars().count() > LONGEST_QUERY) {
        return Err(ErrorCode::MalformedParameter.into());
    }
    let paging = Paging::new(asked.limit, asked.after.clone());
    let wanted = Wanted {
        query,
        under: under.as_ref().map(Oid::as_str),
        after: after.as_ref().map(Oid::as_str),
        limit: paging.limit()? as usize + 1,
    };
    let items = agencies.list(wanted).await?;
    Ok(Json(paging.page(items, |item| item.oid.clone())?))
}

/// One agency
///
/// With its place in the tree and its former names; also one that has vanished from the register.
#[utoipa::path(get, path = "/api/v1/agencies/{oid}", tag = "agency", operation_id = "readAgency",
    params(("oid" = String, Path, description = "Its OID", example = "2.16.886.101.90010.20002.20040")), responses(
    (status = 200, description = "The agency", body = AgencyDetails),
    (status = 404, description = "`not_found`: no agency has this OID"),
))]
async fn read(
    State(agencies): State<AgencyService>,
    Path(text): Path<String>,
) -> ApiResult<Json<AgencyDetails>> {
    Ok(Json(agencies.find(&oid(&text)?).await?))
}
