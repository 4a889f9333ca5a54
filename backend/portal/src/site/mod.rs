//! What a page needs to know before anybody signs in.

use std::sync::Arc;

use axum::{Json, extract::State};
use foundation::clock::SharedClock;
use shared::site::SiteView;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{config::Config, egov::EgovService, state::AppState};

/// The route.
pub fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// The site
///
/// The server's clock and version, and which ways to sign in there are.
#[utoipa::path(get, path = "/api/v1/site", tag = "site", operation_id = "readSite", responses(
    (status = 200, description = "The site", body = SiteView),
))]
async fn read(
    State(config): State<Arc<Config>>,
    State(clock): State<SharedClock>,
    State(egov): State<Option<EgovService>>,
) -> Json<SiteView> {
    let join = config.egov.as_ref().and_then(|egov| egov.join_url.clone());
    Json(SiteView {
        server_now: clock.now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        idle_limit_seconds: config.session.limits.idle.as_secs(),
        egov_sign_in: egov.is_some(),
        egov_join_url: join.map(String::from),
        egov_sign_out: egov.is_some_and(|egov| egov.offers_sign_out()),
    })
}
