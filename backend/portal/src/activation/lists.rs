//! What becomes of surge lists in the hands of those who look after their agency.

use sea_orm::{DatabaseTransaction, DbErr};
use shared::{
    activation::{Level, NewSurgeList, SurgeListAction, SurgeListDetails, SurgeListState, SurgeListView},
    audit::AuditAction,
    notification::Kind,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::{
    ActivationService,
    authority::Authority,
    carrying_out::Done,
    consent::{self, Consents},
    service::Actor,
    store::{self, List},
};
use crate::{
    agency,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::Notice,
};

/// A list in the transaction that holds it, and who changes it.
pub(super) struct Held {
    pub(super) list: List,
    pub(super) by: Authority,
}

impl Held {
    /// Whether the person looks after the list's agency, and so prepares it.
    pub(super) fn prepares(&self) -> bool {
        self.by.reach.covers(Some(&self.list.agency))
    }

    /// Moves it as the state machine says.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`] when its state does not take that.
    pub(super) fn step(&mut self, action: SurgeListAction) -> ApiResult<()> {
        self.list.state = self.list.state.next(action).map_err(|_| ErrorCode::Conflict)?;
        Ok(())
    }
}

impl ActivationService {
    /// The lists that a person prepares or consents to, the newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who has no post that does either.
    pub(super) async fn lists(
        &self,
        person: Uuid,
        state: Option<SurgeListState>,
        after: Option<Uuid>,
        limit: u32,
    ) -> ApiResult<Vec<SurgeListView>> {
        let by = Authority::of(&self.db, person).await?;
        if by.reach.is_nothing() && by.owned().is_empty() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(store::list(&self.db, &by, state, after, limit).await?)
    }

    /// One of them, with all that is known of it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none that the person prepares or consents to.
    pub(super) async fn list(&self, person: Uuid, id: Uuid) -> ApiResult<SurgeListDetails> {
        let by = Authority::of(&self.db, person).await?;
        let list = self.sees(&by, id).await?;
        let consents = Consents::of(&self.db, id).await?;
        let entries = store::entries(&self.db, id, self.clock.now()).await?;
        let prepares = by.reach.covers(Some(&list.agency));
        let turn = !consents.by(&by).is_empty() || consents.is_left_to(&by);
        let may = |action: &SurgeListAction| {
            let theirs = match action {
                SurgeListAction::Approve => turn,
                SurgeListAction::Return => turn || (by.is_administrator() && !consents.bars(by.me)),
                SurgeListAction::Submit => prepares && !entries.is_empty(),
                SurgeListAction::Endorse => false,
                _ => prepares,
            };
            theirs && list.state.next(*action).is_ok()
        };
        let may = SurgeListAction::ALL.iter().copied().filter(may).collect();
        Ok(SurgeListDetails {
            list: store::shown(&self.db, id).await?.ok_or(ErrorCode::NotFound)?,
            entries,
            consents: match list.state {
                SurgeListState::Submitted => consents.shown(),
                SurgeListState::Approved => consents.given(),
                _ => Vec::new(),
            },
            may,
        })
    }

    /// The list of this id, if the person may see it.
    async fn sees(&self, by: &Authority, id: Uuid) -> ApiResult<List> {
        let list = store::find(&self.db, id).await?.ok_or(ErrorCode::NotFound)?;
        if by.reach.covers(Some(&list.agency)) {
            return Ok(list);
        }
        let mine = store::list(&self.db, by, None, Some(after_all_but(id)), 1).await?;
        if mine.first().is_some_and(|first| first.id == id) {
            Ok(list)
        } else {
            Err(ErrorCode::NotFound.into())
        }
    }

    /// Begins a list. The same one sent again is the same one; whether it is new.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who looks after no agency; all violations at once; [`ErrorCode::Conflict`] when
    /// the id is that of another list.
    pub(super) async fn create(&self, by: Actor<'_>, new: &NewSurgeList) -> ApiResult<bool> {
        let mut violations = new.violations();
        let agency: Option<Oid> = new.agency.parse().ok();
        let transaction = self.begin().await?;
        let authority = Authority::of(&transaction, by.person).await?;
        if authority.reach.is_nothing() {
            return Err(ErrorCode::Forbidden.into());
        }
        if let Some(agency) = &agency
            && !(authority.reach.covers(Some(agency)) && agency::holds(&transaction, agency).await?)
        {
            violations.push(Violation::new("agency", ViolationCode::Unknown));
        }
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        if !store::insert(&transaction, new, by.person, self.clock.now()).await? {
            let known = store::find(&transaction, new.id).await?;
            let same = known.is_some_and(|known| {
                known.created_by == by.person
                    && known.agency.as_str() == new.agency
                    && known.name == new.name.trim()
            });
            return if same {
                Ok(false)
            } else {
                Err(ErrorCode::Conflict.into())
            };
        }
        store::prepared_by(&transaction, new.id, by.person).await?;
        let event = by
            .did(AuditAction::SurgeListCreated)
            .detail("list", &new.id.to_string())
            .detail("agency", &new.agency)
            .detail("name", new.name.trim())
            .detail("level", new.level.name());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The list counts from another level on, once that is approved. The same level changes nothing.
    ///
    /// # Errors
    /// As for [`Self::prepare`].
    pub(super) async fn change_level(&self, by: Actor<'_>, id: Uuid, to: Level) -> ApiResult<()> {
        let (transaction, mut held) = self.prepare(by, id, SurgeListAction::Change).await?;
        let before = held.list.level;
        if before == to {
            return Ok(());
        }
        held.list.level = to;
        let event = said(by, AuditAction::SurgeListChanged, &held.list)
            .detail("before", before.name())
            .detail("after", to.name());
        self.changed(transaction, &held, event).await
    }

    /// Holds a list that the person prepares, and moves it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none for an agency that the person looks after;
    /// [`ErrorCode::Conflict`] when its state does not take the action.
    pub(super) async fn prepare(
        &self,
        by: Actor<'_>,
        id: Uuid,
        action: SurgeListAction,
    ) -> ApiResult<(DatabaseTransaction, Held)> {
        let transaction = self.begin().await?;
        let list = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        let mut held = Held {
            list,
            by: Authority::of(&transaction, by.person).await?,
        };
        if !held.prepares() {
            return Err(ErrorCode::NotFound.into());
        }
        held.step(action)?;
        Ok((transaction, held))
    }

    /// Writes a change that wants approval, with who made it.
    pub(super) async fn changed(
        &self,
        transaction: DatabaseTransaction,
        held: &Held,
        event: Event,
    ) -> ApiResult<()> {
        let done = Done {
            log: vec![event],
            notices: self.write_change(&transaction, held).await?,
        };
        self.finish(transaction, done).await
    }

    /// Writes it; those whose consent it takes are told where the list waits for them.
    async fn write_change(
        &self,
        transaction: &DatabaseTransaction,
        held: &Held,
    ) -> Result<Vec<Notice>, DbErr> {
        let list = &held.list;
        store::prepared_by(transaction, list.id, held.by.me).await?;
        consent::clear(transaction, list.id).await?;
        store::save(transaction, list, None, self.clock.now()).await?;
        if list.state != SurgeListState::Submitted {
            return Ok(Vec::new());
        }
        let asked = Consents::of(transaction, list.id).await?.asked();
        let told = |person| Notice::new(person, Kind::SurgeListWaits).of(list.id, &list.name);
        Ok(asked.into_iter().map(told).collect())
    }

    /// Submits a list for approval.
    ///
    /// # Errors
    /// As for [`Self::prepare`]; a violation when there is nobody on it.
    pub(super) async fn submit(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        let (transaction, held) = self.prepare(by, id, SurgeListAction::Submit).await?;
        if store::count_entries(&transaction, id).await? == 0 {
            let empty = Violation::new("entries", ViolationCode::Required);
            return Err(ApiError::Invalid(vec![empty]));
        }
        let event = said(by, AuditAction::SurgeListSubmitted, &held.list);
        self.changed(transaction, &held, event).await
    }

    /// Takes back what was submitted.
    ///
    /// # Errors
    /// As for [`Self::prepare`].
    pub(super) async fn recall(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        let (transaction, held) = self.prepare(by, id, SurgeListAction::Recall).await?;
        let event = said(by, AuditAction::SurgeListRecalled, &held.list);
        self.changed(transaction, &held, event).await
    }

    /// The list counts no more, for good; open events end what is by it alone.
    ///
    /// # Errors
    /// As for [`Self::prepare`].
    pub(super) async fn withdraw(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        let (transaction, held) = self.prepare(by, id, SurgeListAction::Withdraw).await?;
        store::save(&transaction, &held.list, None, self.clock.now()).await?;
        let event = said(by, AuditAction::SurgeListWithdrawn, &held.list);
        self.settle(transaction, event).await
    }
}

/// The cursor after which this one is the first.
pub(super) fn after_all_but(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}

/// That somebody did this to a list.
pub(super) fn said(by: Actor<'_>, action: AuditAction, list: &List) -> Event {
    by.did(action)
        .detail("list", &list.id.to_string())
        .detail("name", &list.name)
        .detail("agency", list.agency.as_str())
}
