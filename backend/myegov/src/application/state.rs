//! The states of an application for a 公務帳號, and what leads from one to the next. Pure: who may do what is the
//! services' business, which states follow which is this file's.

/// Where a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// 審核中: the first application, and all data match; the job approves it.
    Reviewing,
    /// 待送申請書: a second application, or some data differ; the signed form is waited for.
    FormNeeded,
    /// 已收到申請書: it waits for a reviewer.
    FormReceived,
    /// 人工審核中: a reviewer has taken it up.
    ManualReview,
    /// 待補件: a reviewer asks for something.
    Asked,
    /// 已核可.
    Approved,
    /// 未核可.
    Rejected,
    /// 已取消, by the applicant.
    Withdrawn,
    /// 逾期結案: nothing came in time.
    Expired,
}

/// What happens to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// The job finds that the data still match.
    Match,
    /// The job finds that they do not match any more.
    Mismatch,
    /// The signed form came in: uploaded, by fax or by mail.
    Receive,
    /// A reviewer begins with it.
    TakeUp,
    /// A reviewer asks for something.
    Ask,
    /// A reviewer approves.
    Approve,
    /// A reviewer rejects.
    Reject,
    /// The applicant does not want it any more.
    Withdraw,
    /// The applicant's time is over.
    Expire,
}

/// The action does not belong to this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{action:?} does not follow {state:?}")]
pub(crate) struct IllegalMove {
    pub(crate) state: State,
    pub(crate) action: Action,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The automatic review's.
    Job,
    /// The applicant's.
    Applicant,
    /// The service staff's.
    Staff,
    /// Nobody's: the case is closed.
    Nobody,
}

