//! What managers and system administrators do to people's accounts.

use axum::{extract::State, http::StatusCode};
use shared::person::MovePerson;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::PersonService;
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Path},
        source::Source,
    },
    state::AppState,
};

/// Routes that a manager calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(move_to))
        .routes(routes!(end_sessions))
}

/// Disable an account
///
/// The person is signed out everywhere, and no program of theirs gets in, from the next request on. Nobody disables
/// themselves, or somebody with a higher post.
#[utoipa::path(post, path = "/api/v1/persons/{id}/disable", tag = "account", operation_id = "disablePerson",
    params(("id" = Uuid, Path, description = "The person's id")), responses(
    (status = 204, description = "Disabled"),
    (status = 403, description = "`forbidden`: oneself, or somebody with a higher post"),
    (status = 404, description = "`not_found`: nobody whom one looks after"),
))]
async fn disable(
    State(persons): State<PersonService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    persons.disable(&caller, id, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable an account
///
/// The person may sign in again.
#[utoipa::path(post, path = "/api/v1/persons/{id}/enable", tag = "account", operation_id = "enablePerson",
    params(("id" = Uuid, Path, description = "The person's id")), responses(
    (status = 204, description = "Enabled"),
    (status = 403, description = "`forbidden`: oneself, or somebody with a higher post"),
    (status = 404, description = "`not_found`: nobody whom one looks after"),
))]
async fn enable(
    State(persons): State<PersonService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    persons.enable(&caller, id, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Move a person to another agency
///
/// To one that one manages; not where MyEGov says where the person belongs. The person loses the posts as manager of
/// agencies that are neither the new one nor below it.
#[utoipa::path(post, path = "/api/v1/persons/{id}/move", tag = "account", operation_id = "movePerson",
    params(("id" = Uuid, Path, description = "The person's id")), request_body = MovePerson, responses(
    (status = 204, description = "Moved"),
    (status = 403, description = "`forbidden`: oneself, or somebody with a higher post"),
    (status = 404, description = "`not_found`: nobody whom one looks after"),
    (status = 422, description = "`invalid`: `unknown` for an agency that one does not manage, `locked` for who \
     belongs where MyEGov says"),
))]
async fn move_to(
    State(persons): State<PersonService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(to): Body<MovePerson>,
) -> ApiResult<StatusCode> {
    persons.move_to(&caller, id, &to, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a person's sessions
///
/// All of them, at once. The account stays as it is.
#[utoipa::path(post, path = "/api/v1/persons/{id}/end-sessions", tag = "account",
    operation_id = "endSessionsOfPerson", params(("id" = Uuid, Path, description = "The person's id")), responses(
    (status = 204, description = "Ended"),
    (status = 403, description = "`forbidden`: oneself, or somebody with a higher post"),
    (status = 404, description = "`not_found`: nobody whom one looks after"),
))]
async fn end_sessions(
    State(persons): State<PersonService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    persons.end_sessions(&caller, id, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}
