//! Who is signed in at which browser.

mod entity;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    http::cookie,
    id, random,
    random::Token,
};
use http::{HeaderMap, HeaderValue};
use oidc_provider::LoginSession;
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;
use uuid::Uuid;

use self::store::SessionStore;
use crate::{
    config::SessionLimits,
    member::{Member, MemberStore},
};

/// The cookie's name.
pub(crate) const COOKIE: &str = "__Host-myegov-session";

/// A session that is alive.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its public id, the `sid` of tokens.
    pub(crate) id: Uuid,
    /// Who.
    pub(crate) member: Member,
    /// When they last gave their password.
    pub(crate) auth_time: Timestamp,
}

impl Session {
    /// As the provider sees it.
    pub(crate) fn login(&self) -> LoginSession {
        LoginSession {
            subject: self.member.id.to_string(),
            sid: self.id.to_string(),
            auth_time: self.auth_time,
            amr: vec!["pwd".to_owned()],
            acr: None,
        }
    }
}

/// A session has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    /// The browser's cookie.
    pub(crate) cookie: HeaderValue,
    /// The session of somebody else that this browser had; it is over.
    pub(crate) replaced: Option<Uuid>,
}

/// Sessions and their rules.
#[derive(Clone, Debug)]
pub(crate) struct SessionService {
    store: SessionStore,
    members: MemberStore,
    clock: SharedClock,
    limits: SessionLimits,
}

impl SessionService {
    pub(crate) fn new(
        database: Database,
        members: MemberStore,
        clock: SharedClock,
        limits: SessionLimits,
    ) -> Self {
        Self {
            store: SessionStore::new(database),
            members,
            clock,
            limits,
        }
    }

    /// Who is signed in at the browser that sent these headers. To look does not prolong the session.
    pub(crate) async fn look(&self, headers: &HeaderMap) -> Result<Option<Session>, DbErr> {
        let Some(token) = cookie::read(headers, COOKIE) else {
            return Ok(None);
        };
        let Some(row) = self.store.find(&random::hash(token)).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let since = |millis| now.since(Timestamp::from_millis(millis));
        if since(row.active_at) >= self.limits.idle || since(row.created_at) >= self.limits.absolute {
            return Ok(None);
        }
        let member = self.members.active(row.member_id).await?;
        Ok(member.map(|member| Session {
            id: row.id,
            member,
            auth_time: Timestamp::from_millis(row.auth_time),
        }))
    }

    /// The same for a page that the member visits: the idle time begins anew.
    pub(crate) async fn visit(&self, headers: &HeaderMap) -> Result<Option<Session>, DbErr> {
        let session = self.look(headers).await?;
        if let Some(session) = &session {
            self.store.touch(session.id, self.clock.now()).await?;
        }
        Ok(session)
    }

    /// The member has just given their password. A session of theirs at this browser goes on under the same
    /// id with a new cookie; one of somebody else ends. None when the password has been changed since it was looked at.
    pub(crate) async fn begin(&self, headers: &HeaderMap, member: &Member) -> Result<Option<Begun>, DbErr> {
        let token = Token::generate();
        let now = self.clock.now();
        let before = self.look(headers).await?;
        let transaction = database::begin_write(self.store.database()).await?;
        if !MemberStore::still_has(&transaction, member.id, &member.password_hash).await? {
            transaction.rollback().await?;
            return Ok(None);
        }
        let same = before.as_ref().filter(|session| session.member.id == member.id);
        if let Some(session) = same {
            SessionStore::renew(&transaction, session.id, &token.hash(), now).await?;
        } else {
            if let Some(other) = &before {
                SessionStore::delete(&transaction, other.id).await?;
            }
            let id = id::new(&*self.clock);
            SessionStore::add(&transaction, id, &token.hash(), member.id, now).await?;
        }
        transaction.commit().await?;
        let replaced = if same.is_some() {
            None
        } else {
            before.map(|session| session.id)
        };
        Ok(Some(Begun {
            cookie: cookie_of(token.expose(), None)?,
            replaced,
        }))
    }

    /// Ends the session. Answers the header that takes the cookie away.
    pub(crate) async fn end(&self, id: Uuid) -> Result<HeaderValue, DbErr> {
        SessionStore::delete(self.store.database(), id).await?;
        cookie_of("", Some(Duration::ZERO))
    }

    /// Ends the member's sessions at all browsers, but for this one, in the transaction of the deed that makes it so. Those
    /// that it ended: clients are to be told once it is committed.
    pub(crate) async fn end_of<C: ConnectionTrait>(
        transaction: &C,
        member: Uuid,
        but: Option<Uuid>,
    ) -> Result<Vec<Uuid>, DbErr> {
        SessionStore::delete_of(transaction, member, but).await
    }

    /// Forgets sessions that are over. Clients are not told of those that ended by themselves: they have a
    /// clock of their own, and somebody who works there all day would be thrown out.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        let now = self.clock.now();
        self.store
            .purge(now.minus(self.limits.idle), now.minus(self.limits.absolute))
            .await
    }
}

fn cookie_of(value: &str, life: Option<Duration>) -> Result<HeaderValue, DbErr> {
    cookie::write(COOKIE, value, cookie::SameSite::Lax, life)
        .map_err(|error| DbErr::Custom(error.to_string()))
}
