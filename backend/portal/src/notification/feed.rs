//! Live delivery: what each open page is told the moment it changes. Two queries a tick for all that are open on a node, one of
//! their sessions and one of the open response centres (docs/decisions/0021).

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use foundation::{
    clock::SharedClock,
    database::{Database, in_time, padded, placeholders},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{activation::ActivationBrief, notification::Unread, problem::ErrorCode, time::Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use super::store::{statement, unread, unread_columns};
use crate::{
    activation,
    error::{ApiError, ApiResult},
};

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

/// The open response centres.
type Activations = Arc<[ActivationBrief]>;

/// What is said on a line: what there is to read, and which response centres are open.
#[derive(Clone, Debug)]
struct Said {
    unread: Unread,
    activations: Activations,
}

/// One thing that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// What there is to read has changed.
    Unread(Unread),
    /// Which response centres are open has changed.
    Activations(Activations),
    /// Nothing: the line is kept open.
    Nothing,
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

    /// Opens a line to a session, on which this is said first, and then which response centres are open.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] when the session has enough, [`ErrorCode::Unavailable`] when the node has, or stops.
    pub async fn open(&self, session: Uuid, unread: Unread) -> ApiResult<Line> {
        let activations = activation::standing(&self.0.db).await?.into();
        let mut lines = self.0.lines();
        if lines.stopped || lines.open.len() >= MOST {
            return Err(ErrorCode::Unavailable.into());
        }
        let own = lines.open.values().filter(|line| line.session == session);
        if own.count() >= MOST_OF_A_SESSION {
            return Err(ApiError::RateLimited(COME_BACK_AFTER.as_secs()));
        }
        let (said, heard) = watch::channel(Said { unread, activations });
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
            activations: None,
            left: None,
        })
    }

    /// Looks once for all lines: closes those whose session is over, for whatever reason, and says on the others what
    /// has changed. Reads sessions and extends none. When the database does not answer, whether a session lives cannot
    /// be known: all are closed.
    pub async fn tick(&self) -> Result<(), DbErr> {
        let sessions: BTreeSet<Uuid> = self.0.lines().open.values().map(|line| line.session).collect();
        let sessions: Vec<_> = sessions.into_iter().collect();
        if sessions.is_empty() {
            return Ok(());
        }
        let now = self.0.clock.now();
        let (living, activations) = match self.look(&sessions, now).await {
            Ok(seen) => seen,
            Err(error) => {
                self.0.lines().open.clear();
                return Err(error);
            }
        };
        let mut lines = self.0.lines();
        lines.open.retain(|_, line| {
            // One that was opened meanwhile is looked at the next time.
            if sessions.binary_search(&line.session).is_err() {
                return true;
            }
            let Some(unread) = living.get(&line.session) else {
                return false;
            };
            let is_due = now.since(line.said_at) >= SILENCE;
            let said = line.said.send_if_modified(|said| {
                let is_news = said.unread != *unread || said.activations != activations;
                if is_news || is_due {
                    said.unread = *unread;
                    said.activations = Arc::clone(&activations);
                }
                is_news || is_due
            });
            if said {
                line.said_at = now;
            }
            true
        });
        Ok(())
    }

    /// Those of these sessions that live now, with what their persons have not read, and the open response centres.
    async fn look(
        &self,
        sessions: &[Uuid],
        now: Timestamp,
    ) -> Result<(HashMap<Uuid, Unread>, Activations), DbErr> {
        let mut living = HashMap::new();
        for some in sessions.chunks(BATCH) {
            living.extend(living_among(&self.0.db, some, now).await?);
        }
        let activations = in_time(activation::standing(&self.0.db)).await?;
        Ok((living, activations.into()))
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
    activations: Option<Activations>,
    /// What is to be said before anything else is looked at.
    left: Option<Activations>,
}

impl Line {
    /// What is said next; none at its end. A reader who is slow hears the last word and not all before it.
    pub async fn next(&mut self) -> Option<Word> {
        if let Some(activations) = self.left.take() {
            return Some(Word::Activations(activations));
        }
        if self.unread.is_some() {
            self.heard.changed().await.ok()?;
        }
        let Said { unread, activations } = self.heard.borrow_and_update().clone();
        let activations = news(&mut self.activations, activations);
        Some(match news(&mut self.unread, unread) {
            Some(unread) => {
                self.left = activations;
                Word::Unread(unread)
            }
            None => activations.map_or(Word::Nothing, Word::Activations),
        })
    }
}

/// What is said now, unless it was said before.
fn news<T: Clone + PartialEq>(before: &mut Option<T>, now: T) -> Option<T> {
    let is_news = before.as_ref() != Some(&now);
    *before = Some(now.clone());
    is_news.then_some(now)
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
    let asked: Vec<_> = padded(sessions).copied().collect();
    let sql = format!(
        "SELECT s.id AS session_id, {} FROM sessions s JOIN persons p ON p.id = s.person_id \
         WHERE s.ended_at IS NULL AND s.expires_at > $1 AND s.absolute_expires_at > $1 AND p.disabled_at IS NULL \
         AND s.id IN {}",
        unread_columns("s.person_id"),
        placeholders(2, asked.len())
    );
    let values = std::iter::once(now.as_millis().into()).chain(asked.into_iter().map(Into::into));
    let rows = in_time(db.query_all_raw(statement(db, sql, values))).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "session_id")?, unread(row)?)))
        .collect()
}
