//! The states of a request and the moves between them (docs/access.md shows them as a diagram).

use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// 草稿: being written, known to the browser alone.
    Draft,
    /// 審核中: waits for its decider.
    Submitted,
    /// 待補正: waits for the one who asked.
    Returned,
    /// 已核准.
    Approved,
    /// 不核准.
    Rejected,
    /// 已撤回 by the one who asked.
    Withdrawn,
    /// 已逾期: nobody decided in time.
    Lapsed,
}

/// What can be done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RequestAction {
    /// 送出, by the one who asks.
    Submit,
    /// 退回補正, by the decider.
    Return,
    /// 同意並轉系統承辦人, by the manager, where a role wants a second stage.
    Endorse,
    /// 說明, a question or an answer, by the decider or the one who asked.
    Comment,
    /// 轉上一級, by the clock.
    Escalate,
    /// 補正後再送出, by the one who asked.
    Resubmit,
    /// 核准, by the decider.
    Approve,
    /// 不核准, by the decider.
    Reject,
    /// 撤回, by the one who asked.
    Withdraw,
    /// 逾期, by the clock.
    Lapse,
}

/// A request in this state does not take this action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    /// Where the request stands.
    pub state: RequestState,
    /// What was wanted.
    pub action: RequestAction,
}

impl RequestState {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::Draft,
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
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
    pub const fn next(self, action: RequestAction) -> Result<Self, NotAllowed> {
        use RequestAction::{
            Approve, Comment, Endorse, Escalate, Lapse, Reject, Resubmit, Return, Submit, Withdraw,
        };
        match (self, action) {
            // With the last three it goes on to another decider, or somebody says something.
            (Self::Draft, Submit)
            | (Self::Returned, Resubmit)
            | (Self::Submitted, Endorse | Escalate | Comment) => Ok(Self::Submitted),
            (Self::Returned, Comment) | (Self::Submitted, Return) => Ok(Self::Returned),
            (Self::Submitted, Approve) => Ok(Self::Approved),
            (Self::Submitted, Reject) => Ok(Self::Rejected),
            (Self::Submitted | Self::Returned, Withdraw) => Ok(Self::Withdrawn),
            (Self::Submitted | Self::Returned, Lapse) => Ok(Self::Lapsed),
            (state, action) => Err(NotAllowed { state, action }),
        }
    }

    /// Whether somebody is still to do something: the roles asked for cannot be asked for once more meanwhile.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Returned)
    }
}

impl RequestAction {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::Submit,
        Self::Return,
        Self::Endorse,
        Self::Comment,
        Self::Escalate,
        Self::Resubmit,
        Self::Approve,
        Self::Reject,
        Self::Withdraw,
        Self::Lapse,
    ];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Return => "return",
            Self::Endorse => "endorse",
            Self::Comment => "comment",
            Self::Escalate => "escalate",
            Self::Resubmit => "resubmit",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
            Self::Lapse => "lapse",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use RequestAction::*;
    use RequestState::*;

    /// The moves as people agreed on them: all others are refused.
    const MOVES: [(RequestState, RequestAction, RequestState); 13] = [
        (Draft, Submit, Submitted),
        (Submitted, Return, Returned),
        (Submitted, Endorse, Submitted),
        (Submitted, Comment, Submitted),
        (Submitted, Escalate, Submitted),
        (Returned, Comment, Returned),
        (Submitted, Approve, Approved),
        (Submitted, Reject, Rejected),
        (Submitted, Withdraw, Withdrawn),
        (Submitted, Lapse, Lapsed),
        (Returned, Resubmit, Submitted),
        (Returned, Withdraw, Withdrawn),
        (Returned, Lapse, Lapsed),
    ];

    #[test]
    fn every_pair_of_state_and_action_is_in_the_table_or_refused() {
        for &state in RequestState::ALL {
            for &action in RequestAction::ALL {
                let expected = MOVES
                    .iter()
                    .find(|(from, by, _)| (*from, *by) == (state, action))
                    .map(|(_, _, to)| *to)
                    .ok_or(NotAllowed { state, action });
                assert_eq!(state.next(action), expected, "{state:?} {action:?}");
            }
        }
    }

    #[test]
    fn what_is_decided_stays_so() {
        for &state in RequestState::ALL {
            let moves = RequestAction::ALL
                .iter()
                .any(|action| state.next(*action).is_ok());
            assert_eq!(moves, state.is_open() || state == Draft, "{state:?}");
        }
    }

    #[test]
    fn names_read_back_and_are_those_of_json() {
        for &state in RequestState::ALL {
            assert_eq!(RequestState::from_name(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        for &action in RequestAction::ALL {
            assert_eq!(RequestAction::from_name(action.name()), Some(action));
            assert_eq!(serde_json::to_value(action).unwrap(), action.name());
        }
        assert_eq!(RequestState::from_name("Draft"), None);
    }

    #[test]
    fn the_diagram_shows_these_moves_and_no_others() {
        let page = include_str!("../../../docs/access.md");
        let drawn: Vec<_> = page
            .lines()
            .filter_map(|line| {
                let (from, rest) = line.trim().split_once(" --> ")?;
                let (to, action) = rest.split_once(": ")?;
                Some((
                    RequestState::from_name(from)?,
                    RequestAction::from_name(action)?,
                    RequestState::from_name(to)?,
                ))
            })
            .collect();
        assert_eq!(drawn.len(), MOVES.len());
        assert!(MOVES.iter().all(|one| drawn.contains(one)), "{drawn:?}");
    }

    proptest! {
        #[test]
        fn whatever_is_tried_a_closed_request_never_opens_again(
            actions in prop::collection::vec(prop::sample::select(RequestAction::ALL), 0..30)
        ) {
            let mut state = Draft;
            let mut closed = None;
            for action in actions {
                if let Ok(next) = state.next(action) {
                    prop_assert!(closed.is_none());
                    prop_assert_ne!(next, Draft);
                    state = next;
                }
                if !state.is_open() && state != Draft {
                    closed = Some(state);
                }
            }
            if let Some(end) = closed {
                prop_assert_eq!(state, end);
            }
        }
    }
}
