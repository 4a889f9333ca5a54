//! The states of a surge list and the moves between them (docs/activations.md shows them as a diagram).

use serde::{Deserialize, Serialize};

/// Where a list stands, or the changes to one that was approved before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SurgeListState {
    /// 編輯中: being prepared.
    Draft,
    /// 審核中: waits for its consents.
    Submitted,
    /// 退回修正: back with the one who prepares it.
    Returned,
    /// 已核准: all of it counts.
    Approved,
    /// 已停用: nothing of it counts, for good.
    Withdrawn,
}

/// What can be done to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SurgeListAction {
    /// 增列 an entry or 調整等級, which wants approval.
    Change,
    /// 刪除 an entry, which wants none.
    Remove,
    /// 送審.
    Submit,
    /// 收回 what was submitted.
    Recall,
    /// 同意, one consent of several.
    Endorse,
    /// 核准, the last consent.
    Approve,
    /// 退回.
    Return,
    /// 停用.
    Withdraw,
}

/// A list in this state does not take this action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    /// Where the list stands.
    pub state: SurgeListState,
    /// What was wanted.
    pub action: SurgeListAction,
}

impl SurgeListState {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::Draft,
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::Withdrawn,
    ];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }

    /// Where the action leads.
    ///
    /// # Errors
    /// When the state does not take the action: what waits for its consents is not changed meanwhile, so that all
    /// consent to the same.
    pub const fn next(self, action: SurgeListAction) -> Result<Self, NotAllowed> {
        use SurgeListAction::{Approve, Change, Endorse, Recall, Remove, Return, Submit, Withdraw};
        match (self, action) {
            (Self::Draft | Self::Returned | Self::Approved, Change) | (Self::Submitted, Recall) => {
                Ok(Self::Draft)
            }
            (Self::Draft | Self::Returned, Submit) | (Self::Submitted, Endorse) => Ok(Self::Submitted),
            (Self::Submitted, Approve) => Ok(Self::Approved),
            (Self::Submitted, Return) => Ok(Self::Returned),
            // Less than was consented to needs nobody's consent.
            (Self::Draft | Self::Submitted | Self::Returned | Self::Approved, Remove) => Ok(self),
            (Self::Draft | Self::Submitted | Self::Returned | Self::Approved, Withdraw) => {
                Ok(Self::Withdrawn)
            }
            (state, action) => Err(NotAllowed { state, action }),
        }
    }
}

impl SurgeListAction {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::Change,
        Self::Remove,
        Self::Submit,
        Self::Recall,
        Self::Endorse,
        Self::Approve,
        Self::Return,
        Self::Withdraw,
    ];

    /// The word for it in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Remove => "remove",
            Self::Submit => "submit",
            Self::Recall => "recall",
            Self::Endorse => "endorse",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn states_read_back() {
        for state in SurgeListState::ALL {
            assert_eq!(SurgeListState::from_name(state.name()), Some(*state));
        }
    }

    #[test]
    fn the_guide_shows_these_moves() {
        let guide = include_str!("../../../docs/activations.md");
        let mut shown: Vec<_> = guide
            .lines()
            .filter_map(|line| {
                let (from, rest) = line.trim().split_once(" --> ")?;
                let (to, action) = rest.split_once(": ")?;
                Some(format!("{from} {action} {to}"))
            })
            .collect();
        let mut moves = Vec::new();
        for state in SurgeListState::ALL {
            for action in SurgeListAction::ALL {
                if let Ok(next) = state.next(*action) {
                    moves.push(format!("{} {} {}", state.name(), action.name(), next.name()));
                }
            }
        }
        shown.sort_unstable();
        moves.sort_unstable();
        assert_eq!(shown, moves);
    }

    proptest! {
        /// Whatever is tried in whatever order: nothing counts that was added after the last approval, and what is
        /// withdrawn stays so.
        #[test]
        fn what_was_added_counts_after_an_approval_that_came_later(
            actions in prop::collection::vec(prop::sample::select(SurgeListAction::ALL), 0..40)
        ) {
            let mut state = SurgeListState::Draft;
            let mut unseen = false;
            for action in actions {
                let was = state;
                let Ok(next) = state.next(action) else { continue };
                prop_assert_ne!(was, SurgeListState::Withdrawn);
                match action {
                    SurgeListAction::Change => unseen = true,
                    SurgeListAction::Approve => unseen = false,
                    _ => {}
                }
                if action == SurgeListAction::Approve {
                    prop_assert_eq!(was, SurgeListState::Submitted);
                }
                state = next;
                prop_assert!(!(state == SurgeListState::Approved && unseen), "approved, and changed since");
            }
        }

        /// Between submission and approval nothing is changed: what the first consented to is what the last does.
        #[test]
        fn all_consent_to_the_same(
            actions in prop::collection::vec(prop::sample::select(SurgeListAction::ALL), 0..40)
        ) {
            let mut state = SurgeListState::Draft;
            for action in actions {
                if let Ok(next) = state.next(action) {
                    if action == SurgeListAction::Change {
                        prop_assert_ne!(state, SurgeListState::Submitted);
                        prop_assert_eq!(next, SurgeListState::Draft);
                    }
                    state = next;
                }
            }
        }
    }
}
