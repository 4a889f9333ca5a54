//! What becomes of surge lists in the hands of those who are asked for their consent.

use std::collections::BTreeSet;

use sea_orm::DatabaseTransaction;
use shared::{
    activation::{Level, ListRemark, SurgeListAction},
    audit::AuditAction,
    notification::Kind,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    ActivationService, apart,
    authority::Authority,
    carrying_out::Done,
    consent::{self, Consents},
    lists::{Held, after_all_but, said},
    service::Actor,
    store, telling,
};
use crate::{
    audit,
    error::{ApiError, ApiResult},
};

impl ActivationService {
    /// Consents to a list. With the last consent all of it counts, in open events at once.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for what the person may not see, [`ErrorCode::Conflict`] when it is not submitted,
    /// [`ErrorCode::Forbidden`] for one who has prepared it, stands on it, or is not asked.
    pub(super) async fn approve(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        let (transaction, mut held, mut consents) = self.judge(by, id).await?;
        held.list
            .state
            .next(SurgeListAction::Approve)
            .map_err(|_| ErrorCode::Conflict)?;
        let mine = consents.by(&held.by);
        if mine.is_empty() && !consents.is_left_to(&held.by) {
            return Err(ErrorCode::Forbidden.into());
        }
        let now = self.clock.now();
        for scope in &mine {
            consent::insert(&transaction, id, *scope, by.person, now).await?;
        }
        consents.add(&mine, by.person);
        if !consents.is_complete() {
            held.step(SurgeListAction::Endorse)?;
            let event = said(by, AuditAction::SurgeListEndorsed, &held.list);
            audit::record(&transaction, self.clock.as_ref(), event).await?;
            return Ok(transaction.commit().await?);
        }
        held.step(SurgeListAction::Approve)?;
        let before = held.list.counts_from.map_or("none", Level::name);
        held.list.counts_from = Some(held.list.level);
        let notices = telling::preparers(&transaction, Kind::SurgeListApproved, &held.list).await?;
        store::approve(&transaction, id).await?;
        store::save(&transaction, &held.list, None, now).await?;
        let mut event = said(by, AuditAction::SurgeListApproved, &held.list)
            .detail("before", before)
            .detail("after", held.list.level.name());
        let conflicts = apart::conflicts(&transaction, id, now).await?;
        let others: BTreeSet<_> = conflicts
            .into_values()
            .flatten()
            .map(|rule| [rule.other.application.code, rule.other.role.code].join("/"))
            .collect();
        if !others.is_empty() {
            let others: Vec<_> = others.into_iter().collect();
            event = event.detail("despite_conflicts", &others.join(" "));
        }
        let log = vec![event];
        self.settle(transaction, Done { log, notices }).await
    }

    /// Sends a list back to be corrected.
    ///
    /// # Errors
    /// As for approving; the remark's violation.
    pub(super) async fn send_back(&self, by: Actor<'_>, id: Uuid, remark: &ListRemark) -> ApiResult<()> {
        let (transaction, mut held, consents) = self.judge(by, id).await?;
        if let Some(violation) = remark.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        held.step(SurgeListAction::Return)?;
        let asked = !consents.by(&held.by).is_empty();
        if !asked && (!held.by.is_administrator() || consents.bars(by.person)) {
            return Err(ErrorCode::Forbidden.into());
        }
        consent::clear(&transaction, id).await?;
        store::save(&transaction, &held.list, Some(&remark.stored()), self.clock.now()).await?;
        let event = said(by, AuditAction::SurgeListReturned, &held.list).detail("reason", &remark.stored());
        let done = Done {
            log: vec![event],
            notices: telling::preparers(&transaction, Kind::SurgeListReturned, &held.list).await?,
        };
        self.finish(transaction, done).await
    }

    /// Holds a list that the person may see and is perhaps asked to consent to.
    async fn judge(&self, by: Actor<'_>, id: Uuid) -> ApiResult<(DatabaseTransaction, Held, Consents)> {
        let transaction = self.begin().await?;
        let list = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        let authority = Authority::of(&transaction, by.person).await?;
        let seen = store::list(&transaction, &authority, None, Some(after_all_but(id)), 1).await?;
        if seen.first().is_none_or(|first| first.id != id) {
            return Err(ErrorCode::NotFound.into());
        }
        let consents = Consents::of(&transaction, id).await?;
        Ok((transaction, Held { list, by: authority }, consents))
    }
}
