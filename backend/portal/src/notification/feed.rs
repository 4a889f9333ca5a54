//! Live delivery: what each open page is told the moment it changes. One query a tick for all that are open on a node
//! (docs/decisions/0021).

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use foundation::{
    clock::SharedClock,
    database::{Database, placeholders},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{notification::Unread, problem::ErrorCode, time::Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use super::store::{statement, unread, unread_columns};
use crate::error::{ApiError, ApiResult};

/// So many a session has at once.
const MOST_OF_A_SESSION: usize = 3;
/// So many a node has at once.
const MOST: usize = 10_000;
/// Whoever is one too many comes back after so long.
const COME_BACK_AFTER: Duration = Duration::from_secs(30);
/// A line on which nothing was said for so long is kept open by saying nothing: proxies close silent ones.
const SILENCE: Duration = Duration::from_secs(15);
/// One statement asks for so many sessions.
const BATCH: usize = 5_000;

/// What is said on a line: what there is to read, and how often it was only kept open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    unread: Unread,
    beats: u64,
}

struct Open {
    session: Uuid,
    said: watch::Sender<Said>,
    said_at: Timestamp,
}

#[derive(Default)]
struct Lines {
    open: HashMap<u64, Open>,
    next: u64,
    stopped: bool,
}

struct Inner {
    db: Database,
    clock: SharedClock,
    lines: Mutex<Lines>,
}

impl Inner {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        // Nothing in here panics half-way; what a panicking thread left is whole.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The open lines of this node.
#[derive(Clone)]
pub struct Feed(Arc<Inner>);

impl Feed {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self(Arc::new(Inner {
            db,
            clock,
            lines: Mutex::default(),
        }))
    }

    /// Opens a line to a session, on which this is said first.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] when the session has enough, [`ErrorCode::Unavailable`] when the node has, or stops.
    pub fn open(&self, session: Uuid, unread: Unread) -> ApiResult<Line> {
        let mut lines = self.0.lines();
        if lines.stopped || lines.open.len() >= MOST {
            return Err(ErrorCode::Unavailable.into());
        }
        let own = lines.open.values().filter(|line| line.session == session);
        if own.count() >= MOST_OF_A_SESSION {
            return Err(ApiError::RateLimited(COME_BACK_AFTER.as_secs()));
        }
        let (said, heard) = watch::channel(Said { unread, beats: 0 });
        let number = lines.next;
        lines.next += 1;
        let said_at = self.0.clock.now();
        lines.open.insert(
            number,
            Open {
                session,
                said,
                said_at,
            },
        );
        Ok(Line {
            feed: self.clone(),
            number,
            heard,
            unread: None,
        })
    }

    /// Looks once for all lines: closes those whose session is over, for whatever reason, and says on the others what
    /// has changed. Reads sessions and extends none. When the database does not answer, whether a session lives cannot
    /// be known: all are closed.
    pub async fn tick(&self) -> Result<(), DbErr> {
        let sessions: BTreeSet<Uuid> = self.0.lines().open.values().map(|line| line.session).collect();
        let sessions: Vec<_> = sessions.into_iter().collect();
        let now = self.0.clock.now();
        let mut living = HashMap::new();
        for sessions in sessions.chunks(BATCH) {
            match living_among(&self.0.db, sessions, now).await {
                Ok(found) => living.extend(found),
                Err(error) => {
                    self.0.lines().open.clear();
                    return Err(error);
                }
            }
        }
        let mut lines = self.0.lines();
        lines.open.retain(|_, line| {
            // One that was opened meanwhile is looked at the next time.
            if sessions.binary_search(&line.session).is_err() {
                return true;
            }
            let Some(unread) = living.get(&line.session) else {
                return false;
            };
            let before = *line.said.borrow();
            if before.unread != *unread || now.since(line.said_at) >= SILENCE {
                let beats = before.beats + 1;
                line.said.send_replace(Said {
                    unread: *unread,
                    beats,
                });
                line.said_at = now;
            }
            true
        });
        Ok(())
    }

    /// Closes all lines and opens no other: the node stops, and does not wait for them.
    pub fn stop(&self) {
        let mut lines = self.0.lines();
        lines.stopped = true;
        lines.open.clear();
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.0.lines().open.len()
    }
}

/// One open line, as its reader holds it; closed when dropped.
pub struct Line {
    feed: Feed,
    number: u64,
    heard: watch::Receiver<Said>,
    unread: Option<Unread>,
}

impl Line {
    /// What is said next: the number when it has changed, nothing (`Some(None)`) to keep the line open, and none at its
    /// end. A reader who is slow hears the last word and not all before it.
    pub async fn next(&mut self) -> Option<Option<Unread>> {
        if self.unread.is_some() {
            self.heard.changed().await.ok()?;
        }
        let unread = self.heard.borrow_and_update().unread;
        let is_news = self.unread.replace(unread) != Some(unread);
        Some(is_news.then_some(unread))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.feed.0.lines().open.remove(&self.number);
    }
}

/// Those of these sessions that live now, with what their persons have not read.
async fn living_among(
    db: &Database,
    sessions: &[Uuid],
    now: Timestamp,
) -> Result<HashMap<Uuid, Unread>, DbErr> {
    // Statements are prepared once for each number of parameters, so there are few numbers: the powers of two.
    let asked = sessions.len().next_power_of_two();
    let Some(last) = sessions.last() else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "SELECT s.id AS session_id, {} FROM sessions s JOIN persons p ON p.id = s.person_id \
         WHERE s.ended_at IS NULL AND s.expires_at > $1 AND s.absolute_expires_at > $1 AND p.disabled_at IS NULL \
         AND s.id IN {}",
        unread_columns("s.person_id"),
        placeholders(2, asked)
    );
    let values = sessions.iter().chain(std::iter::repeat(last)).take(asked);
    let values = std::iter::once(now.as_millis().into()).chain(values.map(|id| (*id).into()));
    let rows = foundation::database::in_time(db.query_all_raw(statement(db, sql, values))).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "session_id")?, unread(row)?)))
        .collect()
}
