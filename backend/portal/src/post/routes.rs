//! `/api/v1/persons/{id}/posts`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shared::{
    list::Page,
    post::{NewPost, PostView},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Deed, PostService};
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Path},
        source::Source,
    },
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, give))
        .routes(routes!(take))
}

/// The posts of a person
///
/// All at once: nobody has many.
#[utoipa::path(get, path = "/api/v1/persons/{id}/posts", tag = "person", operation_id = "listPosts",
    params(("id" = Uuid, Path, description = "The person's id")), responses(
    (status = 200, description = "The posts", body = Page<PostView>),
    (status = 404, description = "`not_found`: no such person, or none whom one looks after"),
))]
async fn list(
    State(posts): State<PostService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Page<PostView>>> {
    let items = posts.list(caller.person.id, id).await?;
    Ok(Json(Page { items, next: None }))
}

/// Give a post
///
/// System administrators give every post; a manager of an agency and all below it makes managers of those below. It
/// counts from the person's next request on. The same post again changes at most how far it reaches.
#[utoipa::path(post, path = "/api/v1/persons/{id}/posts", tag = "person", operation_id = "givePost",
    params(("id" = Uuid, Path, description = "The person's id")), request_body = NewPost, responses(
    (status = 201, description = "Given, or changed", body = PostView),
    (status = 200, description = "The person had it so before", body = PostView),
    (status = 403, description = "`forbidden`: not this post; `own_posts`: it is oneself"),
    (status = 404, description = "`not_found`: no such person, or none whom one looks after"),
    (status = 422, description = "`invalid`, with every violation; `mismatched` for an agency that is neither the \
     person's own nor below it"),
))]
async fn give(
    State(posts): State<PostService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(new): Body<NewPost>,
) -> ApiResult<Response> {
    let deed = Deed {
        by: caller.person.id,
        person: id,
        source: source.as_str(),
    };
    let (view, changed) = posts.give(deed, &new).await?;
    let status = if changed {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(view)).into_response())
}

/// Take a post
///
/// From the person's next request on it does not count, on every node. Who may give it may take it; one system
/// administrator is left always.
#[utoipa::path(delete, path = "/api/v1/persons/{id}/posts/{post}", tag = "person", operation_id = "takePost",
    params(
        ("id" = Uuid, Path, description = "The person's id"),
        ("post" = String, Path, description = "Its key, from the list", example = "agency_manager:2.16.886.101.90010.20002"),
    ), responses(
    (status = 204, description = "Taken"),
    (status = 403, description = "`forbidden`: not this post; `own_posts`: it is oneself"),
    (status = 404, description = "`not_found`: no such person, none whom one looks after, or no such post"),
))]
async fn take(
    State(posts): State<PostService>,
    caller: Caller,
    source: Source,
    Path((id, post)): Path<(Uuid, String)>,
) -> ApiResult<StatusCode> {
    let deed = Deed {
        by: caller.person.id,
        person: id,
        source: source.as_str(),
    };
    posts.take(deed, &post).await?;
    Ok(StatusCode::NO_CONTENT)
}
