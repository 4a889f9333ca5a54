//! The rules of proposals. Who decides is who reaches the agency at that moment.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    id,
};
use sea_orm::{DatabaseTransaction, DbErr};
use shared::{
    affiliation::{Affiliation, NewProposal, ProposalState, ProposalView, Refusal, may_propose},
    audit::AuditAction,
    notification::Kind,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::store::{self, End, Open};
use crate::{
    agency::AgencyService,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    gate::Caller,
    notification::{self, Notice},
    person,
    post::{self, Reach},
    session::SessionService,
};

/// Takes proposals, shows them to those who decide, and does what they decide.
#[derive(Clone)]
pub struct AffiliationService {
    db: Database,
    clock: SharedClock,
    agencies: AgencyService,
    sessions: SessionService,
}

impl AffiliationService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock, agencies: AgencyService, sessions: SessionService) -> Self {
        Self {
            db,
            clock,
            agencies,
            sessions,
        }
    }

    /// How a person stands: whether they may propose an agency, and what has become of the latest proposal.
    pub async fn of(&self, caller: &Caller) -> Result<Affiliation, DbErr> {
        Ok(Affiliation {
            may_propose: may_propose(caller.person.account_kind, caller.person.agency.is_some()),
            proposal: store::latest(&self.db, caller.person.id).await?,
        })
    }

    /// Proposes an agency. The same one again is the same one; whether it is new.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one whose agency is known, or comes from MyEGov; [`ErrorCode::Conflict`] while
    /// another proposal is open.
    pub async fn propose(&self, caller: &Caller, new: &NewProposal, source: &str) -> ApiResult<bool> {
        if let Some(violation) = new.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let id = caller.person.id;
        let unknown = || ApiError::Invalid(vec![Violation::new("agency", ViolationCode::Unknown)]);
        let oid: Oid = new.agency.parse().map_err(|_| unknown())?;
        if !self.agencies.is_present(&oid).await? {
            return Err(unknown());
        }
        let transaction = database::begin_write(&self.db).await?;
        person::hold(&transaction, id).await?;
        let agency = person::agency_of(&transaction, id).await?.flatten();
        if !may_propose(caller.person.account_kind, agency.is_some()) {
            return Err(ErrorCode::Forbidden.into());
        }
        let proposal = id::new(self.clock.as_ref());
        if !store::insert(&transaction, proposal, id, &oid, self.clock.now()).await? {
            let same = store::open_of(&transaction, id)
                .await?
                .is_some_and(|(_, open)| open == oid);
            return if same {
                Ok(false)
            } else {
                Err(ErrorCode::Conflict.into())
            };
        }
        let name = &caller.person.name;
        let deciders = post::nearest(&transaction, &oid, id).await?;
        let told = deciders
            .into_iter()
            .map(|person| Notice::new(person, Kind::AgencyProposed).of(proposal, name));
        notification::tell(&transaction, self.clock.as_ref(), told.collect()).await?;
        let event = Event::new(AuditAction::AgencyProposed)
            .actor(id)
            .subject(id)
            .source(source)
            .detail("proposal", &proposal.to_string())
            .detail("agency", oid.as_str());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes one's open proposal back; whether there was one.
    pub async fn withdraw(&self, person: Uuid, source: &str) -> Result<bool, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let Some((id, agency)) = store::open_of(&transaction, person).await? else {
            return Ok(false);
        };
        let withdrawn = store::end(
            &transaction,
            id,
            &self.end(ProposalState::Withdrawn, person, None),
        )
        .await?;
        if withdrawn {
            let event = Event::new(AuditAction::AgencyProposalWithdrawn)
                .actor(person)
                .subject(person)
                .source(source)
                .detail("proposal", &id.to_string())
                .detail("agency", agency.as_str());
            audit::record(&transaction, self.clock.as_ref(), event).await?;
        }
        transaction.commit().await?;
        Ok(withdrawn)
    }

    /// The open proposals for agencies that one looks after, the longest waiting first.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who looks after no agency.
    pub async fn open(&self, viewer: Uuid, after: Option<Uuid>, limit: u32) -> ApiResult<Vec<ProposalView>> {
        let reach = Reach::of(&self.db, viewer).await?;
        if reach.is_nothing() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(store::open(&self.db, &reach, after, limit).await?)
    }

    /// The person belongs to the agency from now on.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none for an agency that one looks after;
    /// [`ErrorCode::Conflict`] when it is not open any more, or the person's agency has become known otherwise;
    /// [`ErrorCode::Forbidden`] for one's own.
    pub async fn confirm(&self, decider: Uuid, id: Uuid, source: &str) -> ApiResult<()> {
        let (transaction, open) = self.begin(decider, id).await?;
        if person::agency_of(&transaction, open.person)
            .await?
            .flatten()
            .is_some()
        {
            let lapsed = self.end(ProposalState::Lapsed, decider, None);
            store::end(&transaction, id, &lapsed).await?;
            transaction.commit().await?;
            return Err(ErrorCode::Conflict.into());
        }
        let confirmed = self.end(ProposalState::Confirmed, decider, None);
        if !store::end(&transaction, id, &confirmed).await? {
            return Err(ErrorCode::Conflict.into());
        }
        let lost = person::place(&transaction, self.clock.as_ref(), open.person, &open.agency).await?;
        let mut event = decision(AuditAction::AgencyConfirmed, decider, id, &open, source)
            .detail("before", "none")
            .detail("after", open.agency.as_str());
        if !lost.is_empty() {
            event = event.detail("lost_posts", &post::words(&lost));
        }
        let told = vec![Notice::new(open.person, Kind::AgencyConfirmed)];
        notification::tell(&transaction, self.clock.as_ref(), told).await?;
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.sessions.forget_person(open.person);
        Ok(())
    }

    /// The person does not belong to the agency, and reads why.
    ///
    /// # Errors
    /// As for confirming.
    pub async fn refuse(&self, decider: Uuid, id: Uuid, refusal: &Refusal, source: &str) -> ApiResult<()> {
        if let Some(violation) = refusal.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let (transaction, open) = self.begin(decider, id).await?;
        let reason = refusal.stored_reason();
        let refused = self.end(ProposalState::Refused, decider, Some(&reason));
        if !store::end(&transaction, id, &refused).await? {
            return Err(ErrorCode::Conflict.into());
        }
        let told = vec![Notice::new(open.person, Kind::AgencyRefused)];
        notification::tell(&transaction, self.clock.as_ref(), told).await?;
        let event = decision(AuditAction::AgencyRefused, decider, id, &open, source)
            .detail("agency", open.agency.as_str())
            .detail("reason", &reason);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Begins to decide on an open proposal, if one may. Its person's row is held: of two who decide at once, the
    /// second finds it decided.
    async fn begin(&self, decider: Uuid, id: Uuid) -> ApiResult<(DatabaseTransaction, Open)> {
        let transaction = database::begin_write(&self.db).await?;
        let (open, _) = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        person::hold(&transaction, open.person).await?;
        if !Reach::of(&transaction, decider).await?.covers(Some(&open.agency)) {
            return Err(ErrorCode::NotFound.into());
        }
        if open.person == decider {
            return Err(ErrorCode::Forbidden.into());
        }
        match store::find(&transaction, id).await? {
            Some((open, true)) => Ok((transaction, open)),
            _ => Err(ErrorCode::Conflict.into()),
        }
    }

    fn end<'a>(&self, state: ProposalState, by: Uuid, reason: Option<&'a str>) -> End<'a> {
        End {
            state,
            by,
            reason,
            at: self.clock.now(),
        }
    }
}

fn decision(action: AuditAction, decider: Uuid, id: Uuid, open: &Open, source: &str) -> Event {
    Event::new(action)
        .actor(decider)
        .subject(open.person)
        .source(source)
        .detail("proposal", &id.to_string())
}
