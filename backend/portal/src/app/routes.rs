//! The routes of all features: the API behind the gate, what a browser is led through, and the pages.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::any,
};
use foundation::http::{
    health::{self, Readiness},
    observe::observe,
    security_headers::SecurityHeaders,
};
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::BuildError;
use crate::{
    access, account, activation, affiliation, agency, application, attachment, audit, campaign, chart,
    client, directory, download, egov,
    gate::{self, Gate, Guard, RateLimits, policy},
    http::{api_docs, assets, problems, refusal_page},
    invitation, login, notice, notification, people, person, post, profile, provider, session, site,
    state::AppState,
    token,
};

/// The largest JSON body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// A body whose next bytes do not come within this is given up.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// The routes of the API with their documentation.
fn api_routes(gate: Option<&Arc<Gate>>) -> OpenApiRouter<AppState> {
    let mut open = OpenApiRouter::new()
        .merge(login::routes::public())
        .merge(account::routes::public())
        .merge(invitation::routes::public())
        .merge(site::public())
        .merge(download::public());
    let mut visiting = session::routes::visiting();
    let mut reading = OpenApiRouter::new()
        .merge(session::routes::reading())
        .merge(application::routes::reading())
        .merge(notification::routes::reading());
    let mut extending = OpenApiRouter::new()
        .merge(session::routes::extending())
        .merge(agency::routes::extending())
        .merge(application::routes::extending())
        .merge(client::routes::extending())
        .merge(access::routes::extending())
        .merge(attachment::routes::extending())
        .merge(campaign::routes::extending())
        .merge(chart::routes::extending())
        .merge(activation::routes::extending())
        .merge(people::routes::extending())
        .merge(post::routes::extending())
        .merge(affiliation::routes::extending())
        .merge(audit::routes::extending())
        .merge(notice::extending())
        .merge(notification::routes::extending())
        .merge(profile::routes::extending())
        .merge(token::routes::extending())
        .merge(account::routes::extending())
        .merge(invitation::routes::extending())
        .merge(person::routes::extending());
    let mut of_clients = directory::routes::of_clients();
    if let Some(gate) = gate {
        let guarded = |guard| from_fn_with_state((gate.clone(), guard), gate::api);
        open = open.route_layer(guarded(Guard::Open));
        visiting = visiting.route_layer(guarded(Guard::Visiting));
        reading = reading.route_layer(guarded(Guard::Reading));
        extending = extending.route_layer(guarded(Guard::Extending));
        of_clients = of_clients.route_layer(guarded(Guard::Client));
    }
    OpenApiRouter::new()
        .merge(open)
        .merge(visiting)
        .merge(reading)
        .merge(extending)
        .merge(of_clients)
}

/// The contract, generated from the routes.
///
/// # Errors
/// When it cannot be written, which a test would have found.
pub fn openapi() -> Result<OpenApi, serde_json::Error> {
    api_docs::describe(api_routes(None).into_openapi())
}

/// Everything that is served.
pub(super) fn router(state: AppState, readiness: Readiness) -> Result<Router, BuildError> {
    let gate = Arc::new(Gate {
        sessions: state.sessions.clone(),
        tokens: state.tokens.clone(),
        provider: state.provider.clone(),
        limits: RateLimits::new(state.clock.clone(), state.config.rate_limit),
        trusted_proxies: state.trusted_proxies.clone(),
        origins: state.origins.clone(),
    });
    let (guarded, _) = api_routes(Some(&gate)).split_for_parts();
    let api = api_docs::router()
        .route("/api", any(problems::not_found))
        .route("/api/", any(problems::not_found))
        .route("/api/{*path}", any(problems::not_found))
        .layer(from_fn_with_state(state.origins.clone(), policy::unguarded))
        .merge(guarded)
        .layer((
            DefaultBodyLimit::max(LARGEST_BODY),
            RequestBodyTimeoutLayer::new(BODY_PATIENCE),
        ));
    let navigation = application::launch::navigation(&gate)
        .merge(client::registration::navigation(&gate))
        .merge(provider::routes::navigation(&gate))
        .merge(download::navigation())
        .merge(egov::routes::navigation(&gate))
        .layer(from_fn_with_state(
            state.assets.clone(),
            refusal_page::instead_of_problems,
        ));

    let https = state.config.http.public_url.scheme() == "https";
    // The pages' scripts are Trunk's; `wasm-unsafe-eval` lets the browser compile the app and nothing else.
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        state.assets.script_hashes()
    );
    let headers = SecurityHeaders::new(&policy, "same-origin-allow-popups", https)
        .map_err(|error| BuildError::Other(error.to_string()))?;

    let protocol = state
        .provider
        .router()
        .layer(from_fn_with_state(gate.clone(), provider::routes::counted))
        .layer(from_fn_with_state(
            state.assets.clone(),
            refusal_page::instead_of_problems,
        ));
    Ok(Router::new()
        .merge(api)
        .merge(navigation)
        .fallback(assets::serve)
        .with_state(state)
        .merge(protocol)
        .merge(health::router(readiness))
        .layer(from_fn_with_state(headers, around)))
}

/// What stands around every route. One middleware and not three: each is a copy of all that is behind it, for
/// each request.
async fn around(State(headers): State<SecurityHeaders>, request: Request, next: Next) -> Response {
    observe(request, |request| async move {
        headers.added_to(problems::write(request, next).await)
    })
    .await
}
