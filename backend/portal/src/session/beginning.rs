//! How sessions begin.

use std::sync::Arc;

use foundation::{id, random::Token};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{audit::AuditAction, person::PersonView, session::SignInMethod, time::Timestamp};
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
    created_at: Timestamp,
    expires_at: Timestamp,
    absolute_expires_at: Timestamp,
}

impl Begun {
    /// The session, which is this person's.
    pub fn session(&self, person: PersonView) -> Session {
        Session {
            id: self.id,
            person: Arc::new(person),
            signed_in_with: self.method,
            created_at: self.created_at,
            expires_at: self.expires_at,
            absolute_expires_at: self.absolute_expires_at,
            ended_by: None,
            disabled: false,
        }
    }
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
            self.end_one(transaction, before.id, before.person.id, Ending::SignedOut)
                .await?;
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
            created_at: now,
            expires_at,
            absolute_expires_at,
        })
    }
}
