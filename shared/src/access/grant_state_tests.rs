//! What becomes of a grant as time goes on, whatever is done to it when.

use proptest::prelude::*;

use super::GrantState::{self, Active, Expired, Renewed, Revoked, Scheduled};
use crate::time::Timestamp;

/// The moves as people agreed on them. What is over is so for good; one that has expired is renewed still when the
/// request for it is approved afterwards.
const MOVES: [(GrantState, GrantState); 8] = [
    (Scheduled, Active),
    (Scheduled, Revoked),
    (Active, Revoked),
    (Active, Renewed),
    (Active, Expired),
    (Expired, Renewed),
    // Whoever looks seldom does not see it active.
    (Scheduled, Expired),
    (Scheduled, Renewed),
];

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So much time passes.
    Wait(i64),
    /// It is taken back, if it still counts or is to.
    Revoke,
    /// Another one is given that follows it.
    Renew,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0_i64..15).prop_map(Step::Wait),
        1 => Just(Step::Revoke),
        1 => Just(Step::Renew),
    ];
    prop::collection::vec(step, 0..20)
}

/// A grant as its row has it.
#[derive(Clone, Copy, Debug)]
struct Grant {
    starts_at: i64,
    ends_at: i64,
    revoked_at: Option<i64>,
    is_renewed: bool,
}

impl Grant {
    fn at(self, now: i64) -> GrantState {
        let time = Timestamp::from_millis;
        let revoked_at = self.revoked_at.map(time);
        GrantState::at(
            time(now),
            time(self.starts_at),
            time(self.ends_at),
            revoked_at,
            self.is_renewed,
        )
    }
}

fn any_grant() -> impl Strategy<Value = Grant> {
    let revoked_at = prop::option::of(0_i64..100);
    (0_i64..40, 1_i64..40, revoked_at, any::<bool>()).prop_map(
        |(starts_at, lasts, revoked_at, is_renewed)| Grant {
            starts_at,
            ends_at: starts_at + lasts,
            revoked_at,
            is_renewed,
        },
    )
}

proptest! {
    #[test]
    fn whatever_is_done_a_grant_never_goes_back(starts_at in 0_i64..40, lasts in 1_i64..40, steps in steps()) {
        let (revoked_at, is_renewed) = (None, false);
        let mut grant = Grant { starts_at, ends_at: starts_at + lasts, revoked_at, is_renewed };
        let mut now = 0;
        let mut state = grant.at(now);
        for step in steps {
            let before = state;
            match step {
                Step::Wait(time) => now += time,
                Step::Revoke if matches!(state, Scheduled | Active) => grant.revoked_at = Some(now),
                Step::Revoke => {}
                Step::Renew => grant.is_renewed = true,
            }
            state = grant.at(now);
            let agreed = MOVES.contains(&(before, state));
            prop_assert!(before == state || agreed, "{before:?} to {state:?} by {step:?}");
            if let Some(revoked_at) = grant.revoked_at {
                prop_assert!(revoked_at < grant.ends_at && state == Revoked);
            }
        }
    }

    #[test]
    fn it_counts_in_its_days_alone_and_no_more_once_it_is_taken_back(grant in any_grant(), now in 0_i64..120) {
        let was_revoked = grant.revoked_at.is_some_and(|revoked| revoked <= now);
        let in_its_days = (grant.starts_at..grant.ends_at).contains(&now);
        prop_assert_eq!(grant.at(now) == Active, in_its_days && !was_revoked);
    }

    #[test]
    fn what_is_over_stays_as_it_ended(grant in any_grant(), now in 0_i64..120, later in 0_i64..120) {
        let state = grant.at(now);
        if matches!(state, Revoked | Renewed | Expired) {
            prop_assert_eq!(grant.at(now + later), state);
        }
    }

    #[test]
    fn what_was_taken_back_is_neither_renewed_nor_expired(grant in any_grant(), now in 0_i64..120) {
        if grant.revoked_at.is_some_and(|revoked| revoked < grant.ends_at && revoked <= now) {
            prop_assert_eq!(grant.at(now), Revoked);
        } else if now >= grant.ends_at {
            prop_assert_eq!(grant.at(now), if grant.is_renewed { Renewed } else { Expired });
        }
    }
}
