//! Where the browser and the portal come in.

use askama::Template;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{RawForm, RawQuery, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::{
    Fault, Portal,
    callback::Parameters,
    sign_in::{self, CALLBACK, SignIn},
    sign_out::SIGNED_OUT,
};
use crate::{
    error::SiteError,
    http::{
        page::{self, Onward},
        place::Place,
        visitor::Frame,
    },
    state::AppState,
};

/// Routes whose forms come from our own pages.
pub(crate) fn pages() -> Router<AppState> {
    Router::new()
        // To look at the answer without taking it would use it up.
        .route(
            CALLBACK,
            get(callback).head(async || StatusCode::METHOD_NOT_ALLOWED),
        )
        .route("/logout", post(logout))
        .route(SIGNED_OUT, get(signed_out))
}

/// Routes that other sites may send forms to: what they carry is checked by itself.
pub(crate) fn open() -> Router<AppState> {
    Router::new()
        .route("/login/initiate", get(initiate).post(initiate))
        .route("/backchannel-logout", post(backchannel_logout))
}

/// Another site, such as the portal with its tiles, sends somebody here to sign in (OpenID Connect Core, section 4).
async fn initiate(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, SiteError> {
    let parameters = Parameters::read(&form).ok_or(SiteError::Malformed)?;
    if parameters.get("iss") != Some(state.portal.issuer()) {
        return Err(SiteError::Malformed);
    }
    let place = match parameters.get("target_link_uri") {
        None => Place::default(),
        Some(target) => state.portal.place_of(target).ok_or(SiteError::Malformed)?,
    };
    let hint = parameters.get("login_hint");
    state.portal.sign_in(state.kind, &headers, place, hint).await
}

/// The portal's answer.
async fn callback(
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, SiteError> {
    let answer = Parameters::read(query.unwrap_or_default().as_bytes()).ok_or(SiteError::Malformed)?;
    let named = answer.get("state").unwrap_or_default();
    let Some(sign_in) = SignIn::of(state.kind, &headers, named) else {
        // Somebody who goes back in their browser, or reloads, is signed in already.
        let session = state.sessions.look(&headers).await?;
        return match session {
            Some(_) => Ok(page::redirect("/")),
            None => Err(SiteError::Stale),
        };
    };
    let outcome = finish(&state, &headers, &sign_in, &answer).await;
    let response = outcome.unwrap_or_else(IntoResponse::into_response);
    Ok(page::with_cookie(response, sign_in::forget(state.kind, named)?))
}

async fn finish(
    state: &AppState,
    headers: &HeaderMap,
    sign_in: &SignIn,
    answer: &Parameters,
) -> Result<Response, SiteError> {
    let identified = state.portal.identify(sign_in, answer).await?;
    let identified = identified.ok_or(SiteError::Denied)?;
    let cookie = state.sessions.begin(headers, identified).await?;
    let response = page::redirect(sign_in.place.as_str());
    Ok(page::with_cookie(page::no_store(response), cookie))
}

/// Ends the session here, and leads to the portal's sign-out.
async fn logout(
    State(state): State<AppState>,
    headers: HeaderMap,
    frame: Frame,
) -> Result<Response, SiteError> {
    let ended = state.sessions.end(&headers).await?;
    let address = match ended.id_token {
        Some(token) => state.portal.end_session(Some(&token)).await,
        // Nobody was signed in here: nothing is asked of the portal.
        None => Ok(SIGNED_OUT.to_owned()),
    };
    let address = address.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "signed out here alone");
        SIGNED_OUT.to_owned()
    });
    let onward = Onward {
        frame,
        address,
        heading: ("正在登出", "Signing out"),
    };
    Ok(page::with_cookie(onward.answer(), ended.cookie))
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    frame: Frame,
}

async fn signed_out(frame: Frame) -> Response {
    page::render(StatusCode::OK, &SignedOutPage { frame })
}

/// Ends the sessions that the portal's logout token names (Back-Channel Logout 1.0, sections 2.5 to 2.8).
async fn backchannel_logout(State(state): State<AppState>, form: Bytes) -> Response {
    let parameters = Parameters::read(&form).unwrap_or_default();
    let ended = match parameters.get("logout_token") {
        Some(token) => end_sessions(&state, token).await,
        None => Err(Fault::untrusted("there is no logout token").into()),
    };
    let answer = match ended {
        Ok(sessions) => {
            tracing::info!(sessions, "the portal signed somebody out");
            StatusCode::OK.into_response()
        }
        Err(SiteError::Portal(Fault::Untrusted(reason) | Fault::Refused(reason))) => {
            tracing::warn!(reason, "no sign-out by the portal");
            let error = json!({ "error": "invalid_request", "error_description": reason });
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
        Err(error) => {
            // The keys or the database are out of reach: the portal is asked to come again.
            tracing::error!(%error, "no sign-out by the portal");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    };
    page::no_store(answer)
}

async fn end_sessions(state: &AppState, token: &str) -> Result<usize, SiteError> {
    let signed_out = state.portal.read_logout_token(token).await?;
    let ended = state.sessions.end_named(&signed_out).await?;
    ended.ok_or_else(|| Fault::untrusted("the logout token was used before").into())
}

impl Portal {
    fn issuer(&self) -> &str {
        &self.0.config.issuer
    }
}
