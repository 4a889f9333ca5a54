//! The rules of sessions.

use std::{sync::Arc, time::Duration};

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    http::cookie::{self as cookies, SameSite},
    random::{self, Token, TokenHash},
    together::Together,
};
use http::{HeaderMap, HeaderValue};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    audit::AuditAction,
    problem::ErrorCode,
    session::{Limits, SessionListItem, SessionView},
};
use uuid::Uuid;

use super::{
    COOKIE, Ending,
    cache::Cache,
    ended,
    ending::tell_applications,
    farewell,
    store::{self, Session},
};
use crate::{
    audit::{self, Event},
    config,
    error::{ApiError, ApiResult},
    person,
};

/// An extension that would move the deadline by less than this is not written; the deadline that the
/// server names stays the one that it enforces.
const WORTH_WRITING: Duration = Duration::from_secs(1);

/// So many sessions are looked at by one transaction, whether they have ended.
const AT_ONCE: u32 = 200;

/// An ended session is remembered for so long, to tell its browser why it ended.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Begins, finds, extends and ends sessions.
#[derive(Clone)]
pub struct SessionService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) limits: Limits,
    cache: Option<Arc<Cache>>,
    /// Whatever its state.
    lookup: Together<TokenHash, Option<Session>>,
}

fn lookup(db: Database) -> Together<TokenHash, Option<Session>> {
    Together::reading(db.get_database_backend(), move |tokens: Vec<TokenHash>| {
        let db = db.clone();
        async move {
            let found = store::find(&db, &tokens).await?;
            Ok(tokens.iter().map(|token| found.get(token).cloned()).collect())
        }
    })
}

