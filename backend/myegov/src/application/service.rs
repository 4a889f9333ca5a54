//! The rules of cases: who may send one, and what follows when something happens to it.

use std::sync::Arc;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    id,
};
use sea_orm::{ConnectionTrait, DbErr, SqlErr};
use shared::{date::Date, text::Oid, time::Timestamp};
use url::Url;
use uuid::Uuid;

use super::{
    Case, Causes, Event, State,
    entity::file,
    moving::due,
    number,
    store::{self, FileNote, Happened},
};
use crate::{
    audit, days_off,
    member::{IdHash, Member, MemberKind, MemberStore, Seals},
    personnel, register,
};

/// What came of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Submitted {
    /// It is a case now.
    Made,
    /// The member has an open one already, which counts.
    Open,
    /// The register does not hold the agency.
    NoSuchAgency,
    /// The member is of this agency already.
    SameAgency,
    /// The member has not given the data that it needs.
    DataMissing,
}

/// A case with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct CaseFile {
    pub(crate) case: Case,
    /// The latest first.
    pub(crate) events: Vec<Event>,
    pub(crate) files: Vec<FileNote>,
}

/// Cases and their rules.
#[derive(Clone, Debug)]
pub(crate) struct ApplicationService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) members: MemberStore,
    pub(super) seals: Seals,
    /// The site's address without a slash behind it, for links in letters.
    pub(super) site: Arc<str>,
}

impl ApplicationService {
    pub(crate) fn new(
        db: Database,
        clock: SharedClock,
        members: MemberStore,
        seals: Seals,
        public_url: &Url,
    ) -> Self {
        Self {
            db,
            clock,
            members,
            seals,
            site: public_url.as_str().trim_end_matches('/').into(),
        }
    }

    /// Takes an application. The first one whose data all match is for the job; any other needs the form. Every earlier
    /// application counts, also one that was cancelled: otherwise the register could be asked again and again.
    pub(crate) async fn submit(&self, applicant: Uuid, agency: &Oid) -> Result<Submitted, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let member = MemberStore::by_id(&transaction, applicant).await?;
        let Some(member) = member.filter(Member::has_details) else {
            return Ok(Submitted::DataMissing);
        };
        let Some(agency) = register::present(&transaction, agency).await? else {
            return Ok(Submitted::NoSuchAgency);
        };
        if member.kind() == MemberKind::CivilServant && member.agency_oid.as_deref() == Some(&agency.oid) {
            return Ok(Submitted::SameAgency);
        }
        let last = store::last(&transaction, member.id).await?;
        if last.as_ref().is_some_and(Case::is_open) {
            return Ok(Submitted::Open);
        }
        let causes = Causes {
            again: last.is_some() || member.kind() == MemberKind::CivilServant,
            ..self.compare(&transaction, &member, &agency.oid).await?
        };
        let state = if causes.are_none() {
            State::Reviewing
        } else {
            State::FormNeeded
        };
        let now = self.clock.now();
        let calendar = days_off::after(&transaction, Date::in_taiwan(now)).await?;
        let case = Case {
            id: id::new(&*self.clock),
            number: store::next_number(&transaction, Date::in_taiwan(now)).await?,
            code: number::code(),
            member_id: member.id,
            member_kind: member.kind,
            name: member.name,
            agency_oid: agency.oid,
            agency_name: agency.name,
            state: state.name().to_owned(),
            cause: causes.names(),
            version: 0,
            reviewer_id: None,
            made_at: now.as_millis(),
            due_at: due(state, now, &calendar).map(Timestamp::as_millis),
            closed_at: None,
        };
        let id = case.id;
        match store::insert(&transaction, case).await {
            Ok(()) => {}
            // Another one was sent at the same time: that one counts.
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                return Ok(Submitted::Open);
            }
            Err(error) => return Err(error),
        }
        store::tell(
            &transaction,
            &*self.clock,
            Happened {
                case: id,
                action: None,
                state,
                version: 0,
                actor: Some(applicant),
                said: None,
            },
        )
        .await?;
        audit::record(
            &transaction,
            &*self.clock,
            audit::Event::own("application.submit", applicant),
        )
        .await?;
        transaction.commit().await?;
        Ok(Submitted::Made)
    }

    /// What the personnel register and the other accounts say of an applicant.
    pub(super) async fn compare<C: ConnectionTrait>(
        &self,
        db: &C,
        member: &Member,
        agency: &str,
    ) -> Result<Causes, DbErr> {
        let hashes = self.hashes(member)?;
        let same = self.members.by_id_hash(&hashes).await?;
        Ok(Causes {
            again: false,
            changed: false,
            taken: same
                .iter()
                .any(|other| other.id != member.id && other.kind() == MemberKind::CivilServant),
            findings: personnel::compare(db, &hashes, &member.name, agency).await?,
        })
    }

    /// The hashes that the member's number may be found by, one of each key.
    pub(super) fn hashes(&self, member: &Member) -> Result<Vec<IdHash>, DbErr> {
        let identity = member
            .identity(&self.seals)
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        Ok(identity.map_or_else(Vec::new, |(_, number)| self.seals.hashes(&number)))
    }

    /// The member's last case, with all that belongs to it.
    pub(crate) async fn last(&self, member: Uuid) -> Result<Option<CaseFile>, DbErr> {
        match store::last(&self.db, member).await? {
            Some(case) => self.with_all(case).await.map(Some),
            None => Ok(None),
        }
    }

    /// Any case, for the staff.
    pub(crate) async fn find(&self, id: Uuid) -> Result<Option<CaseFile>, DbErr> {
        match store::find(&self.db, id).await? {
            Some(case) => self.with_all(case).await.map(Some),
            None => Ok(None),
        }
    }

    /// By 編號 or the form's code, for the staff.
    pub(crate) async fn find_by_number(&self, typed: &str) -> Result<Option<Case>, DbErr> {
        store::find_by_number(&self.db, typed).await
    }

    /// The staff's queue.
    pub(crate) async fn queue(
        &self,
        states: &[State],
        after: Option<(i64, Uuid)>,
        most: u64,
    ) -> Result<Vec<Case>, DbErr> {
        store::queue(&self.db, states, after, most).await
    }

    async fn with_all(&self, case: Case) -> Result<CaseFile, DbErr> {
        Ok(CaseFile {
            events: store::events(&self.db, case.id).await?,
            files: store::files(&self.db, case.id).await?,
            case,
        })
    }

    /// A file of a case.
    pub(crate) async fn file(&self, case: Uuid, id: Uuid) -> Result<Option<file::Model>, DbErr> {
        store::file(&self.db, case, id).await
    }
}
