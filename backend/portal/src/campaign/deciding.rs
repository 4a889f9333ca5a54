//! Deciding on the permissions in a campaign: 保留 and 撤銷.

use foundation::database;
use shared::{
    access::RevokeGrant,
    audit::AuditAction,
    campaign::{CampaignItem, CampaignVerdict, ItemDecision, ItemDecisions, ItemResult, ItemState},
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    CampaignService,
    answers::{self, Answer},
    items,
    service::event,
    store::{self, Hold},
};
use crate::{
    access::{Actor, Case, Seats},
    audit,
    error::{ApiError, ApiResult},
};

impl CampaignService {
    /// Keeps a permission, or takes it back, as the person's posts allow.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for what the person may not see; [`ErrorCode::Conflict`] when the deadline has passed, or
    /// the permission counts no more; [`ErrorCode::Forbidden`] when somebody else decides on it; the reason's violation.
    pub async fn decide(
        &self,
        by: Actor<'_>,
        id: Uuid,
        grant: Uuid,
        decision: &ItemDecision,
    ) -> ApiResult<CampaignItem> {
        self.judge(by, id, grant, decision).await?;
        let now = self.clock.now();
        let campaign = store::find(&self.db, id).await?.ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(&self.db, by.person, now).await?;
        let item = items::read(&self.db, &campaign, grant, &seats, now).await?;
        Ok(item.ok_or(ErrorCode::NotFound)?)
    }

    /// Decides on each of several permissions by itself; one that is refused does not hold up the others.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a campaign that the person may not see; all violations of the body; a fault of the
    /// server ends it, and what was done before stays done.
    pub async fn decide_each(
        &self,
        by: Actor<'_>,
        id: Uuid,
        decisions: &ItemDecisions,
    ) -> ApiResult<Vec<ItemResult>> {
        self.visible(by.person, id).await?;
        let violations = decisions.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let decision = decisions.each();
        let mut results = Vec::new();
        for grant in decisions.grants.iter().copied() {
            let (state, refused) = match self.judge(by, id, grant, &decision).await {
                Ok(state) => (Some(state), None),
                Err(ApiError::Code(code)) if code.status() < 500 => (None, Some(code)),
                Err(fault) => return Err(fault),
            };
            results.push(ItemResult {
                grant,
                state,
                refused,
            });
        }
        Ok(results)
    }

    async fn judge(
        &self,
        by: Actor<'_>,
        id: Uuid,
        grant: Uuid,
        decision: &ItemDecision,
    ) -> ApiResult<ItemState> {
        let transaction = database::begin_write(&self.db).await?;
        let campaign = store::hold(&transaction, id, Hold::Shared)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let now = self.clock.now();
        let item = answers::hold(&transaction, id, grant, now)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(&transaction, by.person, now).await?;
        let agency = item.agency.parse().ok();
        let case = Case::of_grant(item.holder, item.application, agency.as_ref(), item.desk.as_ref());
        if !seats.looks_after(item.application, agency.as_ref()) {
            return Err(ErrorCode::NotFound.into());
        }
        if let Some(violation) = decision.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        if !seats.decides(&case) {
            return Err(ErrorCode::Forbidden.into());
        }
        let next = item.state.next(decision.verdict.action());
        let (Ok(next), true, true) = (next, campaign.takes_decisions(now), item.lives) else {
            return Err(ErrorCode::Conflict.into());
        };
        let reason = decision.stored_reason();
        let event = match decision.verdict {
            CampaignVerdict::Keep => event(AuditAction::GrantKept, by, id)
                .subject(item.holder)
                .detail("grant", &grant.to_string())
                .detail("application", &item.codes.0)
                .detail("role", &item.codes.1)
                .detail("agency", &item.agency),
            CampaignVerdict::Revoke => {
                let revoke = RevokeGrant {
                    reason: reason.clone().unwrap_or_default(),
                };
                let event = self.access.revoke_in(&transaction, by, grant, &revoke).await?;
                event.detail("campaign", &id.to_string())
            }
        };
        let event = match seats.in_place_of(&case) {
            Some(away) => event.detail("in_place_of", &away.to_string()),
            None => event,
        };
        let answer = Answer {
            state: next,
            at: now,
            by: Some(by.person),
            reason: reason.as_deref(),
        };
        answers::answer(&transaction, id, &[grant], answer).await?;
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(next)
    }
}
