//! `/api/v1/notifications`.

use std::convert::Infallible;

use axum::{
    Json,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{self, Sse},
    },
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use shared::{
    list::Page,
    notification::{NotificationView, PreferencesPatch, PreferencesView, Unread},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Feed, Line, NotificationService, Word, service::Versioned};
use crate::{
    error::ApiResult,
    gate::{Caller, SignedIn},
    http::{
        extract::{Body, NoBody, Parameters, Path},
        paging::Paging,
        precondition::{IfMatch, entity_tag},
        source::Source,
    },
    state::AppState,
};

/// Routes that a page calls by itself and that do not count as activity.
pub fn reading() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(unread))
        .routes(routes!(events))
}

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(mark_all))
        .routes(routes!(mark))
        .routes(routes!(preferences, choose))
}

impl IntoResponse for Versioned {
    fn into_response(self) -> Response {
        ([(header::ETAG, entity_tag(self.version))], Json(self.view)).into_response()
    }
}

/// One's own notifications
///
/// The newest first. What was read is kept for 90 days, and nothing for more than 400. Never extends the session: an
/// open list is read anew when something comes.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notification", operation_id = "listNotifications",
    params(Paging), responses(
    (status = 200, description = "The notifications", body = Page<NotificationView>),
))]
async fn list(
    State(notifications): State<NotificationService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<NotificationView>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let items = notifications.list(caller.person.id, after, limit + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// How many one has not read
///
/// Never extends the session, so that a page may ask as often as it likes.
#[utoipa::path(get, path = "/api/v1/notifications/unread", tag = "notification",
    operation_id = "countUnreadNotifications", responses(
    (status = 200, description = "The number", body = Unread),
))]
async fn unread(State(notifications): State<NotificationService>, caller: Caller) -> ApiResult<Json<Unread>> {
    Ok(Json(notifications.unread(caller.person.id).await?))
}

/// How many one has not read, and which response centres are open, whenever it changes
///
/// Server-sent events: the data of each is what `GET /api/v1/notifications/unread` answers. Those named `activations` have the
/// open response centres instead, each with `id`, `name` and `level`, the newest first. Comments keep the stream open. Never extends the session, and ends with it. A session has three streams at once.
#[utoipa::path(get, path = "/api/v1/notifications/events", tag = "notification", operation_id = "streamNotifications",
    responses(
    (status = 200, description = "The stream", body = String, content_type = "text/event-stream"),
))]
async fn events(
    State(notifications): State<NotificationService>,
    State(feed): State<Feed>,
    SignedIn(session): SignedIn,
) -> ApiResult<Response> {
    // For nginx, which would hold answers back until they are long enough.
    const AT_ONCE: (HeaderName, HeaderValue) = (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    const NOT_KEPT: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let unread = notifications.unread(session.person.id).await?;
    let line = feed.open(session.id, unread).await?;
    let stream = futures::stream::unfold(line, |mut line: Line| async {
        let event = match line.next().await? {
            Word::Nothing => sse::Event::default().comment(""),
            Word::Unread(unread) => sse::Event::default().json_data(unread).ok()?,
            Word::Activations(activations) => sse::Event::default()
                .event("activations")
                .json_data(&activations[..])
                .ok()?,
        };
        Some((Ok::<_, Infallible>(event), line))
    });
    Ok(([AT_ONCE, NOT_KEPT], Sse::new(stream)).into_response())
}

/// Mark all as read
///
/// Those that have come until now. Once more changes nothing.
#[utoipa::path(post, path = "/api/v1/notifications/read", tag = "notification",
    operation_id = "readAllNotifications", responses(
    (status = 204, description = "All that were there are read"),
))]
async fn mark_all(
    State(notifications): State<NotificationService>,
    caller: Caller,
    _: NoBody,
) -> ApiResult<StatusCode> {
    notifications.mark_all(caller.person.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mark one as read
///
/// Once more changes nothing.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", tag = "notification", operation_id = "readNotification",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "It is read"),
    (status = 404, description = "`not_found`: none of one's own"),
))]
async fn mark(
    State(notifications): State<NotificationService>,
    caller: Caller,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    notifications.mark(caller.person.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How one wants to be told
///
/// `ETag` names the version, for `If-Match`.
#[utoipa::path(get, path = "/api/v1/notifications/preferences", tag = "notification",
    operation_id = "readNotificationPreferences", responses(
    (status = 200, description = "The preferences", body = PreferencesView,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 404, description = "`not_found`: the account was closed meanwhile"),
))]
async fn preferences(
    State(notifications): State<NotificationService>,
    caller: Caller,
) -> ApiResult<Versioned> {
    notifications.preferences(caller.person.id).await
}

/// Choose how one wants to be told
///
/// A JSON merge patch: what is absent stays, and nothing can be emptied. What one is not told in the pages is not kept
/// there either.
#[utoipa::path(patch, path = "/api/v1/notifications/preferences", tag = "notification",
    operation_id = "changeNotificationPreferences",
    params(("If-Match" = String, Header, description = "The `ETag` of the version that was read", example = "\"0\"")),
    request_body = PreferencesPatch, responses(
    (status = 200, description = "The preferences as they are now", body = PreferencesView,
     headers(("ETag" = String, description = "The new version"))),
    (status = 404, description = "`not_found`: the account was closed meanwhile"),
    (status = 412, description = "`precondition_failed`: they have changed since; read them anew"),
    (status = 428, description = "`precondition_required`: without `If-Match`"),
))]
async fn choose(
    State(notifications): State<NotificationService>,
    caller: Caller,
    source: Source,
    if_match: IfMatch,
    Body(patch): Body<PreferencesPatch>,
) -> ApiResult<Versioned> {
    notifications
        .choose(caller.person.id, &if_match, &patch, source.as_str())
        .await
}
