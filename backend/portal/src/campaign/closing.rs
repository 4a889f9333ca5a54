//! What the clock does when a deadline has passed: what nobody has answered lapses, batch by batch.

use foundation::database;
use shared::{
    audit::AuditAction,
    campaign::{CampaignAction, CampaignState, ItemState},
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    CampaignService,
    answers::{self, Answer},
    store::{self, Hold, Row},
};
use crate::{
    access::lapse_in,
    audit::{self, Event},
    error::ApiResult,
    notification::{self, Gathering},
};

/// So many permissions are answered in one transaction.
const BATCH: u32 = 200;

impl CampaignService {
    /// Closes the campaigns whose deadline has passed, and reminds people of those that end soon. Every node does so; each
    /// permission lapses once, and what a node leaves behind that dies, the next minute goes on with.
    pub async fn keep_time(&self) -> ApiResult<()> {
        let mut gathering = Gathering::default();
        for id in store::due(&self.db, self.clock.now()).await? {
            if let Err(error) = self.close(id, &mut gathering).await {
                tracing::error!(campaign = %id, ?error, "a campaign is not closed for now");
            }
        }
        self.remind(&mut gathering).await
    }

    async fn close(&self, id: Uuid, gathering: &mut Gathering) -> ApiResult<()> {
        while self.close_some(id, gathering).await? {}
        Ok(())
    }

    /// Answers some of what nobody has answered; whether there may be more. Those whose permissions lapse get one letter.
    ///
    /// # Errors
    /// A fault of the server; none of the batch was done then.
    pub async fn close_some(&self, id: Uuid, gathering: &mut Gathering) -> ApiResult<bool> {
        gathering.begin();
        let now = self.clock.now();
        let transaction = database::begin_write(&self.db).await?;
        let Some(campaign) = store::hold(&transaction, id, Hold::Alone).await? else {
            return Ok(false);
        };
        match campaign.state {
            CampaignState::Open if campaign.ends_at <= now => {
                let closing = campaign.state.next(CampaignAction::Expire);
                let closing = closing.map_err(|_| ErrorCode::Conflict)?;
                store::move_on(&transaction, id, closing, None, None).await?;
                transaction.commit().await?;
                return Ok(true);
            }
            CampaignState::Closing => {}
            // It was extended or cancelled meanwhile, or another node has closed it.
            _ => return Ok(false),
        }
        let open = answers::unanswered(&transaction, id, now, BATCH).await?;
        for state in [ItemState::Lapsed, ItemState::Kept, ItemState::Gone] {
            let ends = |stands: ItemState| match stands {
                ItemState::Open => ItemState::Lapsed,
                other => other,
            };
            let grants: Vec<_> = open
                .iter()
                .filter(|(_, stands)| ends(*stands) == state)
                .map(|(grant, _)| *grant)
                .collect();
            let answer = Answer {
                state,
                at: now,
                by: None,
                reason: None,
            };
            answers::answer(&transaction, id, &grants, answer).await?;
        }
        let lapsing: Vec<_> = open
            .iter()
            .filter(|(_, stands)| *stands == ItemState::Open)
            .map(|(grant, _)| *grant)
            .collect();
        let of_campaign = |event: Event| event.detail("campaign", &id.to_string());
        let (told, lapsed) = lapse_in(&transaction, &lapsing, &reason(&campaign), now).await?;
        let mut events: Vec<_> = lapsed.into_iter().map(of_campaign).collect();
        let is_last = open.len() < BATCH as usize;
        if is_last {
            let closed = campaign.state.next(CampaignAction::Close);
            let closed = closed.map_err(|_| ErrorCode::Conflict)?;
            store::move_on(&transaction, id, closed, Some(now), None).await?;
            events.push(of_campaign(Event::new(AuditAction::CampaignClosed)));
        }
        notification::tell_within(&transaction, self.clock.as_ref(), told, gathering).await?;
        audit::record_all(&transaction, self.clock.as_ref(), events).await?;
        transaction.commit().await?;
        gathering.keep();
        Ok(!is_last)
    }
}

/// What the one who had the permission reads.
fn reason(campaign: &Row) -> String {
    let name = &campaign.name;
    format!("權限清查「{name}」期限內未回覆。 (Nobody answered in the review “{name}” by its deadline.)")
}
