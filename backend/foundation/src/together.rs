//! Questions to the database that wait at the same time are asked together, so that a storm of requests is no storm of
//! statements (docs/decisions/0014, 0034).

use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::future::BoxFuture;
use sea_orm::{DatabaseBackend, DbErr, RuntimeErr};
use tokio::{runtime::Handle, sync::oneshot};

use crate::database;

/// How many statements that read run at once on PostgreSQL. One would do; with two, a slow one holds nobody up alone.
const MOST_READING_ON_POSTGRES: usize = 2;
/// On SQLite, which works in this process: the fewer run, the more go together.
const MOST_READING_ON_SQLITE: usize = 1;
/// How many transactions write at once. What each costs beside its rows is shared by all that go together, and is more than what
/// two of them would gain by running beside each other (docs/decisions/0037).
const MOST_WRITING: usize = 1;
/// How many are asked together at most.
const MOST_TOGETHER: usize = 64;

type Ask<Q, A> = dyn Fn(Vec<Q>) -> BoxFuture<'static, Result<Vec<A>, DbErr>> + Send + Sync;

const fn most_reading(backend: DatabaseBackend) -> usize {
    match backend {
        DatabaseBackend::Sqlite => MOST_READING_ON_SQLITE,
        _ => MOST_READING_ON_POSTGRES,
    }
}

struct Waiting<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A, DbErr>>,
}

struct Queue<Q, A> {
    waiting: Vec<Waiting<Q, A>>,
    running: usize,
}

struct Inner<Q: Clone + Send + 'static, A: Send + 'static> {
    ask: Box<Ask<Q, A>>,
    most_running: usize,
    /// Whether it writes: those that failed together are then tried by themselves, where that is safe.
    writes: bool,
    queue: Mutex<Queue<Q, A>>,
}

impl<Q: Clone + Send + 'static, A: Send + 'static> Inner<Q, A> {
    fn queue(&self) -> MutexGuard<'_, Queue<Q, A>> {
        // Nothing in here panics half-way; what a panicking thread left is whole.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks, or does, together what waits at the same time.
pub struct Together<Q: Clone + Send + 'static, A: Send + 'static>(Arc<Inner<Q, A>>);

impl<Q: Clone + Send + 'static, A: Send + 'static> Clone for Together<Q, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q: Clone + Send + 'static, A: Send + 'static> fmt::Debug for Together<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Together(..)")
    }
}

