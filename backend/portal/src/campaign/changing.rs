//! Extending campaigns, and cancelling them.

use foundation::database;
use sea_orm::DatabaseTransaction;
use shared::{
    audit::AuditAction,
    campaign::{CampaignAction, CampaignState, CampaignView, CancelCampaign, ExtendCampaign},
    date::Date,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    CampaignService,
    service::event,
    store::{self, Hold, Row},
};
use crate::{
    access::{Actor, Seats},
    audit,
    error::{ApiError, ApiResult},
};

impl CampaignService {
    /// Moves the deadline to a later day.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a campaign that the person may not see, [`ErrorCode::Forbidden`] for one that they may
    /// not change, [`ErrorCode::Conflict`] when it has changed since or is over; all violations at once.
    pub async fn extend(
        &self,
        by: Actor<'_>,
        id: Uuid,
        extension: &ExtendCampaign,
    ) -> ApiResult<CampaignView> {
        let now = self.clock.now();
        let transaction = database::begin_write(&self.db).await?;
        let campaign = self.hold(&transaction, by, id).await?;
        let due_on = extension
            .due(campaign.due_on, Date::in_taiwan(now))
            .map_err(ApiError::Invalid)?;
        self.check(&campaign, extension.version, CampaignAction::Extend)?;
        let reason = extension.stored_reason();
        store::extend(&transaction, id, due_on, &reason).await?;
        let event = event(AuditAction::CampaignExtended, by, id)
            .detail("before", &campaign.due_on.to_string())
            .detail("after", &due_on.to_string())
            .detail("reason", &reason);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, id).await
    }

    /// Ends a campaign before its time: nothing lapses.
    ///
    /// # Errors
    /// As for extending.
    pub async fn cancel(
        &self,
        by: Actor<'_>,
        id: Uuid,
        cancellation: &CancelCampaign,
    ) -> ApiResult<CampaignView> {
        let transaction = database::begin_write(&self.db).await?;
        let campaign = self.hold(&transaction, by, id).await?;
        if let Some(violation) = cancellation.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let state = self.check(&campaign, cancellation.version, CampaignAction::Cancel)?;
        let reason = cancellation.stored_reason();
        let now = self.clock.now();
        store::move_on(&transaction, id, state, Some(now), Some(&reason)).await?;
        let event = event(AuditAction::CampaignCancelled, by, id).detail("reason", &reason);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, id).await
    }

    /// Holds a campaign that the person may change.
    async fn hold(&self, transaction: &DatabaseTransaction, by: Actor<'_>, id: Uuid) -> ApiResult<Row> {
        let campaign = store::hold(transaction, id, Hold::Alone)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(transaction, by.person, self.clock.now()).await?;
        if seats.may_open(campaign.scope.application()) {
            return Ok(campaign);
        }
        self.visible(by.person, id).await?;
        Err(ErrorCode::Forbidden.into())
    }

    /// Where the action leads a campaign of this version.
    fn check(&self, campaign: &Row, version: i64, action: CampaignAction) -> ApiResult<CampaignState> {
        if campaign.version != version || !campaign.takes_decisions(self.clock.now()) {
            return Err(ErrorCode::Conflict.into());
        }
        Ok(campaign.state.next(action).map_err(|_| ErrorCode::Conflict)?)
    }
}
