//! `/api/v1/charts`.

use axum::{Json, extract::State};
use shared::chart::Charts;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ChartService;
use crate::{error::ApiResult, gate::Caller, state::AppState};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Figures for charts
///
/// The requests of the last 26 weeks, how long they waited for their decision, and the permissions that end in the next 12
/// weeks, as far as one's posts reach: a manager's agencies, an owner's application, everything for an administrator.
#[utoipa::path(get, path = "/api/v1/charts", tag = "access", operation_id = "readCharts", responses(
    (status = 200, description = "The figures", body = Charts),
    (status = 403, description = "`forbidden`: one looks after no permissions"),
))]
async fn read(State(charts): State<ChartService>, caller: Caller) -> ApiResult<Json<Charts>> {
    charts.read(caller.person.id).await.map(Json)
}