impl SessionService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock, config: config::Session) -> Self {
        let cache = config.in_memory.then(Arc::default);
        Self {
            lookup: lookup(db.for_together()),
            db,
            clock,
            limits: config.limits,
            cache,
        }
    }

    /// The limits that are enforced.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The living session of this cookie.
    ///
    /// # Errors
    /// The reason why there is none, for the login page.
    pub async fn find(&self, token: &str) -> ApiResult<Session> {
        let hash = random::hash(token);
        let now = self.clock.now();
        let session = match self.cache.as_ref().map(|cache| (cache, cache.get(&hash, now))) {
            Some((_, Ok(session))) => Some(session),
            Some((cache, Err(ticket))) => {
                let found = self.lookup.ask(hash).await?;
                if let Some(session) = &found {
                    cache.put(ticket, hash, session.clone(), now);
                }
                found
            }
            None => self.lookup.ask(hash).await?,
        };
        // The clock is read anew: the look-up may have waited beyond the deadline.
        let session = session.ok_or(ErrorCode::NotSignedIn)?;
        session
            .refusal(self.clock.now())
            .map_or(Ok(session), |code| Err(code.into()))
    }

    /// Notes that the person did something: moves the deadline.
    ///
    /// # Errors
    /// When the session ended meanwhile.
    pub async fn extend(&self, token: &str, session: Session) -> ApiResult<Session> {
        let now = self.clock.now();
        let expires_at = self
            .limits
            .deadline(session.created_at, now)
            .min(session.absolute_expires_at);
        let gain = expires_at.since(session.expires_at);
        // The last extension, up to the absolute limit, is always written: it is what the session ends by.
        let last = expires_at == session.absolute_expires_at && !gain.is_zero();
        if gain < WORTH_WRITING && !last {
            return Ok(session);
        }
        if store::extend(&self.db, session.id, now, expires_at).await? {
            self.forget(session.id);
            return Ok(Session {
                expires_at,
                ..session
            });
        }
        // Another request was first, or the session has ended: the row knows.
        self.forget(session.id);
        self.find(token).await
    }

    /// Notes that the person did something in an application that they started from the session of this `sid`: moves the
    /// deadline. Whether the session is alive.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn extend_from_afar(&self, sid: Uuid) -> Result<bool, DbErr> {
        let now = self.clock.now();
        let mut late = false;
        let living = store::living(&self.db, sid, now).await?;
        for row in &living {
            let deadline = self
                .limits
                .deadline(row.created_at, now)
                .min(row.absolute_expires_at);
            if deadline.since(row.expires_at) < WORTH_WRITING {
                continue;
            }
            late |= !store::extend(&self.db, row.id, now, deadline).await?;
            self.forget(row.id);
        }
        if late {
            // Another request was first, or it has ended meanwhile.
            return Ok(!store::living(&self.db, sid, now).await?.is_empty());
        }
        Ok(!living.is_empty())
    }

    /// Notes of sessions whose time is over that they have ended, so that applications hear of it. Every node does so; each
    /// session is noted once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire(&self) -> Result<(), DbErr> {
        loop {
            let now = self.clock.now();
            let transaction = database::begin_write(&self.db).await?;
            let (ended, looked_at) = ended::expired(&transaction, now, AT_ONCE).await?;
            tell_applications(&transaction, &ended, now).await?;
            transaction.commit().await?;
            if looked_at < AT_ONCE as usize {
                return Ok(());
            }
        }
    }

    /// Ends a person's session, `asking` being the one that they do it in, if any; whether there was one alive. To sign out
    /// ends whatever the browser has of the same `sid`.
    pub async fn end(
        &self,
        person: Uuid,
        asking: Option<Uuid>,
        id: Uuid,
        source: &str,
    ) -> Result<bool, DbErr> {
        self.leave(person, asking, id, source, None).await
    }

    /// Ends this session because the person leaves it. What their browser holds from then on, to be shown which applications
    /// have confirmed it; none when it had ended already.
    pub async fn sign_out(&self, session: &Session, source: &str) -> Result<Option<Token>, DbErr> {
        let (person, id, farewell) = (session.person.id, session.id, Token::generate());
        let ended = self.leave(person, Some(id), id, source, Some(&farewell)).await?;
        Ok(ended.then_some(farewell))
    }

    async fn leave(
        &self,
        person: Uuid,
        asking: Option<Uuid>,
        id: Uuid,
        source: &str,
        farewell: Option<&Token>,
    ) -> Result<bool, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        // Whoever proves anew who they are meanwhile goes first, and is signed out, or waits.
        person::hold(&transaction, person).await?;
        let now = self.clock.now();
        let (ended, action) = if asking == Some(id) {
            let ended = ended::all_of_its_sid(&transaction, id, person, Ending::SignedOut, now).await?;
            (ended, AuditAction::SignedOut)
        } else {
            let ended = ended::one(&transaction, id, person, Ending::Revoked, now).await?;
            (ended, AuditAction::SessionRevoked)
        };
        if ended.is_empty() {
            transaction.rollback().await?;
            return Ok(false);
        }
        tell_applications(&transaction, &ended, now).await?;
        if let (Some(farewell), Some(one)) = (farewell, ended.first()) {
            farewell::note(&transaction, one.id, &farewell.hash()).await?;
        }
        let event = Event::new(action)
            .actor(person)
            .source(source)
            .detail("session", &id.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        for one in ended {
            self.forget(one.id);
        }
        Ok(true)
    }

    /// Ends, in the caller's transaction, all sessions of a person but for this one: how many. After the commit, the
    /// caller lets the person be forgotten.
    pub async fn end_all<C: ConnectionTrait>(
        &self,
        transaction: &C,
        person: Uuid,
        except: Option<Uuid>,
        by: Ending,
    ) -> Result<usize, DbErr> {
        let now = self.clock.now();
        let ended = ended::all(transaction, person, except, by, now).await?;
        tell_applications(transaction, &ended, now).await?;
        Ok(ended.len())
    }

    /// Ends, in the caller's transaction, what MyEGov signed out, and records it as the last of the transaction: which
    /// sessions.
    pub async fn end_of_egov(
        &self,
        transaction: &DatabaseTransaction,
        issuer: &str,
        subject: Option<&str>,
        sid: Option<&str>,
    ) -> Result<Vec<Uuid>, DbErr> {
        for person in ended::persons_of_egov(transaction, issuer, subject, sid).await? {
            person::hold(transaction, person).await?;
        }
        let now = self.clock.now();
        let ended = ended::all_of_egov(transaction, issuer, subject, sid, now).await?;
        tell_applications(transaction, &ended, now).await?;
        let events = ended.iter().map(|one| {
            Event::new(AuditAction::SessionEndedByEgov)
                .subject(one.person)
                .detail("session", &one.id.to_string())
        });
        audit::record_all(transaction, self.clock.as_ref(), events).await?;
        Ok(ended.into_iter().map(|one| one.id).collect())
    }

    /// A person's living sessions; `asking` is the one that they ask from, if any.
    pub async fn list(
        &self,
        person: Uuid,
        asking: Option<Uuid>,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<SessionListItem>, DbErr> {
        store::list(&self.db, person, asking, self.clock.now(), after, limit).await
    }

    /// Forgets what is held of a session, after its row has changed.
    pub fn forget(&self, id: Uuid) {
        if let Some(cache) = &self.cache {
            cache.forget(id);
        }
    }

    /// Forgets what is held of a person, after their row has changed.
    pub fn forget_person(&self, id: Uuid) {
        if let Some(cache) = &self.cache {
            cache.forget_person(id);
        }
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<u64, DbErr> {
        store::purge(&self.db, self.clock.now().minus(REMEMBERED)).await
    }

    /// What the page is told.
    pub fn view(&self, session: &Session) -> SessionView {
        SessionView {
            id: session.id,
            server_now: self.clock.now(),
            expires_at: session.expires_at,
            absolute_expires_at: session.absolute_expires_at,
            idle_limit_seconds: self.limits.idle.as_secs(),
            signed_in_with: session.signed_in_with,
            person: (*session.person).clone(),
        }
    }
}

/// The cookie of a new session.
pub fn cookie(token: &Token) -> ApiResult<HeaderValue> {
    cookies::write(COOKIE, token.expose(), SameSite::Lax, None)
        .map_err(|error| ApiError::Internal(error.to_string()))
}

/// The session's secret in the request's cookie.
pub fn cookie_token(headers: &HeaderMap) -> Option<&str> {
    cookies::read(headers, COOKIE)
}

/// Takes the cookie away.
pub fn clear_cookie() -> ApiResult<HeaderValue> {
    cookies::write(COOKIE, "", SameSite::Lax, Some(Duration::ZERO))
        .map_err(|error| ApiError::Internal(error.to_string()))
}
