//! Deciding on the permissions in a campaign: 保留 and 撤銷.

use std::collections::HashSet;

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
    audit::{self, Event},
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
        let (mut results, mut gone) = (Vec::new(), HashSet::new());
        for grant in decisions.grants.iter().copied() {
            if gone.contains(&grant) {
                results.push(ItemResult {
                    grant,
                    state: Some(ItemState::Gone),
                    refused: None,
                });
                continue;
            }
            let (state, refused) = match self.judge(by, id, grant, &decision).await {
                Ok((state, with_it)) => {
                    gone.extend(with_it);
                    (Some(state), None)
                }
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

    /// Where the permission stands then, and the renewals of it that were taken back with it.
    async fn judge(
        &self,
        by: Actor<'_>,
        id: Uuid,
        grant: Uuid,
        decision: &ItemDecision,
    ) -> ApiResult<(ItemState, Vec<Uuid>)> {
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
        let done = match decision.verdict {
            CampaignVerdict::Keep => {
                let kept = event(AuditAction::GrantKept, by, id)
                    .subject(item.holder)
                    .detail("grant", &grant.to_string())
                    .detail("application", &item.codes.0)
                    .detail("role", &item.codes.1)
                    .detail("agency", &item.agency);
                vec![(grant, kept)]
            }
            CampaignVerdict::Revoke => {
                let revoke = RevokeGrant {
                    reason: reason.clone().unwrap_or_default(),
                };
                let revoked = self.access.revoke_in(&transaction, by, grant, &revoke).await?;
                let of_campaign = |event: Event| event.detail("campaign", &id.to_string());
                let revoked = revoked.into_iter();
                revoked
                    .map(|(grant, event)| (grant, of_campaign(event)))
                    .collect()
            }
        };
        let away = seats.in_place_of(&case);
        let by_whom = |event: Event| match away {
            Some(away) => event.detail("in_place_of", &away.to_string()),
            None => event,
        };
        let (grants, events): (Vec<_>, Vec<_>) = done
            .into_iter()
            .map(|(grant, event)| (grant, by_whom(event)))
            .unzip();
        let answer = Answer {
            state: next,
            at: now,
            by: Some(by.person),
            reason: reason.as_deref(),
        };
        answers::answer(&transaction, id, &[grant], answer).await?;
        audit::record_all(&transaction, self.clock.as_ref(), events).await?;
        transaction.commit().await?;
        let with_it = grants.into_iter().filter(|it| *it != grant).collect();
        Ok((next, with_it))
    }
}