impl<Q: Clone + Send + 'static, A: Send + 'static> Together<Q, A> {
    /// Reads by this, which answers 1 to 64 questions, each at its place. One failure is that of all who are asked together.
    pub fn reading<F>(backend: DatabaseBackend, ask: impl Fn(Vec<Q>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>, DbErr>> + Send + 'static,
    {
        let ask = Box::new(move |questions| Box::pin(ask(questions)) as _);
        Self::new(ask, most_reading(backend), false)
    }

    /// Writes by this, which does 1 to 64 deeds in one transaction, and answers each at its place. When a row that one of
    /// them writes must not be, each is tried by itself, so that one that cannot be done spoils no other.
    pub fn writing<F>(write: impl Fn(Vec<Q>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>, DbErr>> + Send + 'static,
    {
        let write = Box::new(move |deeds| Box::pin(write(deeds)) as _);
        Self::new(write, MOST_WRITING, true)
    }

    fn new(ask: Box<Ask<Q, A>>, most_running: usize, writes: bool) -> Self {
        let queue = Queue {
            waiting: Vec::new(),
            running: 0,
        };
        Self(Arc::new(Inner {
            ask,
            most_running,
            writes,
            queue: Mutex::new(queue),
        }))
    }

    /// The answer, as it is at some moment after the call: a statement that runs already is not waited for, because it
    /// may have read what it asks for before that changed.
    ///
    /// # Errors
    /// Of the database, or when it does not answer in time. A deed may have been done all the same.
    pub async fn ask(&self, question: Q) -> Result<A, DbErr> {
        let (answer, answered) = oneshot::channel();
        self.queue(Waiting { question, answer });
        let answer = async {
            answered
                .await
                .unwrap_or_else(|_| Err(broke_off("what was asked together broke off")))
        };
        database::in_time(answer).await
    }

    fn queue(&self, waiting: Waiting<Q, A>) {
        let mut queue = self.0.queue();
        queue.waiting.push(waiting);
        if queue.running < self.0.most_running {
            queue.running += 1;
            // A runtime that ends drops what it is given at once, and with it the worker, which looks at the queue.
            drop(queue);
            // A task of its own: a client that goes away must not take the others' answers along.
            tokio::spawn(work(Worker::new(&self.0)));
        }
    }
}

/// To be tried again: a panic, or the end of this process, was in the way.
fn broke_off(what: &str) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(what.to_owned()))
}

/// Counted as running until it is dropped, also by a panic.
struct Worker<Q: Clone + Send + 'static, A: Send + 'static> {
    inner: Arc<Inner<Q, A>>,
    /// Not when a runtime that ends has dropped it at once.
    has_begun: bool,
}

impl<Q: Clone + Send + 'static, A: Send + 'static> Worker<Q, A> {
    fn new(inner: &Arc<Inner<Q, A>>) -> Self {
        Self {
            inner: Arc::clone(inner),
            has_begun: false,
        }
    }

    fn next(&self) -> Vec<Waiting<Q, A>> {
        let mut queue = self.inner.queue();
        // Whoever has given up waits no more; a queue behind a silent database is as long as it has patience.
        queue.waiting.retain(|one| !one.answer.is_closed());
        let asked = queue.waiting.len().min(MOST_TOGETHER);
        let later = queue.waiting.split_off(asked);
        mem::replace(&mut queue.waiting, later)
    }

    async fn answers(&self, questions: Vec<Q>) -> Result<Vec<A>, DbErr> {
        let asked = questions.len();
        let answers = database::in_time((self.inner.ask)(questions)).await?;
        if answers.len() == asked {
            return Ok(answers);
        }
        Err(broke_off("not every question was answered"))
    }
}

impl<Q: Clone + Send + 'static, A: Send + 'static> Drop for Worker<Q, A> {
    fn drop(&mut self) {
        let runtime = Handle::try_current().ok().filter(|_| self.has_begun);
        let mut queue = self.inner.queue();
        let successor = runtime.filter(|_| !queue.waiting.is_empty());
        if successor.is_none() {
            // Those that wait for nobody hear that it broke off.
            queue.waiting.clear();
            queue.running -= 1;
        }
        drop(queue);
        if let Some(runtime) = successor {
            // Somebody came after the last look, or there was a panic: another takes the place.
            runtime.spawn(work(Self::new(&self.inner)));
        }
    }
}

async fn work<Q: Clone + Send + 'static, A: Send + 'static>(mut worker: Worker<Q, A>) {
    worker.has_begun = true;
    loop {
        // Whatever else is ready goes first: it may have something to ask too.
        tokio::task::yield_now().await;
        let waiting = worker.next();
        if waiting.is_empty() {
            return;
        }
        let questions: Vec<_> = waiting.iter().map(|one| one.question.clone()).collect();
        let may_be_spoilt = worker.inner.writes && waiting.len() > 1;
        // Nobody listens any more to an answer whose client has gone.
        match worker.answers(questions).await {
            Ok(answers) => {
                for (one, answer) in waiting.into_iter().zip(answers) {
                    drop(one.answer.send(Ok(answer)));
                }
            }
            // Only then is it certain that nothing was written: who does not hear of a commit knows nothing.
            Err(error) if may_be_spoilt && (error.sql_err().is_some() || database::is_deadlock(&error)) => {
                for one in waiting.into_iter().filter(|one| !one.answer.is_closed()) {
                    let alone = worker.answers(vec![one.question]).await;
                    drop(one.answer.send(alone.map(|mut answers| answers.remove(0))));
                }
            }
            Err(error) => {
                for one in waiting {
                    drop(one.answer.send(Err(error.clone())));
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "together_tests.rs"]
mod tests;
