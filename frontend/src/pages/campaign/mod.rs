//! 權限清查: campaigns, how far each has come, and deciding on the permissions in it.

mod bulk;
mod change;
mod form;
mod items;
mod list;
mod one;
mod progress;
mod state;

pub use form::new_campaign;
pub use list::campaigns;
pub use one::campaign;

use leptos::prelude::*;
use shared::campaign::CampaignScope;

use crate::i18n::pick;

/// Where the list is.
const PATH: &str = "/manage/campaigns";

/// The page of one campaign.
fn address_of(id: uuid::Uuid) -> String {
    [PATH, "/", &id.to_string()].concat()
}

/// What a campaign is about, by its name.
fn scope(scope: CampaignScope) -> AnyView {
    match (scope.agency, scope.application) {
        (Some(agency), _) => agency.name.unwrap_or(agency.oid).into_any(),
        (None, Some(application)) => pick(application.name),
        (None, None) => ().into_any(),
    }
}
