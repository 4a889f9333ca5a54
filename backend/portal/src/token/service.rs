//! The rules of access tokens.

use std::{sync::Arc, time::Duration};

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    id,
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    audit::AuditAction,
    person::PersonView,
    problem::ErrorCode,
    time::Timestamp,
    token::{CreatedToken, MOST, NewToken, Scope, TokenView},
};
use uuid::Uuid;

use super::{
    secret::{Bearer, Secret},
    store,
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    person,
    session::{self, Session},
};

/// A use is noted at most this often.
const NOTE_EVERY: Duration = Duration::from_secs(60);
/// A token that is over is remembered for so long, to tell its program why.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whom a program speaks for, and what it may do.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The token's id.
    pub token: Uuid,
    /// The token's person.
    pub person: Arc<PersonView>,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// Makes, finds and revokes tokens.
#[derive(Clone)]
pub struct TokenService {
    db: Database,
    clock: SharedClock,
}

impl TokenService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// Whose living token it is; the use is noted.
    ///
    /// # Errors
    /// The reason why there is none.
    pub async fn authenticate(&self, bearer: Bearer, source: &str) -> ApiResult<Holder> {
        let hash = bearer.0.ok_or(ErrorCode::TokenUnknown)?;
        let found = store::find(&self.db, &hash).await?;
        let found = found.ok_or(ErrorCode::TokenUnknown)?;
        // The clock is read after the look-up, which may have waited beyond the end.
        let now = self.clock.now();
        if let Some(code) = found.refusal(now) {
            return Err(code.into());
        }
        let due = now.minus(NOTE_EVERY);
        if found.last_used_at.is_none_or(|last| last <= due)
            && let Err(error) = store::note_use(&self.db, found.id, source, now, due).await
        {
            // It is for the person to read, and no reason to refuse.
            tracing::warn!(%error, "a token's last use is not noted");
        }
        Ok(Holder {
            token: found.id,
            person: found.person,
            scopes: found.scopes,
        })
    }

    /// Makes a token. Its secret is in the answer and nowhere else.
    pub async fn create(&self, asking: &Session, new: &NewToken, source: &str) -> ApiResult<CreatedToken> {
        let person = asking.person.id;
        let violations = new.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let transaction = database::begin_write(&self.db).await?;
        // Whoever else makes a token for this person waits here, so that the limit holds.
        person::hold(&transaction, person).await?;
        if !session::is_left(&transaction, asking.id).await? {
            return Err(ErrorCode::SessionEnded.into());
        }
        let now = self.clock.now();
        let id = new.id.unwrap_or_else(|| id::new(self.clock.as_ref()));
        if let Some(row) = store::by_id(&transaction, id).await? {
            // A retry of the same; or, what no honest client does, another's id or another body.
            let created = Timestamp::from_millis(row.created_at);
            let mine = row.person_id == person && row.expires_at == created.plus(life(new)).as_millis();
            let before = row.view(now);
            let same = mine && before.name == new.name.trim() && same_scopes(&before.scopes, &new.scopes);
            let code = if same {
                ErrorCode::TokenExists
            } else {
                ErrorCode::Conflict
            };
            return Err(code.into());
        }
        if store::count(&transaction, person, now).await? >= MOST as u64 {
            return Err(ErrorCode::TokenLimit.into());
        }
        let secret = Secret::generate();
        let expires_at = now.plus(life(new));
        let row = store::insert(&transaction, id, person, new, &secret.hash(), now, expires_at).await?;
        let event = Event::new(AuditAction::TokenCreated)
            .actor(person)
            .source(source)
            .detail("token", &id.to_string())
            .detail("scopes", &row.scopes)
            .detail("expires_at", &expires_at.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(CreatedToken {
            token: row.view(now),
            secret: secret.into_text(),
        })
    }

    /// A person's tokens, the newest first.
    pub async fn list(&self, person: Uuid, after: Option<Uuid>, limit: u32) -> Result<Vec<TokenView>, DbErr> {
        let now = self.clock.now();
        let rows = store::list(&self.db, person, after, limit).await?;
        Ok(rows.into_iter().map(|row| row.view(now)).collect())
    }

    /// Revokes a person's token; whether there was one.
    pub async fn revoke(&self, person: Uuid, id: Uuid, source: &str) -> Result<bool, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        let revoked = store::revoke(&transaction, id, person, self.clock.now()).await?;
        if revoked {
            let event = Event::new(AuditAction::TokenRevoked)
                .actor(person)
                .source(source)
                .detail("token", &id.to_string());
            audit::record(&transaction, self.clock.as_ref(), event).await?;
        }
        transaction.commit().await?;
        Ok(revoked)
    }

    /// Revokes, in the caller's transaction, all of a person's tokens: how many.
    pub async fn revoke_all<C: ConnectionTrait>(&self, transaction: &C, person: Uuid) -> Result<u64, DbErr> {
        store::revoke_all(transaction, person, self.clock.now()).await
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        store::purge(&self.db, self.clock.now().minus(REMEMBERED)).await
    }
}

fn life(new: &NewToken) -> Duration {
    DAY * new.expires_in_days
}

fn same_scopes(one: &[Scope], other: &[Scope]) -> bool {
    one.len() == other.len() && one.iter().all(|scope| other.contains(scope))
}
