//! A document of the portal, fetched when somebody needs it and believed for a while.

use std::{future::Future, sync::Arc, time::Duration};

use foundation::clock::SharedClock;
use shared::time::Timestamp;
use tokio::sync::Mutex;

use super::Fault;

/// How long a document is believed.
const LIFE: Duration = Duration::from_secs(10 * 60);
/// Whoever knows better asks for it anew at most this often: a flood of forged tokens shall not become a flood of
/// requests.
const RENEWED_AT_MOST_EVERY: Duration = Duration::from_secs(10);
/// How long a failure is told to those who waited for the same answer, so that a silent portal delays each once.
const FAILURE_LIFE: Duration = Duration::from_secs(1);

type Answer<T> = Result<Arc<T>, Fault>;

/// One document. Of many who ask at once, one fetches and the others wait.
pub(super) struct Cached<T> {
    held: Mutex<Option<(Answer<T>, Timestamp)>>,
    clock: SharedClock,
}

impl<T> Cached<T> {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            held: Mutex::new(None),
            clock,
        }
    }

    /// The document, fetched if it is older than is believed.
    pub(super) async fn get(&self, fetch: impl Future<Output = Result<T, Fault>>) -> Answer<T> {
        self.unless(fetch, |answer, age| {
            age < if answer.is_ok() { LIFE } else { FAILURE_LIFE }
        })
        .await
    }

    /// The document, fetched anew because this one lacks something.
    pub(super) async fn renew(
        &self,
        lacking: &Arc<T>,
        fetch: impl Future<Output = Result<T, Fault>>,
    ) -> Answer<T> {
        self.unless(fetch, |answer, age| {
            let is_newer = answer.as_ref().is_ok_and(|held| !Arc::ptr_eq(held, lacking));
            is_newer || age < RENEWED_AT_MOST_EVERY
        })
        .await
    }

    async fn unless(
        &self,
        fetch: impl Future<Output = Result<T, Fault>>,
        is_fresh: impl Fn(&Answer<T>, Duration) -> bool,
    ) -> Answer<T> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if let Some((answer, at)) = &*held
            && now >= *at
            && is_fresh(answer, now.since(*at))
        {
            return answer.clone();
        }
        let answer = fetch.await.map(Arc::new);
        *held = Some((answer.clone(), now));
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use foundation::clock::TestClock;

    use super::*;

    async fn counted(count: &AtomicU32) -> Result<u32, Fault> {
        tokio::task::yield_now().await;
        Ok(count.fetch_add(1, Ordering::SeqCst) + 1)
    }

    #[tokio::test]
    async fn it_is_fetched_once_by_many_and_again_after_ten_minutes() {
        let (clock, count) = (TestClock::default(), AtomicU32::new(0));
        let cached = Cached::new(Arc::new(clock.clone()));
        let answers = futures::future::join_all((0..20).map(|_| cached.get(counted(&count)))).await;
        assert!(answers.iter().all(|answer| *answer == Ok(Arc::new(1))));
        for (advance, expected) in [(599, 1), (1, 2)] {
            clock.advance(Duration::from_secs(advance));
            assert_eq!(cached.get(counted(&count)).await, Ok(Arc::new(expected)));
        }
    }

    #[tokio::test]
    async fn a_failure_is_soon_forgotten() {
        let clock = TestClock::default();
        let cached = Cached::<u32>::new(Arc::new(clock.clone()));
        let down = Err(Fault::unavailable("down"));
        assert_eq!(cached.get(async { Err(Fault::unavailable("down")) }).await, down);
        assert_eq!(cached.get(async { Ok(7) }).await, down);
        clock.advance(FAILURE_LIFE);
        assert_eq!(cached.get(async { Ok(7) }).await, Ok(Arc::new(7)));
    }

    #[tokio::test]
    async fn it_is_renewed_every_ten_seconds_at_most() {
        let (clock, count) = (TestClock::default(), AtomicU32::new(0));
        let cached = Cached::new(Arc::new(clock.clone()));
        let first = cached.get(counted(&count)).await.unwrap();
        assert_eq!(cached.renew(&first, counted(&count)).await, Ok(Arc::new(1)));
        clock.advance(RENEWED_AT_MOST_EVERY);
        assert_eq!(cached.renew(&first, counted(&count)).await, Ok(Arc::new(2)));
        clock.advance(RENEWED_AT_MOST_EVERY);
        // Who lacks something in the first has not looked into the second yet.
        assert_eq!(cached.renew(&first, counted(&count)).await, Ok(Arc::new(2)));
    }
}
