//! The addresses between an application and the portal, beside the protocol's own.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, RawForm, State},
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};
use oidc_provider::{PageFault, PendingId};
use url::Url;

use super::{ProviderService, pages, service::unavailable, sign_out};
use crate::{
    application::ApplicationService,
    error::ApiResult,
    gate::{self, Gate},
    state::AppState,
};

/// The largest form, in bytes.
const LARGEST_FORM: usize = 4 * 1024;

/// Pages that browsers are led to.
pub fn navigation(gate: &Arc<Gate>) -> Router<AppState> {
    Router::new()
        .route("/oidc/not-admitted", get(not_admitted))
        .route("/sign-out", get(sign_out::ask).post(sign_out::confirm))
        .route("/signed-out", get(sign_out::shown))
        .route_layer(from_fn_with_state(gate.clone(), gate::visiting))
        .route(pages::SCRIPT_PATH, get(script))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}

async fn script() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/javascript; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, pages::SCRIPT).into_response()
}

/// `GET /oidc/not-admitted?authorization=…`: leads to where the application's roles are asked for, and remembers where in it
/// the person wanted to go.
async fn not_admitted(
    State(service): State<ProviderService>,
    State(applications): State<ApplicationService>,
    headers: HeaderMap,
    RawForm(query): RawForm,
) -> ApiResult<Response> {
    let id = sign_out::parameter(&query, "authorization").unwrap_or_default();
    let pending = service
        .provider
        .authorization(&PendingId::from_request(&id))
        .await
        .map_err(unavailable)?;
    let Some(pending) = pending else {
        return Ok(pages::fault(PageFault::Expired));
    };
    let request = pending.request;
    let session = service.portal.found(&headers).await.map_err(unavailable)?;
    let application = applications.find(&request.client_id).await?;
    if let (Some(session), Some(application), Some(target)) = (session, application, request.target_link_uri)
    {
        // Within the application that asks, as it is registered; others are not remembered.
        let origin = |address: &str| Url::parse(address).map(|url| url.origin());
        if origin(&target).ok() == origin(&request.redirect_uri).ok() {
            let clock = service.portal.clock.as_ref();
            let (person, application) = (session.person.id, application.view.id);
            applications.want(clock, person, application, &target).await?;
        }
    }
    Ok(Redirect::to(&format!("/applications?wanted={}", request.client_id)).into_response())
}
