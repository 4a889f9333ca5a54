//! What the clock does with events, and what all deeds of this feature have in common.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{DatabaseTransaction, DbErr};
use shared::{activation::SurgeReviewState, audit::AuditAction};
use uuid::Uuid;

use super::{
    carrying_out::{self, Done},
    event_store, telling,
};
use crate::{
    application::ApplicationService,
    audit::{self, Event},
    error::ApiResult,
    notification,
};

/// Keeps surge lists, opens and closes events, and takes their reviews.
#[derive(Clone)]
pub struct ActivationService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) applications: ApplicationService,
}

/// Who does something, and from which network address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Actor<'a> {
    pub(super) person: Uuid,
    pub(super) source: &'a str,
}

impl Actor<'_> {
    /// That they did this.
    pub(super) fn did(&self, action: AuditAction) -> Event {
        Event::new(action).actor(self.person).source(self.source)
    }
}

impl ActivationService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock, applications: ApplicationService) -> Self {
        Self {
            db,
            clock,
            applications,
        }
    }

    /// Begins a deed. Of several at once, on whatever node, one goes on and the others wait.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        event_store::hold(&transaction).await?;
        Ok(transaction)
    }

    /// Ends a deed that may concern open events: they give what is due now, and all of it is one transaction.
    pub(super) async fn settle(
        &self,
        transaction: DatabaseTransaction,
        deed: impl Into<Done>,
    ) -> ApiResult<()> {
        let mut done = deed.into();
        for event in event_store::open(&transaction).await? {
            carrying_out::carry_out(&transaction, self.clock.as_ref(), &event, &mut done).await?;
        }
        self.finish(transaction, done).await
    }

    /// Tells people of a deed, and ends it.
    pub(super) async fn finish(&self, transaction: DatabaseTransaction, done: Done) -> ApiResult<()> {
        notification::tell(&transaction, self.clock.as_ref(), done.notices).await?;
        audit::record_all(&transaction, self.clock.as_ref(), done.log).await?;
        Ok(transaction.commit().await?)
    }

    /// Tells those who are responsible that a review is overdue, once. Every node does so; each event is told of by one.
    async fn remind(&self) -> ApiResult<()> {
        let now = self.clock.now();
        for event in event_store::overdue(&self.db, now).await? {
            let transaction = database::begin_write(&self.db).await?;
            if event_store::mark_reminded(&transaction, event.id, now).await? {
                let done = Done {
                    notices: telling::reviewers(&transaction, SurgeReviewState::Overdue, &event).await?,
                    ..Done::default()
                };
                self.finish(transaction, done).await?;
            }
        }
        Ok(())
    }

    /// What the clock does: people who have moved or whose account was disabled lose what events gave them, those who are
    /// back get it again, what is due goes on, and who has not reviewed is reminded. Every node does so; the second finds
    /// nothing to do.
    pub async fn keep_time(&self) -> ApiResult<()> {
        self.remind().await?;
        if event_store::open(&self.db).await?.is_empty() {
            return Ok(());
        }
        let transaction = self.begin().await?;
        let mut done = Done::default();
        for event in event_store::open(&transaction).await? {
            carrying_out::carry_out(&transaction, self.clock.as_ref(), &event, &mut done).await?;
        }
        self.finish(transaction, done).await
    }
}