impl State {
    /// Every state.
    pub(crate) const ALL: [Self; 9] = [
        Self::Reviewing,
        Self::FormNeeded,
        Self::FormReceived,
        Self::ManualReview,
        Self::Asked,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The state that this action leads to.
    pub(crate) const fn next(self, action: Action) -> Result<Self, IllegalMove> {
        use Action as A;
        Ok(match (self, action) {
            (Self::Reviewing, A::Match) | (Self::FormReceived | Self::ManualReview, A::Approve) => {
                Self::Approved
            }
            (Self::Reviewing, A::Mismatch) => Self::FormNeeded,
            (Self::FormNeeded | Self::Asked, A::Receive) => Self::FormReceived,
            (Self::FormReceived, A::TakeUp) => Self::ManualReview,
            (Self::FormReceived | Self::ManualReview, A::Ask) => Self::Asked,
            (Self::FormReceived | Self::ManualReview, A::Reject) => Self::Rejected,
            (Self::FormNeeded | Self::Asked, A::Expire) => Self::Expired,
            (
                Self::Reviewing | Self::FormNeeded | Self::FormReceived | Self::ManualReview | Self::Asked,
                A::Withdraw,
            ) => Self::Withdrawn,
            (state, action) => return Err(IllegalMove { state, action }),
        })
    }

    /// Whether this action may follow.
    pub(crate) const fn takes(self, action: Action) -> bool {
        self.next(action).is_ok()
    }

    /// Whose turn it is.
    pub(crate) const fn turn(self) -> Turn {
        match self {
            Self::Reviewing => Turn::Job,
            Self::FormNeeded | Self::Asked => Turn::Applicant,
            Self::FormReceived | Self::ManualReview => Turn::Staff,
            Self::Approved | Self::Rejected | Self::Withdrawn | Self::Expired => Turn::Nobody,
        }
    }

    /// Whether nothing follows any more.
    pub(crate) fn is_closed(self) -> bool {
        self.turn() == Turn::Nobody
    }

    /// The word for it in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reviewing => "reviewing",
            Self::FormNeeded => "form_needed",
            Self::FormReceived => "form_received",
            Self::ManualReview => "manual_review",
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The inverse of [`Self::name`].
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [Self; 9] = [
        Self::Match,
        Self::Mismatch,
        Self::Receive,
        Self::TakeUp,
        Self::Ask,
        Self::Approve,
        Self::Reject,
        Self::Withdraw,
        Self::Expire,
    ];

    /// The word for it in the database and in the reviewer's form.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::Receive => "receive",
            Self::TakeUp => "take_up",
            Self::Ask => "ask",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
            Self::Expire => "expire",
        }
    }

    /// The inverse of [`Self::name`].
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_actions() -> impl Strategy<Value = Vec<Action>> {
        proptest::collection::vec(proptest::sample::select(Action::ALL.to_vec()), 0..30)
    }

    /// Goes on with what is legal, and leaves out what is not. Answers the states on the way.
    fn walk(first: State, actions: &[Action]) -> Vec<(Action, State)> {
        let mut state = first;
        let mut way = Vec::new();
        for action in actions {
            if let Ok(next) = state.next(*action) {
                state = next;
                way.push((*action, state));
            }
        }
        way
    }

    proptest! {
        #[test]
        fn a_closed_case_stays_closed(first in 0..2_usize, actions in any_actions()) {
            let first = [State::Reviewing, State::FormNeeded][first];
            let way = walk(first, &actions);
            let closings = way.iter().filter(|(_, state)| state.is_closed()).count();
            prop_assert!(closings <= 1);
            if closings == 1 {
                prop_assert!(way.last().unwrap().1.is_closed());
            }
        }

        #[test]
        fn nobody_is_approved_but_by_the_register_or_by_a_reviewer_who_has_the_form(
            first in 0..2_usize, actions in any_actions(),
        ) {
            let first = [State::Reviewing, State::FormNeeded][first];
            let way = walk(first, &actions);
            if way.last().is_some_and(|(_, state)| *state == State::Approved) {
                let done: Vec<_> = way.iter().map(|(action, _)| *action).collect();
                let by_register = done == [Action::Match] && first == State::Reviewing;
                let by_reviewer = done.contains(&Action::Receive) && done.ends_with(&[Action::Approve]);
                prop_assert!(by_register || by_reviewer, "{done:?}");
            }
        }

        #[test]
        fn what_a_reviewer_asks_for_comes_before_they_decide(actions in any_actions()) {
            let way = walk(State::FormNeeded, &actions);
            for pair in way.windows(2) {
                if pair[0].1 == State::Asked {
                    prop_assert!(matches!(pair[1].0, Action::Receive | Action::Withdraw | Action::Expire));
                }
            }
        }
    }

    #[test]
    fn each_action_belongs_to_whose_turn_it_is_but_for_the_applicants_way_out() {
        for state in State::ALL {
            for action in Action::ALL {
                let owner = match action {
                    Action::Match | Action::Mismatch => Turn::Job,
                    Action::Receive | Action::Expire => Turn::Applicant,
                    Action::TakeUp | Action::Ask | Action::Approve | Action::Reject => Turn::Staff,
                    Action::Withdraw => {
                        assert_eq!(state.takes(action), !state.is_closed(), "{state:?}");
                        continue;
                    }
                };
                assert!(
                    !state.takes(action) || state.turn() == owner,
                    "{state:?} {action:?}"
                );
            }
        }
    }

    #[test]
    fn every_open_state_has_a_way_out_and_no_action_is_without_use() {
        for state in State::ALL {
            let ways = Action::ALL
                .into_iter()
                .filter(|action| state.takes(*action))
                .count();
            assert_eq!(ways == 0, state.is_closed(), "{state:?}");
        }
        for action in Action::ALL {
            assert!(
                State::ALL.into_iter().any(|state| state.takes(action)),
                "{action:?}"
            );
        }
    }

    #[test]
    fn names_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), Some(state));
        }
        for action in Action::ALL {
            assert_eq!(Action::from_name(action.name()), Some(action));
        }
    }
}
