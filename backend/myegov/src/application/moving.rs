//! What happens to a case: what the applicant sends or withdraws, what a reviewer decides, and what follows of it.

use foundation::{database, id};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{attachment::FileKind, date::Date, time::Timestamp};
use uuid::Uuid;

use super::{
    Action, ApplicationService, Case, Causes, Said, State,
    entity::file,
    letters,
    store::{self, Happened},
    working_day,
};
use crate::{
    audit,
    days_off::{self, Calendar},
    member::{self, MemberColumn, MemberKind, MemberStore},
};

/// How long the applicant has for the form, or for what a reviewer asks.
const APPLICANTS_DAYS: u32 = 30;
/// So many files come with one case, at most.
const MOST_FILES: usize = shared::attachment::MOST;

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    /// It is done.
    Done,
    /// Something else had happened to the case, or the step does not belong to its state.
    Late,
    /// Nobody decides on their own case.
    Own,
    /// As many files came with it as may.
    TooManyFiles,
}

/// A file that somebody sends.
pub(crate) struct NewFile {
    pub(crate) kind: FileKind,
    pub(crate) content: Vec<u8>,
}

/// Something that happens to a case.
pub(super) struct Step<'a> {
    pub(super) action: Action,
    /// None for the job.
    pub(super) actor: Option<Uuid>,
    pub(super) said: Option<&'a str>,
}

impl ApplicationService {
    /// Moves a case on: its state, its history, the member where it is approved, and the letter, all or nothing.
    pub(super) async fn step<C: ConnectionTrait>(
        &self,
        transaction: &C,
        case: &Case,
        step: Step<'_>,
    ) -> Result<Decided, DbErr> {
        let Ok(state) = case.state().next(step.action) else {
            return Ok(Decided::Late);
        };
        let now = self.clock.now();
        let calendar = days_off::after(transaction, Date::in_taiwan(now)).await?;
        let due = |state| due(state, now, &calendar);
        let (due, reviewer) = match step.action {
            // The reviewer's day began when the form came in.
            Action::TakeUp => (case.due_at.map(Timestamp::from_millis), step.actor),
            Action::Ask | Action::Approve | Action::Reject => (due(state), step.actor),
            _ => (due(state), case.reviewer_id),
        };
        if !store::move_on(transaction, case, state, due, reviewer, now).await? {
            return Ok(Decided::Late);
        }
        store::tell(
            transaction,
            &*self.clock,
            Happened {
                case: case.id,
                action: Some(step.action),
                state,
                version: case.version + 1,
                actor: step.actor,
                said: step.said,
            },
        )
        .await?;
        if state == State::Approved {
            let columns = [
                (MemberColumn::Kind, MemberKind::CivilServant.name().into()),
                // The name that was compared, whatever it was changed to since.
                (MemberColumn::Name, case.name.as_str().into()),
                (MemberColumn::AgencyOid, case.agency_oid.as_str().into()),
                (MemberColumn::AgencyName, case.agency_name.as_str().into()),
            ];
            MemberStore::change(transaction, case.member_id, columns).await?;
            member::claims_changed(transaction, &*self.clock, case.member_id).await?;
        }
        if let Some(member) = MemberStore::by_id(transaction, case.member_id).await? {
            letters::send(transaction, &*self.clock, &self.site, &member, case, &step, state).await?;
        }
        let deed = format!("application.{}", step.action.name());
        let event = audit::Event {
            deed: &deed,
            actor: step.actor,
            member: Some(case.member_id),
            about: Some(&case.number),
        };
        audit::record(transaction, &*self.clock, event).await?;
        Ok(Decided::Done)
    }

