//! Campaigns as they are shown.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CampaignState, CampaignVerdict, ItemState};
use crate::{
    access::{GrantState, NamedByCode, PersonBrief},
    date::Date,
    person::AgencyView,
    time::Timestamp,
};

/// Which permissions a campaign is about: one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignScope {
    /// Those for this agency and all below it.
    pub agency: Option<AgencyView>,
    /// Those for this application's roles.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub application: Option<NamedByCode>,
}

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignView {
    /// Its id, as the one who opened it chose it.
    pub id: Uuid,
    /// Counts its changes: an extension and a cancellation name the one that they are of.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub version: i64,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "115年下半年權限清查"))]
    pub name: String,
    /// What the managers should look at.
    #[cfg_attr(feature = "openapi", schema(example = "請逐一確認職務是否仍需使用。"))]
    pub instructions: String,
    /// Which permissions it is about.
    pub scope: CampaignScope,
    /// Where it stands.
    pub state: CampaignState,
    /// When it was opened: what counted then, or was to, is in it.
    pub opened_at: Timestamp,
    /// The name of who opened it.
    #[cfg_attr(feature = "openapi", schema(example = "林測試"))]
    pub opened_by: Option<String>,
    /// The last day, in Taiwan.
    pub due_on: Date,
    /// The first moment at which nothing is decided any more.
    pub ends_at: Timestamp,
    /// When it was closed or cancelled.
    pub closed_at: Option<Timestamp>,
    /// Why it was last extended, or cancelled.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub remark: Option<String>,
    /// How many permissions wait for the decision of the one who reads this.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub waiting: u32,
    /// Whether the one who reads this may extend and cancel it now.
    pub may_change: bool,
}

/// How many permissions stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// 保留.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub kept: u32,
    /// 撤銷.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub revoked: u32,
    /// 已自行終止.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub gone: u32,
    /// 待清查.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub open: u32,
    /// 逾期失效.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub lapsed: u32,
}

impl Tally {
    /// Counts so many more in this state.
    pub fn add(&mut self, state: ItemState, count: u32) {
        let figure = match state {
            ItemState::Kept => &mut self.kept,
            ItemState::Revoked => &mut self.revoked,
            ItemState::Gone => &mut self.gone,
            ItemState::Open => &mut self.open,
            ItemState::Lapsed => &mut self.lapsed,
        };
        *figure = figure.saturating_add(count);
    }

    /// How many are in this state.
    pub const fn of(&self, state: ItemState) -> u32 {
        match state {
            ItemState::Kept => self.kept,
            ItemState::Revoked => self.revoked,
            ItemState::Gone => self.gone,
            ItemState::Open => self.open,
            ItemState::Lapsed => self.lapsed,
        }
    }

    /// All of them.
    pub fn sum(&self) -> u32 {
        ItemState::ALL
            .iter()
            .fold(0, |sum, state| sum.saturating_add(self.of(*state)))
    }
}

/// `GET /api/v1/campaigns/{id}/progress`: what one may see of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// All agencies together.
    pub total: Tally,
    /// Each agency, in the order of the OIDs.
    pub agencies: Vec<AgencyTally>,
}

/// The permissions for one agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyTally {
    /// The agency.
    pub agency: AgencyView,
    /// How many stand where.
    pub tally: Tally,
}

/// A permission in a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignItem {
    /// The permission.
    pub grant: Uuid,
    /// Where it stands in the campaign.
    pub state: ItemState,
    /// Who has it.
    pub person: PersonBrief,
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
    /// The agency that the work is done for.
    pub agency: AgencyView,
    /// From this moment on.
    pub starts_at: Timestamp,
    /// The first moment at which it no longer counts, unless it was taken back before.
    pub ends_at: Timestamp,
    /// Whether it counts now.
    pub grant_state: GrantState,
    /// When somebody decided, or the clock did.
    pub decided_at: Option<Timestamp>,
    /// The name of who decided.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub decided_by: Option<String>,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub reason: Option<String>,
    /// What the one who reads this may do to it now.
    pub may: Vec<CampaignVerdict>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_counts_each_state_by_itself() {
        let mut tally = Tally::default();
        for (count, state) in (1..).zip(ItemState::ALL) {
            tally.add(*state, count);
            tally.add(*state, count);
            assert_eq!(tally.of(*state), 2 * count);
        }
        assert_eq!(tally.sum(), 30);
    }
}
