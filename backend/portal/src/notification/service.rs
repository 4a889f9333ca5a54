//! Reading notifications, and choosing how to be told.

use std::time::Duration;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    audit::AuditAction,
    notification::{NotificationView, Preferences, PreferencesPatch, PreferencesView, Unread},
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    preferences::{self, words},
    store::{self, Receiver},
};
use crate::{
    audit::{self, Event},
    error::ApiResult,
    http::precondition::IfMatch,
    person,
};

/// What was read is kept for so long.
const READ_KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Everything is kept for so long at most.
const KEPT_FOR: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// So many rows are deleted by one statement, and by so many statements in one go.
const BATCH: u32 = 1_000;
const BATCHES: u32 = 20;

/// Preferences and their version.
#[derive(Clone, Debug)]
pub struct Versioned {
    /// What the person sees.
    pub view: PreferencesView,
    /// Counts their changes.
    pub version: i64,
}

impl From<Receiver> for Versioned {
    fn from(receiver: Receiver) -> Self {
        Self {
            view: PreferencesView {
                preferences: receiver.stored.preferences,
                mail_to: receiver.address,
            },
            version: receiver.stored.version,
        }
    }
}

/// Shows people their notifications.
#[derive(Clone)]
pub struct NotificationService {
    db: Database,
    clock: SharedClock,
}

impl NotificationService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// A person's notifications, the newest first, older than `after`.
    pub async fn list(
        &self,
        person: Uuid,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<NotificationView>, DbErr> {
        store::list(&self.db, person, after, limit).await
    }

    /// How many of them the person has not read.
    pub async fn unread(&self, person: Uuid) -> Result<Unread, DbErr> {
        store::count_unread(&self.db, person).await
    }

    /// Marks one as read. Once more changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is none of the person's.
    pub async fn mark(&self, person: Uuid, id: Uuid) -> ApiResult<()> {
        if store::mark(&self.db, person, id, self.clock.now()).await? {
            Ok(())
        } else {
            Err(ErrorCode::NotFound.into())
        }
    }

    /// Marks all as read.
    pub async fn mark_all(&self, person: Uuid) -> Result<(), DbErr> {
        store::mark_all(&self.db, person, self.clock.now()).await
    }

    /// How a person wants to be told.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is no such person any more.
    pub async fn preferences(&self, person: Uuid) -> ApiResult<Versioned> {
        receiver(&self.db, person).await.map(Versioned::from)
    }

    /// Changes how a person wants to be told; the same once more leaves the version.
    ///
    /// # Errors
    /// [`ErrorCode::PreconditionFailed`] when it was changed since.
    pub async fn choose(
        &self,
        person: Uuid,
        if_match: &IfMatch,
        patch: &PreferencesPatch,
        source: &str,
    ) -> ApiResult<Versioned> {
        let transaction = database::begin_write(&self.db).await?;
        person::hold(&transaction, person).await?;
        let present = receiver(&transaction, person).await?;
        if_match.check(present.stored.version)?;
        let before = present.stored.preferences;
        let wanted = patch.applied_to(before);
        if before == wanted {
            return Ok(present.into());
        }
        if !preferences::write(&transaction, person, &wanted, present.stored.version).await? {
            return Err(ErrorCode::PreconditionFailed.into());
        }
        let changed = receiver(&transaction, person).await?;
        let event = Event::new(AuditAction::NotificationPreferencesChanged)
            .actor(person)
            .subject(person)
            .source(source)
            .detail("before", &described(&before))
            .detail("after", &described(&wanted));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(changed.into())
    }

    /// Deletes what nobody needs any more, so much of it as does not hold up others.
    pub async fn purge(&self) -> Result<(), DbErr> {
        let now = self.clock.now();
        for _ in 0..BATCHES {
            let (read, made) = (now.minus(READ_KEPT_FOR), now.minus(KEPT_FOR));
            if store::purge(&self.db, read, made, BATCH).await? < u64::from(BATCH) {
                break;
            }
        }
        Ok(())
    }
}

async fn receiver<C: ConnectionTrait>(db: &C, person: Uuid) -> ApiResult<Receiver> {
    let found = store::receivers(db, &[person]).await?;
    Ok(found.into_iter().next().ok_or(ErrorCode::NotFound)?)
}

/// Preferences in the words of the log.
fn described(preferences: &Preferences) -> String {
    format!(
        "page: {}; mail: {}; {}",
        words(preferences, |choice| choice.in_page),
        words(preferences, |choice| choice.by_mail),
        preferences.mail_language.name()
    )
}
