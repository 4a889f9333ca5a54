//! Sessions in memory, for the one node of an embedded database. Everything is written through; a session
//! is read anew once a second, so that a command on the same database counts too.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use super::store::Session;

/// How long a session is believed without asking the database.
const FRESH: Duration = Duration::from_secs(1);
/// Above so many sessions those that are stale are dropped before another comes in.
const MOST: usize = 10_000;

#[derive(Default)]
struct Held {
    sessions: HashMap<TokenHash, (Session, Timestamp)>,
    /// Counts what was forgotten, so that a session read before is not held after.
    forgotten: u64,
}

/// The sessions that were asked for lately.
#[derive(Default)]
pub(super) struct Cache(Mutex<Held>);

impl Cache {
    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing in here panics half-way; what a panicking thread left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session, if it was read within the last second; else the ticket to [`Self::put`] it.
    pub(super) fn get(&self, token: &TokenHash, now: Timestamp) -> Result<Session, u64> {
        let held = self.held();
        match held.sessions.get(token) {
            Some((session, read_at)) if now.since(*read_at) < FRESH && now >= *read_at => Ok(session.clone()),
            _ => Err(held.forgotten),
        }
    }

    /// Holds a session that was read with this ticket, unless anything was forgotten meanwhile.
    pub(super) fn put(&self, ticket: u64, token: TokenHash, session: Session, read_at: Timestamp) {
        let mut held = self.held();
        if held.forgotten != ticket {
            return;
        }
        if held.sessions.len() >= MOST {
            held.sessions.retain(|_, (_, at)| read_at.since(*at) < FRESH);
        }
        held.sessions.insert(token, (session, read_at));
    }

    /// Forgets a session that has changed.
    pub(super) fn forget(&self, id: Uuid) {
        let mut held = self.held();
        held.forgotten += 1;
        held.sessions.retain(|_, (session, _)| session.id != id);
    }

    /// Forgets all of a person, who has changed.
    pub(super) fn forget_person(&self, person: Uuid) {
        let mut held = self.held();
        held.forgotten += 1;
        held.sessions
            .retain(|_, (session, _)| session.person.id != person);
    }
}
