//! `/api/v1/persons`.

use axum::{Json, extract::State};
use serde::Deserialize;
use shared::{
    list::Page,
    people::{LONGEST_QUERY, PersonDetails, PersonListItem, PersonOrder, PersonState},
    person::Role,
    problem::ErrorCode,
    text::Oid,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{PeopleService, Wanted};
use crate::{
    error::ApiResult,
    gate::Caller,
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

/// Which people are listed, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those whose name or account name begins so. At most 100 characters.
    #[param(max_length = 100)]
    query: Option<String>,
    /// Only those of this agency (機關OID) and of those below it.
    under: Option<String>,
    /// Only those who have this post.
    #[param(inline)]
    post: Option<Role>,
    /// Only those whose account is so.
    #[param(inline)]
    state: Option<PersonState>,
    /// In this order; by name unless given.
    #[param(inline)]
    sort: Option<PersonOrder>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The people whom one looks after
///
/// Agency managers see the people of their agencies, system administrators everybody. Nothing of the profile is shown.
#[utoipa::path(get, path = "/api/v1/persons", tag = "person", operation_id = "listPersons", params(Filter), responses(
    (status = 200, description = "The people", body = Page<PersonListItem>),
    (status = 403, description = "`forbidden`: one looks after nobody"),
))]
async fn list(
    State(people): State<PeopleService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<PersonListItem>>> {
    let paging = Paging::new(filter.limit, filter.after);
    let order = filter.sort.unwrap_or_default();
    let wanted = Wanted {
        query: filter.query.map(|text| read_query(&text)).transpose()?.flatten(),
        under: filter.under.map(|text| read_oid(&text)).transpose()?.flatten(),
        post: filter.post,
        state: filter.state,
        order,
        after: paging.after_text().map(read_cursor).transpose()?,
        limit: paging.limit()? + 1,
    };
    let items = people.list(caller.person.id, &wanted).await?;
    Ok(Json(paging.page(items, |item| match order {
        PersonOrder::Name => format!("{}.{}", item.id, item.name),
        PersonOrder::Newest => format!("{}.", item.id),
    })?))
}

/// A search for nothing is none.
pub(crate) fn read_query(text: &str) -> ApiResult<Option<String>> {
    let text = text.trim();
    if text.chars().count() > LONGEST_QUERY || text.contains('\0') {
        return Err(ErrorCode::MalformedParameter.into());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn read_oid(text: &str) -> ApiResult<Option<Oid>> {
    if text.is_empty() {
        return Ok(None);
    }
    let oid = text.parse().map_err(|_| ErrorCode::MalformedParameter)?;
    Ok(Some(oid))
}

fn read_cursor(text: &str) -> ApiResult<(Uuid, String)> {
    text.split_once('.')
        .filter(|(_, name)| !name.contains('\0'))
        .and_then(|(id, name)| Some((id.parse().ok()?, name.to_owned())))
        .ok_or_else(|| ErrorCode::MalformedParameter.into())
}

/// One of the people whom one looks after
///
/// With the posts, and what one may do with them. Nothing of the profile is shown: that is read elsewhere, and recorded.
#[utoipa::path(get, path = "/api/v1/persons/{id}", tag = "person", operation_id = "readPerson",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The person", body = PersonDetails),
    (status = 404, description = "`not_found`: no such person, or none whom one looks after"),
))]
async fn read(
    State(people): State<PeopleService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<PersonDetails>> {
    people.read(caller.person.id, id).await.map(Json)
}
