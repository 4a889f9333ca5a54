//! The automatic review: cases whose data matched are compared once more and approved; cases for which nothing came in
//! time are closed. Any number of nodes may run it: each case moves once.

use foundation::database;
use sea_orm::DbErr;

use super::{Action, ApplicationService, Case, Causes, Decided, State, moving::Step, store};

/// How many cases are looked for at once.
const BATCH: u64 = 50;

impl ApplicationService {
    /// Does what is due. Answers how many cases moved on.
    pub(crate) async fn review_due(&self) -> Result<usize, DbErr> {
        let mut moved = 0;
        loop {
            let cases = store::of_state(&self.db, State::Reviewing, None, BATCH).await?;
            let mut progress = false;
            for case in cases {
                if self.review(&case).await? {
                    progress = true;
                    moved += 1;
                }
            }
            if !progress {
                break;
            }
        }
        for state in [State::FormNeeded, State::Asked] {
            for case in store::of_state(&self.db, state, Some(self.clock.now()), BATCH).await? {
                moved += usize::from(self.by_itself(&case, Action::Expire, Causes::default()).await?);
            }
        }
        Ok(moved)
    }

    /// Whether this node decided it.
    async fn review(&self, case: &Case) -> Result<bool, DbErr> {
        let Some(member) = self.members.active(case.member_id).await? else {
            // Barred meanwhile: nothing is approved by itself that nobody may use.
            let changed = Causes {
                changed: true,
                ..Causes::default()
            };
            return self.by_itself(case, Action::Mismatch, changed).await;
        };
        let causes = Causes {
            changed: member.name != case.name || !member.has_details(),
            ..self.compare(&self.db, &member, &case.agency_oid).await?
        };
        let action = if causes.are_none() {
            Action::Match
        } else {
            Action::Mismatch
        };
        self.by_itself(case, action, causes).await
    }

    async fn by_itself(&self, case: &Case, action: Action, causes: Causes) -> Result<bool, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let mut case = case.clone();
        if action == Action::Mismatch {
            // The letter says why, and so does every page from now on.
            case.cause = causes.names();
            store::note_cause(&transaction, case.id, case.cause.clone()).await?;
        }
        let step = Step {
            action,
            actor: None,
            said: None,
        };
        let decided = self.step(&transaction, &case, step).await?;
        if decided != Decided::Done {
            transaction.rollback().await?;
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }
}
