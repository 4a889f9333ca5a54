//! 權限清查: every permission of an agency or an application is looked at once more until a deadline. What nobody keeps
//! ends (docs/campaigns.md).

mod decision;
mod opening;
mod state;
mod view;

pub use decision::{CampaignVerdict, ItemDecision, ItemDecisions, ItemResult, ItemResults};
pub use opening::{CancelCampaign, ExtendCampaign, LONGEST_NAME, LONGEST_RUN, NewCampaign};
pub use state::{CampaignAction, CampaignState, ItemAction, ItemState, NotAllowed};
pub use view::{AgencyTally, CampaignItem, CampaignScope, CampaignView, Progress, Tally};