    /// The applicant sends the signed form, or what a reviewer asked for.
    pub(crate) async fn receive(
        &self,
        applicant: Uuid,
        file: Option<NewFile>,
        said: &Said,
    ) -> Result<Decided, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let Some(case) = store::last(&transaction, applicant).await? else {
            return Ok(Decided::Late);
        };
        let step = Step {
            action: Action::Receive,
            actor: Some(applicant),
            said: said.text(),
        };
        let decided = self.step(&transaction, &case, step).await?;
        if decided != Decided::Done {
            return Ok(decided);
        }
        if let Some(new) = file {
            let before = store::files(&transaction, case.id).await?.len();
            if before >= MOST_FILES {
                return Ok(Decided::TooManyFiles);
            }
            // What the applicant calls it is nobody's business, and may be anything.
            let name = format!("{}-{}.{}", case.number, before + 1, new.kind.name());
            let row = file::Model {
                id: id::new(&*self.clock),
                application_id: case.id,
                name,
                kind: new.kind.name().to_owned(),
                size: i32::try_from(new.content.len()).unwrap_or(i32::MAX),
                content: new.content,
                added_at: self.clock.now().as_millis(),
            };
            store::add_file(&transaction, row).await?;
        }
        transaction.commit().await?;
        Ok(decided)
    }

    /// 取消申請.
    pub(crate) async fn withdraw(&self, applicant: Uuid) -> Result<Decided, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let Some(case) = store::last(&transaction, applicant).await? else {
            return Ok(Decided::Late);
        };
        let step = Step {
            action: Action::Withdraw,
            actor: Some(applicant),
            said: None,
        };
        let decided = self.step(&transaction, &case, step).await?;
        if decided == Decided::Done {
            transaction.commit().await?;
        }
        Ok(decided)
    }

    /// What an approval is refused for that was not so when the case was made: the number is another civil servant's by now, which
    /// the case says from then on; or it is the reviewer's own, of another account of theirs.
    async fn look_again<C: ConnectionTrait>(
        &self,
        transaction: &C,
        reviewer: Uuid,
        case: &Case,
    ) -> Result<Option<Decided>, DbErr> {
        let Some(member) = MemberStore::by_id(transaction, case.member_id).await? else {
            return Ok(Some(Decided::Late));
        };
        let reviewer = MemberStore::by_id(transaction, reviewer).await?;
        let reviewers = reviewer.map(|reviewer| self.hashes(&reviewer)).transpose()?;
        let hashes = self.hashes(&member)?;
        if reviewers.is_some_and(|own| own.iter().any(|hash| hashes.contains(hash))) {
            return Ok(Some(Decided::Own));
        }
        let known = case.causes();
        let now = self.compare(transaction, &member, &case.agency_oid).await?;
        if now.taken && !known.taken {
            let causes = Causes { taken: true, ..known };
            store::note_cause(transaction, case.id, causes.names()).await?;
            return Ok(Some(Decided::Late));
        }
        Ok(None)
    }

    /// A reviewer does something with the case that they have seen in this version.
    pub(crate) async fn decide(
        &self,
        reviewer: Uuid,
        id: Uuid,
        version: i64,
        action: Action,
        said: &Said,
    ) -> Result<Decided, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let Some(case) = store::find(&transaction, id).await? else {
            return Ok(Decided::Late);
        };
        if case.member_id == reviewer {
            return Ok(Decided::Own);
        }
        if case.version != version {
            return Ok(Decided::Late);
        }
        if action == Action::Approve
            && let Some(refused) = self.look_again(&transaction, reviewer, &case).await?
        {
            transaction.commit().await?;
            return Ok(refused);
        }
        let step = Step {
            action,
            actor: Some(reviewer),
            said: said.text(),
        };
        let decided = self.step(&transaction, &case, step).await?;
        if decided == Decided::Done {
            transaction.commit().await?;
        }
        Ok(decided)
    }
}

/// Until when whoever's turn it is in this state has time.
pub(super) fn due(state: State, now: Timestamp, calendar: &Calendar) -> Option<Timestamp> {
    match state {
        State::Reviewing | State::FormReceived | State::ManualReview => {
            Some(working_day::due(now, working_day::REVIEW, calendar))
        }
        State::FormNeeded | State::Asked => Some(Date::in_taiwan(now).plus_days(APPLICANTS_DAYS).ends_at()),
        State::Approved | State::Rejected | State::Withdrawn | State::Expired => None,
    }
}
