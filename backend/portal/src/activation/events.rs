//! What becomes of events: opened, raised and lowered, extended to further agencies, and closed.

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use shared::{
    activation::{
        ActivationPlan, ActivationProposal, ChosenAgency, Level, MoreAgencies, NewActivation,
        SurgeReviewState,
    },
    audit::AuditAction,
    date::Date,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::{
    ActivationService,
    authority::Authority,
    carrying_out::{self, Done},
    event_store::{self, Running},
    plan::{Plan, Scene},
    service::Actor,
    telling,
};
use crate::{
    access::surge,
    agency,
    audit::Event,
    error::{ApiError, ApiResult},
};

impl ActivationService {
    /// What opening such an event would do.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who may open none; the violations, [`ViolationCode::Unknown`] for an agency that
    /// there is not or that one has no post for with all below it.
    pub(super) async fn preview(
        &self,
        person: Uuid,
        proposal: &ActivationProposal,
    ) -> ApiResult<ActivationPlan> {
        let by = Authority::of(&self.db, person).await?;
        let agencies = chosen(&self.db, &by, proposal.violations(), &proposal.agencies).await?;
        let scene = Scene {
            running: None,
            level: proposal.level,
            agencies,
        };
        let plan = Plan::of(&self.db, &scene, self.clock.now()).await?;
        Ok(plan.shown(&by.reach))
    }

    /// Opens an event; it gives what is due in the same transaction. The same one sent again is the same one; whether it
    /// is new.
    ///
    /// # Errors
    /// As for a preview; [`ErrorCode::Conflict`] when the id is that of another event.
    pub(super) async fn open(&self, by: Actor<'_>, new: &NewActivation) -> ApiResult<bool> {
        let now = self.clock.now();
        let transaction = self.begin().await?;
        let authority = Authority::of(&transaction, by.person).await?;
        if event_store::find(&transaction, new.id).await?.is_some() {
            return if event_store::is_same(&transaction, new, by.person).await? {
                Ok(false)
            } else {
                Err(ErrorCode::Conflict.into())
            };
        }
        let broken = new.violations(Date::in_taiwan(now));
        let agencies = chosen(&transaction, &authority, broken, &new.agencies).await?;
        event_store::insert(&transaction, new, by.person, now).await?;
        for agency in &agencies {
            event_store::add_agency(&transaction, new.id, agency, true).await?;
        }
        let deed = by
            .did(AuditAction::ActivationOpened)
            .detail("activation", &new.id.to_string())
            .detail("name", new.name.trim())
            .detail("level", new.level.name())
            .detail("agencies", &words(&agencies));
        self.apply(transaction, new.id, deed).await?;
        Ok(true)
    }

    /// Ends a deed on one open event: it gives what is due now, ends what is not, and the log says all of it.
    async fn apply(&self, transaction: DatabaseTransaction, id: Uuid, deed: Event) -> ApiResult<()> {
        let event = event_store::find(&transaction, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let mut done = Done {
            log: vec![deed],
            ..Done::default()
        };
        carrying_out::carry_out(&transaction, self.clock.as_ref(), &event, &mut done).await?;
        self.finish(transaction, done).await
    }

    /// Raises or lowers an event's level. The same level changes nothing.
    ///
    /// # Errors
    /// As for [`Self::command`].
    pub(super) async fn set_level(&self, by: Actor<'_>, id: Uuid, to: Level) -> ApiResult<()> {
        let (transaction, event, _) = self.command(by, id).await?;
        if event.level == to {
            return Ok(());
        }
        event_store::set_level(&transaction, id, to).await?;
        let deed = said(by, AuditAction::ActivationLevelChanged, &event)
            .detail("before", event.level.name())
            .detail("after", to.name());
        self.apply(transaction, id, deed).await
    }

    /// Adds agencies to an event. Those that it has already change nothing.
    ///
    /// # Errors
    /// As for [`Self::command`]; the violations.
    pub(super) async fn add_agencies(&self, by: Actor<'_>, id: Uuid, more: &MoreAgencies) -> ApiResult<()> {
        let (transaction, event, authority) = self.command(by, id).await?;
        let agencies = chosen(&transaction, &authority, more.violations(), &more.agencies).await?;
        let mut added = Vec::new();
        for agency in agencies {
            if event_store::add_agency(&transaction, id, &agency, false).await? {
                added.push(agency);
            }
        }
        if added.is_empty() {
            return Ok(());
        }
        let deed = said(by, AuditAction::ActivationAgenciesAdded, &event).detail("agencies", &words(&added));
        self.apply(transaction, id, deed).await
    }

    /// Closes an event: all that it gave ends with it.
    ///
    /// # Errors
    /// As for [`Self::command`].
    pub(super) async fn close(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        let (transaction, event, _) = self.command(by, id).await?;
        let now = self.clock.now();
        event_store::close(&transaction, id, by.person, now).await?;
        let living = surge::living(&transaction, id, now).await?;
        let deed = said(by, AuditAction::ActivationClosed, &event)
            .detail("level", event.level.name())
            .detail("ended", &living.len().to_string());
        let mut done = Done {
            log: vec![deed],
            ..Done::default()
        };
        carrying_out::end(&transaction, &event, &living, now, &mut done).await?;
        let waiting = telling::reviewers(&transaction, SurgeReviewState::Waiting, &event).await?;
        done.notices.extend(waiting);
        self.finish(transaction, done).await
    }

    /// Holds an open event that the person may change: one whose posts are for all of its agencies, with all below them.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none that concerns whom the person looks after;
    /// [`ErrorCode::Forbidden`] when the person's posts are not for all of it; [`ErrorCode::Conflict`] when it is closed.
    async fn command(&self, by: Actor<'_>, id: Uuid) -> ApiResult<(DatabaseTransaction, Running, Authority)> {
        let transaction = self.begin().await?;
        let event = event_store::find(&transaction, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let authority = Authority::of(&transaction, by.person).await?;
        let concerned = |(oid, below): &(Oid, bool)| authority.is_concerned(oid, *below);
        if !event.agencies.iter().any(concerned) {
            return Err(ErrorCode::NotFound.into());
        }
        if !event.agencies.iter().all(|(oid, _)| authority.commands(oid)) {
            return Err(ErrorCode::Forbidden.into());
        }
        if event.closed_at.is_some() {
            return Err(ErrorCode::Conflict.into());
        }
        Ok((transaction, event, authority))
    }
}

/// The agencies that were chosen, if the person may open an event for all of them.
async fn chosen<C: ConnectionTrait>(
    db: &C,
    by: &Authority,
    mut violations: Vec<Violation>,
    agencies: &[ChosenAgency],
) -> ApiResult<Vec<(Oid, bool)>> {
    if !by.commands_something() {
        return Err(ErrorCode::Forbidden.into());
    }
    let mut chosen = Vec::new();
    if violations.is_empty() {
        for one in agencies {
            let oid: Option<Oid> = one.agency.parse().ok();
            match oid.filter(|oid| by.commands(oid)) {
                Some(oid) if agency::holds(db, &oid).await? => chosen.push((oid, one.with_below)),
                _ => {
                    let unknown = Violation::new("agencies", ViolationCode::Unknown);
                    violations.push(unknown.with("agency", &one.agency));
                }
            }
        }
    }
    if violations.is_empty() {
        Ok(chosen)
    } else {
        Err(ApiError::Invalid(violations))
    }
}

/// Agencies in the words of the log.
fn words(agencies: &[(Oid, bool)]) -> String {
    let each: Vec<_> = agencies
        .iter()
        .map(|(oid, below)| {
            if *below {
                format!("{oid} and below")
            } else {
                oid.to_string()
            }
        })
        .collect();
    each.join(", ")
}

fn said(by: Actor<'_>, action: AuditAction, event: &Running) -> Event {
    by.did(action)
        .detail("activation", &event.id.to_string())
        .detail("name", &event.name)
}
