//! `/auth/egov/…`: where browsers and the provider come in. None of it is an operation of the API.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, RawForm, RawQuery, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;
use shared::{paths, problem::ErrorCode, session::SignedOutReason};
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::{
    EgovService,
    answer::{self, Mode, SCRIPT, SCRIPT_PATH},
    browser::Browser,
    callback::{Parameters, Visitor},
    refusal::{ProviderFault, Refusal},
    sign_in::{CALLBACK, mode_of, way_back},
};
use crate::{
    error::ApiResult,
    gate::{self, Gate},
    http::source::{Source, user_agent},
    session::{self, Session, SessionService},
    state::AppState,
};

/// The largest form, in bytes.
const LARGEST_FORM: usize = 64 * 1024;
/// A form whose next bytes do not come within this is given up.
const FORM_PATIENCE: Duration = Duration::from_secs(10);

/// The routes. A form that the provider posts comes from another site, so that no check of the origin stands
/// before them: the state and the browser's cookie, or the provider's signature, are in its place.
pub fn navigation(gate: &Arc<Gate>) -> Router<AppState> {
    // Beginning a sign-in writes a row, whoever asks.
    let visits = Router::new()
        .route(
            paths::EGOV_LOGIN,
            get(login).head(async || StatusCode::METHOD_NOT_ALLOWED),
        )
        .route(
            CALLBACK,
            get(callback)
                .post(callback)
                .head(async || StatusCode::METHOD_NOT_ALLOWED),
        )
        .route(paths::EGOV_LOGOUT, get(logout))
        .route_layer(middleware::from_fn_with_state(gate.clone(), gate::visiting));
    visits
        .route("/auth/egov/backchannel-logout", post(backchannel_logout))
        .route("/auth/egov/events", post(event))
        .layer(middleware::from_fn(no_store))
        .route(SCRIPT_PATH, get(script))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(RequestBodyTimeoutLayer::new(FORM_PATIENCE))
}

async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, SCRIPT).into_response()
}

fn offered(egov: Option<EgovService>) -> ApiResult<EgovService> {
    egov.ok_or_else(|| ErrorCode::NotFound.into())
}

async fn living_session(sessions: &SessionService, headers: &HeaderMap) -> Option<Session> {
    sessions.find(session::cookie_token(headers)?).await.ok()
}

fn refused(refusal: Refusal, mode: Mode, return_to: Option<&str>) -> ApiResult<Response> {
    match &refusal {
        Refusal::Provider(fault) => tracing::warn!(%fault, "no sign-in with MyEGov"),
        Refusal::Denied | Refusal::Stale | Refusal::Disabled => {
            tracing::info!(%refusal, "no sign-in with MyEGov");
        }
        Refusal::Own(_) => {}
    }
    answer::refused(mode, refusal.reason()?, return_to)
}

/// Whether another site led the browser here. A sign-in that a person did not ask for would end the session that
/// they have, so that they choose it on the login page.
fn comes_from_another_site(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// Sends the browser to the provider.
async fn login(
    State(egov): State<Option<EgovService>>,
    State(sessions): State<SessionService>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> ApiResult<Response> {
    let egov = offered(egov)?;
    let parameters = Parameters::read(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let mode = Mode::read(parameters.get("mode"));
    let return_to = way_back(parameters.get("return_to"));
    if comes_from_another_site(&headers) {
        return Ok(answer::to_login_page(return_to).into_response());
    }
    let browser = Browser::of(&headers).unwrap_or_else(Browser::new);
    let before = living_session(&sessions, &headers).await;
    let location = match egov.begin(&browser, mode, return_to, before.as_ref()).await {
        Ok(location) => location,
        Err(refusal) => return refused(refusal, mode, return_to),
    };
    let cookie = browser.set_cookie(egov.0.config.response_mode)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(location.as_str())).into_response())
}

/// Takes the provider's answer, from the query or a form.
async fn callback(
    State(egov): State<Option<EgovService>>,
    State(sessions): State<SessionService>,
    source: Source,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> ApiResult<Response> {
    let egov = offered(egov)?;
    let Some(parameters) = Parameters::read(&form) else {
        return answer::refused(Mode::Redirect, SignedOutReason::EgovInvalid, None);
    };
    let mode = mode_of(parameters.get("state").unwrap_or_default());
    let browser = Browser::of(&headers);
    let sign_in = match egov.take(browser.as_ref(), &parameters).await {
        Ok(sign_in) => sign_in,
        Err(refusal) => return refused(refusal, mode, None),
    };
    let before = living_session(&sessions, &headers).await;
    let visitor = Visitor {
        source: source.as_str(),
        user_agent: &user_agent(&headers),
        before: before.as_ref(),
    };
    let return_to = sign_in.return_to.as_deref();
    match egov.finish(&sign_in, &parameters, visitor).await {
        Ok(token) => {
            let mut response = answer::signed_in(mode, return_to)?;
            response
                .headers_mut()
                .append(header::SET_COOKIE, session::cookie(&token)?);
            Ok(response)
        }
        Err(refusal) => refused(refusal, mode, return_to),
    }
}

/// Sends the browser to the provider's own sign-out, or to the login page where there is none.
async fn logout(State(egov): State<Option<EgovService>>) -> ApiResult<Redirect> {
    let location = offered(egov)?.sign_out().await.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "no sign-out at MyEGov");
        None
    });
    Ok(location.map_or_else(|| Redirect::to("/login"), |url| Redirect::to(url.as_str())))
}

/// Ends the sessions that the provider's logout token names (Back-Channel Logout 1.0, section 2.8).
async fn backchannel_logout(State(egov): State<Option<EgovService>>, form: Bytes) -> ApiResult<Response> {
    let egov = offered(egov)?;
    // Whatever it says to be: what holds no valid logout token is refused alike.
    let parameters = Parameters::read(&form).unwrap_or_default();
    let ended = match parameters.get("logout_token") {
        Some(token) => egov.end_sessions(token).await,
        None => Err(ProviderFault::untrusted("there is no logout token").into()),
    };
    match ended {
        Ok(sessions) => {
            tracing::info!(sessions, "MyEGov signed somebody out");
            Ok(StatusCode::OK.into_response())
        }
        Err(Refusal::Own(error)) => Err(error),
        Err(refusal) => {
            tracing::warn!(%refusal, "no sign-out by MyEGov");
            let error = json!({ "error": "invalid_request", "error_description": refusal.to_string() });
            Ok((StatusCode::BAD_REQUEST, Json(error)).into_response())
        }
    }
}

/// Takes what the provider tells of somebody between two sign-ins: a Security Event Token, pushed (RFC 8935, section 2).
async fn event(State(egov): State<Option<EgovService>>, token: Bytes) -> ApiResult<Response> {
    let egov = offered(egov)?;
    let outcome = match std::str::from_utf8(&token) {
        Ok(token) => egov.take_event(token.trim()).await,
        Err(_) => Err(ProviderFault::untrusted("the token is no text").into()),
    };
    match outcome {
        Ok(()) => Ok(StatusCode::ACCEPTED.into_response()),
        Err(Refusal::Own(error)) => Err(error),
        Err(Refusal::Provider(ProviderFault::Unavailable(reason))) => {
            // Its keys are out of reach: it is asked to come again.
            tracing::warn!(reason, "no event of MyEGov");
            Err(ErrorCode::Unavailable.into())
        }
        Err(refusal) => {
            tracing::warn!(%refusal, "no event of MyEGov");
            let error = json!({ "err": "invalid_request", "description": refusal.to_string() });
            Ok((StatusCode::BAD_REQUEST, Json(error)).into_response())
        }
    }
}
