//! How sessions begin.

use std::sync::Arc;

use foundation::{id, random::Token};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{audit::AuditAction, person::PersonView, session::SignInMethod};
use uuid::Uuid;

use super::{
    Ending, ended,
    ending::tell_applications,
    renewal,
    service::SessionService,
    store::{self, NewRow, Session},
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

/// A session that the browser had before, alive when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person: Uuid,
}

impl From<&Session> for Before {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id,
            person: session.person.id,
        }
    }
}

/// A session that was begun, in a transaction that is not over.
#[derive(Debug)]
pub struct Begun {
    /// What its cookie holds.
    pub token: Token,
    /// What is to be recorded.
    pub event: Event,
    /// What has ended by it.
    pub ended: Vec<Uuid>,
    row: NewRow,
    method: SignInMethod,
}

impl Begun {
    /// The session, which is this person's.
    pub fn session(&self, person: PersonView) -> Session {
        Session {
            id: self.row.id,
            sid: self.row.sid,
            person: Arc::new(person),
            signed_in_with: self.method,
            created_at: self.row.created_at,
            expires_at: self.row.expires_at,
            absolute_expires_at: self.row.absolute_expires_at,
            ended_by: None,
            disabled: false,
        }
    }
}

impl SessionService {
    /// Begins a session in the caller's transaction, and ends those that the browser had before. Where one of them is the same
    /// person's, the new one goes on with its `sid`: they have only proven again who they are, and stay signed in to the
    /// applications. Where one is another person's, its applications are told. The caller holds the person, records the event
    /// as the last of the transaction, and calls [`Self::begun`] after the commit.
    pub async fn begin<C: ConnectionTrait>(
        &self,
        transaction: &C,
        new: &NewSession<'_>,
        before: &[Before],
    ) -> Result<Begun, DbErr> {
        let (id, token, now) = (id::new(self.clock.as_ref()), Token::generate(), self.clock.now());
        let (own, others): (Vec<&Before>, Vec<&Before>) =
            before.iter().partition(|one| one.person == new.person);
        let mut sid = None;
        for one in &own {
            if sid.is_none() {
                sid = renewal::replace(transaction, one.id, one.person, now).await?;
            }
        }
        let row = NewRow {
            id,
            sid: sid.unwrap_or(id),
            token: token.hash(),
            created_at: now,
            expires_at: self.limits.deadline(now, now),
            absolute_expires_at: now.plus(self.limits.absolute),
        };
        store::insert(transaction, &row, new).await?;
        // What is left of the person's own has another `sid`, or is a second one of the same.
        let mut ended = Vec::new();
        for one in own {
            ended.extend(ended::one(transaction, one.id, one.person, Ending::SignedOut, now).await?);
        }
        for one in others {
            ended.extend(
                ended::all_of_its_sid(transaction, one.id, one.person, Ending::SignedOut, now).await?,
            );
        }
        tell_applications(transaction, &ended, now).await?;
        let event = Event::new(AuditAction::SignedIn)
            .actor(new.person)
            .source(new.source)
            .detail("with", new.method.name())
            .detail("session", &id.to_string());
        let event = match sid {
            Some(sid) => event.detail("sid", &sid.to_string()),
            None => event,
        };
        let before = before.iter().map(|one| one.id);
        Ok(Begun {
            token,
            event,
            ended: ended.iter().map(|one| one.id).chain(before).collect(),
            row,
            method: new.method,
        })
    }

    /// Forgets, after the commit, what has ended by it.
    pub fn begun(&self, ended: &[Uuid]) {
        for id in ended {
            self.forget(*id);
        }
    }
}
