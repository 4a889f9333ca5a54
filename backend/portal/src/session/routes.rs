//! `/api/v1/session` and `/api/v1/sessions`, but for signing in, which is `login`'s.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::{
    list::Page,
    problem::ErrorCode,
    session::{SessionListItem, SessionView},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{SessionService, clear_cookie, signed_out_cookie};
use crate::{
    error::ApiResult,
    gate::{Caller, SignedIn},
    http::{
        extract::{NoBody, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

/// Routes that a page calls by itself and that do not count as activity.
pub fn reading() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(extend))
        .routes(routes!(list))
        .routes(routes!(revoke))
}

/// Signing out needs no living session.
pub fn visiting() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_out))
}

/// The present session
///
/// Who is signed in, until when, and what time it is. Never extends the session, so that a page may ask as
/// often as it likes.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", operation_id = "readSession", responses(
    (status = 200, description = "The session", body = SessionView,
     headers(("Session-Expires-At" = String, description = "When the session ends without activity"))),
))]
async fn read(State(sessions): State<SessionService>, SignedIn(session): SignedIn) -> Json<SessionView> {
    Json(sessions.view(&session))
}

/// Stay signed in
///
/// Notes that the person is active: the idle limit begins anew, and never reaches beyond the absolute one.
#[utoipa::path(post, path = "/api/v1/session/extend", tag = "session", operation_id = "extendSession", responses(
    (status = 200, description = "The session with its new deadline", body = SessionView),
))]
async fn extend(
    State(sessions): State<SessionService>,
    SignedIn(session): SignedIn,
    _: NoBody,
) -> Json<SessionView> {
    // The guard has extended it: every request of a person does.
    Json(sessions.view(&session))
}

/// Sign out
///
/// Ends the session and takes its cookie away. Without a session there is nothing to do, and that is no error.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", operation_id = "signOut", responses(
    (status = 204, description = "Signed out"),
))]
async fn sign_out(
    State(sessions): State<SessionService>,
    source: Source,
    headers: http::HeaderMap,
) -> ApiResult<Response> {
    let mut answer = http::HeaderMap::new();
    if let Some(token) = super::cookie_token(&headers) {
        match sessions.find(token).await {
            Ok(session) => {
                if let Some(farewell) = sessions.sign_out(&session, source.as_str()).await? {
                    answer.append(header::SET_COOKIE, signed_out_cookie(&farewell)?);
                }
            }
            // A session that is over already needs no end; a database that does not answer does.
            Err(refusal) if refusal.problem().status == 401 => {}
            Err(refusal) => return Err(refusal),
        }
    }
    answer.append(header::SET_COOKIE, clear_cookie()?);
    Ok((StatusCode::NO_CONTENT, answer).into_response())
}

/// One's own sessions
///
/// Where one is signed in now, the newest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", operation_id = "listSessions",
    params(Paging), responses(
    (status = 200, description = "The living sessions", body = Page<SessionListItem>),
))]
async fn list(
    State(sessions): State<SessionService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<SessionListItem>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let items = sessions
        .list(caller.person.id, caller.session_id(), after, limit + 1)
        .await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// End one of one's sessions
///
/// At once, wherever it is. The present one can be ended this way too.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session", operation_id = "endSession",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "Ended"),
    (status = 404, description = "`not_found`: none of one's living sessions"),
))]
async fn revoke(
    State(sessions): State<SessionService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    if sessions
        .end(caller.person.id, caller.session_id(), id, source.as_str())
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}
