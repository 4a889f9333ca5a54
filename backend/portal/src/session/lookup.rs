//! Looking sessions up in the database. Those that wait at the same time are asked for in one statement, so that a
//! storm of requests is no storm of queries (docs/decisions/0014).

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use foundation::{
    database::{self, Database},
    random::TokenHash,
};
use sea_orm::DbErr;
use tokio::{runtime::Handle, sync::oneshot};

use super::store::{self, Session};

/// How many statements run at once. One would do; with two, a slow one holds nobody up alone.
const MOST_RUNNING: usize = 2;
/// How many sessions one statement asks for at most.
const MOST_ASKED: usize = 64;

type Answer = Result<Option<Session>, DbErr>;

struct Waiting {
    token: TokenHash,
    answer: oneshot::Sender<Answer>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    running: usize,
}

struct Inner {
    db: Database,
    queue: Mutex<Queue>,
}

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here panics half-way; what a panicking thread left is whole.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks sessions up.
#[derive(Clone)]
pub(super) struct Lookup(Arc<Inner>);

impl Lookup {
    pub(super) fn new(db: Database) -> Self {
        Self(Arc::new(Inner {
            db,
            queue: Mutex::default(),
        }))
    }

    /// The session of this cookie, whatever its state, as it is at some moment after the call: a statement that
    /// runs already is not waited for, because it may have read the row before it changed.
    pub(super) async fn find(&self, token: TokenHash) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.queue(Waiting { token, answer });
        let answer = async {
            answered
                .await
                .unwrap_or_else(|_| Err(DbErr::Custom("a look-up of sessions broke off".to_owned())))
        };
        database::in_time(answer).await
    }

    fn queue(&self, waiting: Waiting) {
        let mut queue = self.0.queue();
        queue.waiting.push(waiting);
        if queue.running < MOST_RUNNING {
            queue.running += 1;
            // A task of its own: a client that goes away must not take the others' answers along.
            tokio::spawn(work(Worker(self.0.clone())));
        }
    }
}

/// Counted as running until it is dropped, also by a panic.
struct Worker(Arc<Inner>);

impl Worker {
    fn next(&self) -> Vec<Waiting> {
        let mut queue = self.0.queue();
        // Whoever has given up waits no more; a queue behind a silent database is as long as it has patience.
        queue.waiting.retain(|one| !one.answer.is_closed());
        let asked = queue.waiting.len().min(MOST_ASKED);
        let later = queue.waiting.split_off(asked);
        mem::replace(&mut queue.waiting, later)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        if queue.waiting.is_empty() {
            queue.running -= 1;
        } else if let Ok(runtime) = Handle::try_current() {
            // Somebody came after the last look, or there was a panic: another takes the place.
            runtime.spawn(work(Self(self.0.clone())));
        }
    }
}

async fn work(worker: Worker) {
    loop {
        let waiting = worker.next();
        if waiting.is_empty() {
            return;
        }
        let mut tokens: Vec<_> = waiting.iter().map(|one| one.token).collect();
        tokens.sort_unstable();
        tokens.dedup();
        let found = database::in_time(store::find(&worker.0.db, &tokens)).await;
        for Waiting { token, answer } in waiting {
            // Nobody listens any more when the client has gone.
            drop(answer.send(match &found {
                Ok(sessions) => Ok(sessions.get(&token).cloned()),
                Err(error) => Err(error.clone()),
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use foundation::random;

    use super::*;
    use crate::db::Migrator;

    async fn empty() -> Lookup {
        let url = "sqlite::memory:".into();
        let db = database::connect(&url, 1).await.unwrap();
        database::migrate::<Migrator>(&db, &url).await.unwrap();
        Lookup::new(db)
    }

    #[tokio::test]
    async fn more_than_one_statement_takes_are_all_answered() {
        let lookup = empty().await;
        let tokens = (0..3 * MOST_ASKED).map(|number| random::hash(&number.to_string()));
        let answers = futures::future::join_all(tokens.map(|token| lookup.find(token))).await;
        assert!(answers.iter().all(|answer| matches!(answer, Ok(None))));
        // The workers stop by themselves.
        while lookup.0.queue().running > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn whoever_waits_when_a_worker_breaks_off_is_taken_by_another() {
        let lookup = empty().await;
        lookup.0.queue().running = MOST_RUNNING;
        let waiting = tokio::spawn({
            let lookup = lookup.clone();
            async move { lookup.find(random::hash("one")).await }
        });
        while lookup.0.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        drop(Worker(lookup.0.clone()));
        assert!(matches!(waiting.await.unwrap(), Ok(None)));
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_that_were_asked_for() {
        let db = database::connect(&"sqlite::memory:".into(), 1).await.unwrap();
        let lookup = Lookup::new(db);
        let tokens = ["one", "two", "three"].map(random::hash);
        let answers = futures::future::join_all(tokens.map(|token| lookup.find(token))).await;
        assert!(answers.iter().all(Result::is_err));
    }
}
