//! The states of a campaign and of each permission in it, and the moves between them (docs/campaigns.md shows both as
//! diagrams).

use serde::{Deserialize, Serialize};

/// Where a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// 進行中: permissions are kept and taken back.
    Open,
    /// 結算中: the deadline has passed, and what nobody has answered is being taken back.
    Closing,
    /// 已結束.
    Closed,
    /// 已取消: nothing was taken back for want of an answer.
    Cancelled,
}

/// What can be done to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CampaignAction {
    /// 延長期限.
    Extend,
    /// 取消.
    Cancel,
    /// 逾期, by the clock.
    Expire,
    /// 結束, by the clock, when everything has its answer.
    Close,
}

/// Where a permission stands in its campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// 待清查.
    Open,
    /// 保留.
    Kept,
    /// 撤銷.
    Revoked,
    /// 逾期失效: nobody answered until the deadline.
    Lapsed,
    /// 已自行終止: it ended otherwise before anybody answered.
    Gone,
}

/// What can be done to a permission in its campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemAction {
    /// 保留, by its decider.
    Keep,
    /// 撤銷, by its decider: at once, and for good.
    Revoke,
    /// 逾期失效, by the clock.
    Lapse,
    /// 終止 otherwise: by its last day, or because somebody took it back elsewhere.
    End,
}

/// Something in this state does not take this action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllowed;

impl CampaignState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Open, Self::Closing, Self::Closed, Self::Cancelled];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }

    /// Where the action leads.
    ///
    /// # Errors
    /// When the state does not take the action.
    pub const fn next(self, action: CampaignAction) -> Result<Self, NotAllowed> {
        match (self, action) {
            (Self::Open, CampaignAction::Extend) => Ok(Self::Open),
            (Self::Open, CampaignAction::Cancel) => Ok(Self::Cancelled),
            (Self::Open, CampaignAction::Expire) => Ok(Self::Closing),
            (Self::Closing, CampaignAction::Close) => Ok(Self::Closed),
            _ => Err(NotAllowed),
        }
    }
}

impl CampaignAction {
    /// Every action.
    pub const ALL: &[Self] = &[Self::Extend, Self::Cancel, Self::Expire, Self::Close];

    /// The word for it in the diagram.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Extend => "extend",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
            Self::Close => "close",
        }
    }
}

impl ItemState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Open, Self::Kept, Self::Revoked, Self::Lapsed, Self::Gone];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Revoked => "revoked",
            Self::Lapsed => "lapsed",
            Self::Gone => "gone",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }

    /// Where the action leads.
    ///
    /// # Errors
    /// When the state does not take the action.
    pub const fn next(self, action: ItemAction) -> Result<Self, NotAllowed> {
        match (self, action) {
            (Self::Open | Self::Kept, ItemAction::Keep) => Ok(Self::Kept),
            (Self::Open | Self::Kept, ItemAction::Revoke) => Ok(Self::Revoked),
            (Self::Open, ItemAction::Lapse) => Ok(Self::Lapsed),
            (Self::Open, ItemAction::End) => Ok(Self::Gone),
            _ => Err(NotAllowed),
        }
    }
}

impl ItemAction {
    /// Every action.
    pub const ALL: &[Self] = &[Self::Keep, Self::Revoke, Self::Lapse, Self::End];

    /// The word for it in the diagram.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Revoke => "revoke",
            Self::Lapse => "lapse",
            Self::End => "end",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The lines `from --> to: action` of the diagram below this heading.
    fn drawn(heading: &str) -> Vec<(String, String, String)> {
        let page = include_str!("../../../docs/campaigns.md");
        let (_, below) = page.split_once(heading).unwrap();
        let diagram = below.split("```").nth(1).unwrap();
        let line = |line: &str| {
            let (from, rest) = line.trim().split_once(" --> ")?;
            let (to, action) = rest.split_once(": ")?;
            Some((from.to_owned(), action.to_owned(), to.to_owned()))
        };
        diagram.lines().filter_map(line).collect()
    }

    #[test]
    fn the_diagram_of_campaigns_shows_these_moves_and_no_others() {
        let drawn = drawn("## A campaign");
        let mut moves = 0;
        for state in CampaignState::ALL {
            for action in CampaignAction::ALL {
                let Ok(next) = state.next(*action) else { continue };
                moves += 1;
                let line = [state.name(), action.name(), next.name()]
                    .map(str::to_owned)
                    .into();
                assert!(drawn.contains(&line), "{line:?}");
            }
        }
        assert_eq!(drawn.len(), moves);
    }

    #[test]
    fn the_diagram_of_permissions_shows_these_moves_and_no_others() {
        let drawn = drawn("## A permission in it");
        let mut moves = 0;
        for state in ItemState::ALL {
            for action in ItemAction::ALL {
                let Ok(next) = state.next(*action) else { continue };
                moves += 1;
                let line = [state.name(), action.name(), next.name()]
                    .map(str::to_owned)
                    .into();
                assert!(drawn.contains(&line), "{line:?}");
            }
        }
        assert_eq!(drawn.len(), moves);
    }

    #[test]
    fn names_read_back_and_are_those_of_json() {
        for &state in CampaignState::ALL {
            assert_eq!(CampaignState::from_name(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        for &state in ItemState::ALL {
            assert_eq!(ItemState::from_name(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }

    proptest! {
        #[test]
        fn what_was_taken_back_never_counts_again_and_what_was_kept_never_lapses(
            actions in prop::collection::vec(prop::sample::select(ItemAction::ALL), 0..20)
        ) {
            let (mut state, mut final_one, mut answered) = (ItemState::Open, None, false);
            for action in actions {
                let Ok(next) = state.next(action) else { continue };
                prop_assert_eq!(final_one, None, "what has ended stays so");
                prop_assert!(next != ItemState::Open, "an answer is changed, never taken away");
                prop_assert!(!(answered && next == ItemState::Lapsed));
                answered |= matches!(action, ItemAction::Keep | ItemAction::Revoke);
                state = next;
                if state != ItemState::Kept {
                    final_one = Some(state);
                }
            }
        }

        #[test]
        fn a_campaign_that_is_over_stays_over(
            actions in prop::collection::vec(prop::sample::select(CampaignAction::ALL), 0..20)
        ) {
            let (mut state, mut has_expired) = (CampaignState::Open, false);
            for action in actions {
                let Ok(next) = state.next(action) else { continue };
                prop_assert!(!matches!(state, CampaignState::Closed | CampaignState::Cancelled));
                prop_assert!(!has_expired || next == CampaignState::Closed, "no way back after the deadline");
                has_expired |= next == CampaignState::Closing;
                state = next;
            }
        }
    }
}
