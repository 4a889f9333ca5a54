//! 權限清查: campaigns in which every permission of a scope is looked at once more (docs/campaigns.md).

mod answers;
mod changing;
mod closing;
mod deciding;
mod desks;
mod export;
mod items;
mod opening;
mod progress;
pub mod routes;
mod service;
mod store;
mod telling;

pub(crate) use desks::reroute_under;
pub use opening::Opened;
pub use service::CampaignService;
