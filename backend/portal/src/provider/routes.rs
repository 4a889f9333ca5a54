//! The addresses between an application and the portal, beside the protocol's own.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, RawForm, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};
use oidc_provider::{PageFault, PendingId};
use url::Url;

use super::{ProviderService, pages, service::unavailable, sign_out};
use crate::{
    application::{ApplicationService, launch::within},
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

/// What anybody may ask of the protocol is counted by where it comes from. Applications are not: they exchange codes and ask
/// who somebody is from one address for all of their people, and prove who they are.
pub async fn counted(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if ["/oidc/authorize", "/oidc/end-session"]
        .iter()
        .any(|open| path.starts_with(open))
    {
        gate::visiting(State(gate), request, next).await
    } else {
        next.run(request).await
    }
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
    if let (Some(session), Some(application)) = (session, application) {
        let person = session.person.id;
        if service.portal.lets_in(person, &request.client_id).await? {
            // It has been given meanwhile.
            let on = service.provider.resume_path(&PendingId::from_request(&id));
            return Ok(Redirect::to(&on).into_response());
        }
        // Within the application that asks, as it is registered; others are not remembered.
        let own = Url::parse(&request.redirect_uri).map(|url| vec![url.origin()]);
        let own = own.unwrap_or_default();
        let target = request.target_link_uri.as_deref();
        if let Some(target) = target.and_then(|target| within(target, &own)) {
            let clock = service.portal.clock.as_ref();
            applications
                .want(clock, person, application.view.id, &target)
                .await?;
        }
    }
    Ok(Redirect::to(&format!("/applications?wanted={}", request.client_id)).into_response())
}
