//! The audit log: who did what, when, from where, in the same transaction as the deed.

mod own;

use std::collections::BTreeMap;

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::audit::AuditAction;
use uuid::Uuid;

pub use own::{events_of, viewings_of};

/// One row to write. It names people by their opaque ids, and never holds a password, a token or a
/// national ID.
#[derive(Clone, Debug)]
pub struct Event {
    action: AuditAction,
    actor: Option<Uuid>,
    subject: Option<Uuid>,
    source: Option<String>,
    details: BTreeMap<&'static str, String>,
}

impl Event {
    /// This was done.
    pub fn new(action: AuditAction) -> Self {
        Self {
            action,
            actor: None,
            subject: None,
            source: None,
            details: BTreeMap::new(),
        }
    }

    /// By this person.
    #[must_use]
    pub fn actor(mut self, person: Uuid) -> Self {
        self.actor = Some(person);
        self
    }

    /// To this person.
    #[must_use]
    pub fn subject(mut self, person: Uuid) -> Self {
        self.subject = Some(person);
        self
    }

    /// From this network address.
    #[must_use]
    pub fn source(mut self, source: &str) -> Self {
        self.source = Some(source.to_owned());
        self
    }

    /// What else a reader of the log wants to know.
    #[must_use]
    pub fn detail(mut self, name: &'static str, value: &str) -> Self {
        self.details.insert(name, value.to_owned());
        self
    }
}

tokio::task_local! {
    /// The token of the program whose request is being answered.
    static TOKEN: Uuid;
}

/// Answers a program's request: whatever it records names its token, whoever records it.
pub async fn by_token<F: Future>(token: Uuid, answer: F) -> F::Output {
    TOKEN.scope(token, answer).await
}

/// Writes the row in the caller's transaction; if it cannot be written, the deed fails.
pub async fn record<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    mut event: Event,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO audit_events (id, at, action, actor, subject, source, details) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    if let Ok(token) = TOKEN.try_with(|token| *token) {
        event = event.detail("by_token", &token.to_string());
    }
    let details = serde_json::to_string(&event.details).map_err(|error| DbErr::Custom(error.to_string()))?;
    let values = [
        id::new(clock).into(),
        clock.now().as_millis().into(),
        event.action.name().into(),
        event.actor.into(),
        event.subject.into(),
        event.source.into(),
        details.into(),
    ];
    transaction
        .execute_raw(Statement::from_sql_and_values(
            transaction.get_database_backend(),
            SQL,
            values,
        ))
        .await
        .map(drop)
}
