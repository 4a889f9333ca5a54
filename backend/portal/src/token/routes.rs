//! `/api/v1/tokens`. For people in a browser alone: no token makes, shows or revokes tokens.

use axum::{Json, extract::State, http::StatusCode};
use shared::{
    list::Page,
    problem::ErrorCode,
    token::{CreatedToken, NewToken, TokenView},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::TokenService;
use crate::{
    error::ApiResult,
    gate::SignedIn,
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
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// One's own access tokens
///
/// The newest first, without those that were revoked, and without their secrets.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "token", operation_id = "listTokens", params(Paging), responses(
    (status = 200, description = "The tokens", body = Page<TokenView>),
))]
async fn list(
    State(tokens): State<TokenService>,
    SignedIn(session): SignedIn,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<TokenView>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let items = tokens.list(session.person.id, after, limit + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Make an access token
///
/// The answer holds the secret, this once. With an `id` of one's own a retry makes no second token: it answers
/// `token_exists`, and a program that did not get the secret revokes that token and makes another.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "token", operation_id = "createToken", request_body = NewToken, responses(
    (status = 201, description = "Made", body = CreatedToken),
    (status = 409, description = "`token_exists`: the same request was answered before; `conflict`: the id is \
     another token's; `token_limit`: one has 20 living tokens"),
    (status = 422, description = "`invalid`, with every violation"),
))]
async fn create(
    State(tokens): State<TokenService>,
    SignedIn(session): SignedIn,
    source: Source,
    Body(new): Body<NewToken>,
) -> ApiResult<(StatusCode, Json<CreatedToken>)> {
    let created = tokens.create(&session, &new, source.as_str()).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// Revoke one of one's access tokens
///
/// From the next request on, on every node, it is refused.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "token", operation_id = "revokeToken",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "Revoked"),
    (status = 404, description = "`not_found`: none of one's tokens"),
))]
async fn revoke(
    State(tokens): State<TokenService>,
    SignedIn(session): SignedIn,
    source: Source,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    if tokens.revoke(session.person.id, id, source.as_str()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}
