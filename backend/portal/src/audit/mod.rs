//! The audit log: who did what, when, from where, in the same transaction as the deed, and each row chained to the
//! one before.

mod archive;
mod archived;
pub(crate) mod chain;
mod export;
mod filter;
mod heads;
mod own;
mod query;
mod reading;
pub mod routes;
mod rows;
mod seal;
mod verify;
mod walk;
mod window;

use std::collections::BTreeMap;

use foundation::{
    clock::Clock,
    database::{self, Database},
    id,
};
use sea_orm::{DatabaseTransaction, DbErr};
use shared::audit::AuditAction;
use uuid::Uuid;

pub use archive::{Archive, Archived, KEPT_FOR, Refusal, archive};
pub use archived::Archives;
pub use filter::Filter;
pub use heads::{KeptHead, KeptHeads, hex};
pub use own::{events_of, viewings_of};
pub use reading::AuditService;
pub use rows::READERS;
pub use seal::{SealKey, seal};
pub use verify::{Report, Witnesses, verify};
pub use walk::{Finding, Head, Witness};

use chain::Entry;

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

    /// With the token of the program that asked for it, where [`record`] is not called while its request is answered.
    #[must_use]
    pub fn by_token(self, token: Option<Uuid>) -> Self {
        match token {
            Some(token) => self.detail(BY_TOKEN, &token.to_string()),
            None => self,
        }
    }
}

/// The detail that names the token of a program.
const BY_TOKEN: &str = "by_token";

tokio::task_local! {
    /// The token of the program whose request is being answered.
    static TOKEN: Uuid;
}

/// Answers a program's request: whatever it records names its token, whoever records it.
pub async fn by_token<F: Future>(token: Uuid, answer: F) -> F::Output {
    TOKEN.scope(token, answer).await
}

/// The token of the program whose request is being answered; none where it is a person's.
pub fn token() -> Option<Uuid> {
    TOKEN.try_with(|token| *token).ok()
}

/// Writes the row in the caller's transaction; if it cannot be written, the deed fails.
///
/// It is the last that a transaction writes: from here on it holds the head of a chain, and whoever holds that waits
/// for nothing else.
pub async fn record(transaction: &DatabaseTransaction, clock: &dyn Clock, event: Event) -> Result<(), DbErr> {
    record_all(transaction, clock, [event]).await
}

/// The same of several, in their order.
pub async fn record_all(
    transaction: &DatabaseTransaction,
    clock: &dyn Clock,
    events: impl IntoIterator<Item = Event>,
) -> Result<(), DbErr> {
    let entries: Result<Vec<_>, _> = events.into_iter().map(|event| entry(event, clock)).collect();
    match entries? {
        none if none.is_empty() => Ok(()),
        entries => chain::append(transaction, entries).await,
    }
}

fn entry(event: Event, clock: &dyn Clock) -> Result<Entry, DbErr> {
    let event = event.by_token(token());
    Ok(Entry {
        id: id::new(clock),
        at: clock.now().as_millis(),
        action: event.action.name().to_owned(),
        actor: event.actor,
        subject: event.subject,
        source: event.source,
        details: serde_json::to_string(&event.details).map_err(|error| DbErr::Custom(error.to_string()))?,
    })
}

/// Writes the row of something that changed nothing else.
pub async fn record_alone(db: &Database, clock: &dyn Clock, event: Event) -> Result<(), DbErr> {
    let transaction = database::begin_write(db).await?;
    record(&transaction, clock, event).await?;
    transaction.commit().await
}
