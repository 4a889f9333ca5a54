//! `/api/v1/surge-lists`, `/api/v1/activations` and `/api/v1/activation-reviews`.

mod events;
mod lists;
mod review;

use utoipa_axum::router::OpenApiRouter;

use super::service::Actor;
use crate::{gate::Caller, http::source::Source, state::AppState};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(lists::extending())
        .merge(events::extending())
        .merge(review::extending())
}

/// Who calls, from where.
fn actor<'a>(caller: &Caller, source: &'a Source) -> Actor<'a> {
    Actor {
        person: caller.person.id,
        source: source.as_str(),
    }
}
