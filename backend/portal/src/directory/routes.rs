//! `/api/v1/directory`.

use axum::{Json, extract::State};
use serde::Deserialize;
use shared::{
    agency::LONGEST_QUERY,
    application::is_code,
    directory::{DirectoryAgency, DirectoryPerson, DirectoryRoles},
    list::Page,
    problem::ErrorCode,
    text::Oid,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{DirectoryService, Wanted};
use crate::{
    agency::{AgencyService, index},
    error::ApiResult,
    http::{extract::Parameters, paging::Paging},
    state::AppState,
};

/// Routes that applications call in their own name.
pub fn of_clients() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(people))
        .routes(routes!(agencies))
        .routes(routes!(roles))
}

/// Which people are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only those of the agency of this OID.
    #[param(example = "2.16.886.101.90010.20002")]
    agency: Option<String>,
    /// With `agency`: those of all agencies below it too.
    below: Option<bool>,
    /// Only those who have a role of the application of this code now.
    #[param(pattern = "^[a-z][a-z0-9-]{1,39}$", example = "emic")]
    application: Option<String>,
    /// With `application`: only those who have this role of it.
    #[param(pattern = "^[a-z][a-z0-9-]{1,39}$", example = "viewer")]
    role: Option<String>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

fn code(text: Option<String>) -> ApiResult<Option<String>> {
    match text {
        Some(text) if !is_code(&text) => Err(ErrorCode::MalformedParameter.into()),
        text => Ok(text),
    }
}

/// People
///
/// Everybody who may sign in, with agency and roles, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/directory/people", tag = "directory", operation_id = "listDirectoryPeople",
    params(Asked), responses(
    (status = 200, description = "The people", body = Page<DirectoryPerson>),
))]
async fn people(
    State(directory): State<DirectoryService>,
    Parameters(asked): Parameters<Asked>,
) -> ApiResult<Json<Page<DirectoryPerson>>> {
    let agency = asked.agency.map(|text| text.parse::<Oid>()).transpose();
    let agency = agency.map_err(|_| ErrorCode::MalformedParameter)?;
    let (application, role) = (code(asked.application)?, code(asked.role)?);
    if (asked.below.is_some() && agency.is_none()) || (role.is_some() && application.is_none()) {
        return Err(ErrorCode::MalformedParameter.into());
    }
    let paging = Paging::new(asked.limit, asked.after);
    let wanted = Wanted {
        agency: agency.map(|oid| (oid, asked.below.unwrap_or(false))),
        application,
        role,
        after: paging.after_id()?,
        limit: paging.limit()? + 1,
    };
    let items = directory.people(&wanted).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Which agencies are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AskedAgencies {
    /// A part of the name, or the beginning of an OID; as for `GET /api/v1/agencies`.
    #[param(max_length = 200, example = "彰化 消防")]
    query: Option<String>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Agencies to choose people by
///
/// As in the register; without `query` the highest ones.
#[utoipa::path(get, path = "/api/v1/directory/agencies", tag = "directory", operation_id = "listDirectoryAgencies",
    params(AskedAgencies), responses(
    (status = 200, description = "The agencies", body = Page<DirectoryAgency>),
))]
async fn agencies(
    State(agencies): State<AgencyService>,
    Parameters(asked): Parameters<AskedAgencies>,
) -> ApiResult<Json<Page<DirectoryAgency>>> {
    let query = asked.query.as_deref();
    if query.is_some_and(|query| query.chars().count() > LONGEST_QUERY) {
        return Err(ErrorCode::MalformedParameter.into());
    }
    let after = asked.after.as_deref().map(str::parse::<Oid>).transpose();
    let after = after.map_err(|_| ErrorCode::MalformedParameter)?;
    let paging = Paging::new(asked.limit, asked.after.clone());
    let wanted = index::Wanted {
        query,
        under: None,
        after: after.as_ref().map(Oid::as_str),
        limit: paging.limit()? as usize + 1,
    };
    let found = agencies.list(wanted).await?.into_iter();
    let items = found.map(|agency| DirectoryAgency {
        oid: agency.oid,
        name: agency.name,
    });
    Ok(Json(paging.page(items.collect(), |item| item.oid.clone())?))
}

/// Roles to choose people by
///
/// Of all applications that are not closed.
#[utoipa::path(get, path = "/api/v1/directory/roles", tag = "directory", operation_id = "listDirectoryRoles",
    responses((status = 200, description = "The roles", body = DirectoryRoles)))]
async fn roles(State(directory): State<DirectoryService>) -> ApiResult<Json<DirectoryRoles>> {
    Ok(Json(DirectoryRoles {
        items: directory.roles().await?,
    }))
}
