//! How sessions begin.

use foundation::{id, random::Token};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    audit::AuditAction,
    person::PersonView,
    session::{SessionView, SignInMethod},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    Ending,
    service::SessionService,
    store::{self, Session},
};
use crate::audit::Event;

/// What a session at MyEGov is known by, for its back-channel logout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgovSession {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
    /// The session there, if the provider names it.
    pub sid: Option<String>,
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Who signed in.
    pub person: Uuid,
    /// How.
    pub method: SignInMethod,
    /// From which network address.
    pub source: &'a str,
    /// With which browser.
    pub device: &'a str,
    /// The session at MyEGov.
    pub egov: Option<EgovSession>,
}

/// A session that was begun, in a transaction that is not over.
#[derive(Debug)]
pub struct Begun {
    /// What its cookie holds.
    pub token: Token,
    /// What is to be recorded.
    pub event: Event,
    id: Uuid,
    method: SignInMethod,
    expires_at: Timestamp,
    absolute_expires_at: Timestamp,
}

impl SessionService {
    /// Begins a session in the caller's transaction, and ends the one that the browser had before. The caller
    /// records the event as the last of the transaction, and lets that one be forgotten after the commit.
    pub async fn begin<C: ConnectionTrait>(
        &self,
        transaction: &C,
        new: &NewSession<'_>,
        before: Option<&Session>,
    ) -> Result<Begun, DbErr> {
        let (id, token, now) = (id::new(self.clock.as_ref()), Token::generate(), self.clock.now());
        let absolute_expires_at = now.plus(self.limits.absolute);
        let expires_at = self.limits.deadline(now, now);
        store::insert(
            transaction,
            id,
            &token.hash(),
            new,
            now,
            expires_at,
            absolute_expires_at,
        )
        .await?;
        if let Some(before) = before {
            store::end(transaction, before.id, before.person.id, Ending::SignedOut, now).await?;
        }
        let event = Event::new(AuditAction::SignedIn)
            .actor(new.person)
            .source(new.source)
            .detail("with", new.method.name())
            .detail("session", &id.to_string());
        Ok(Begun {
            token,
            event,
            id,
            method: new.method,
            expires_at,
            absolute_expires_at,
        })
    }

    /// What the page is told of a session that was just begun for this person.
    pub fn view_of_begun(&self, begun: &Begun, person: PersonView) -> SessionView {
        SessionView {
            id: begun.id,
            server_now: self.clock.now(),
            expires_at: begun.expires_at,
            absolute_expires_at: begun.absolute_expires_at,
            idle_limit_seconds: self.limits.idle.as_secs(),
            signed_in_with: begun.method,
            person,
        }
    }
}
