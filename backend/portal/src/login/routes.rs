//! `POST /api/v1/session`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use shared::{login::SignIn, session::SessionView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{device, service::Attempt};
use crate::{
    error::ApiResult,
    http::{
        extract::Body,
        source::{Source, user_agent},
    },
    login::LoginService,
    session::{self, SessionService},
    state::AppState,
};

/// Signing in needs no session.
pub fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_in))
}

/// Sign in with an account of EMIC
///
/// The answer sets the session's cookie. After too many failures the account waits, and `Retry-After` says
/// how long; a device that has signed in to it before is counted by itself.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", operation_id = "signIn", request_body = SignIn, responses(
    (status = 200, description = "Signed in", body = SessionView),
    (status = 401, description = "`wrong_credentials`, the same for an unknown account"),
    (status = 403, description = "`forbidden`: the account is disabled"),
    (status = 422, description = "`invalid`, with every violation"),
    (status = 429, description = "`too_many_attempts`"),
))]
async fn sign_in(
    State(login): State<LoginService>,
    State(sessions): State<SessionService>,
    source: Source,
    headers: http::HeaderMap,
    Body(input): Body<SignIn>,
) -> ApiResult<Response> {
    let before = match session::cookie_token(&headers) {
        Some(token) => sessions.find(token).await.ok(),
        None => None,
    };
    let attempt = Attempt {
        source: source.as_str(),
        user_agent: &user_agent(&headers),
        device: device::token(&headers),
        before: before.as_ref(),
    };
    let signed_in = login.sign_in(input, attempt).await?;
    let expires_at = signed_in.view.expires_at.to_string();
    let mut response = Json(signed_in.view).into_response();
    let answer = response.headers_mut();
    answer.append(header::SET_COOKIE, session::cookie(&signed_in.session)?);
    if let Some(device) = &signed_in.device {
        answer.append(header::SET_COOKIE, device::set_cookie(device)?);
    }
    if let Ok(value) = expires_at.parse() {
        answer.insert(shared::session::EXPIRES_HEADER, value);
    }
    Ok(response)
}
