//! A document of the provider, fetched when somebody asks for it and believed for a while.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use foundation::clock::SharedClock;
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use shared::time::Timestamp;

use super::refusal::ProviderFault;

/// How long a document is believed.
const LIFE: Duration = Duration::from_secs(10 * 60);

type Answer<T> = Result<Arc<T>, ProviderFault>;

struct Held<T> {
    document: Option<(Arc<T>, Timestamp)>,
    flight: Option<Shared<BoxFuture<'static, Answer<T>>>>,
}

/// One document. However many ask for it at once, one request goes out and all get its outcome, so that a
/// slow provider delays each of them once; a failure is not kept, so that recovery shows at once. The lock
/// is never held while anybody waits.
pub(super) struct Cached<T> {
    held: Arc<Mutex<Held<T>>>,
    clock: SharedClock,
}

fn locked<T>(held: &Mutex<Held<T>>) -> MutexGuard<'_, Held<T>> {
    // Nothing panics while it is held; what a panicking thread left is whole.
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Send + Sync + 'static> Cached<T> {
    pub(super) fn new(clock: SharedClock) -> Self {
        let held = Held {
            document: None,
            flight: None,
        };
        Self {
            held: Arc::new(Mutex::new(held)),
            clock,
        }
    }

    /// The document that was fetched last, however old.
    pub(super) fn last(&self) -> Option<Arc<T>> {
        locked(&self.held)
            .document
            .as_ref()
            .map(|(document, _)| Arc::clone(document))
    }

    /// The document, fetched if it is older than is believed.
    pub(super) async fn get<F>(&self, fetch: impl FnOnce() -> F) -> Answer<T>
    where
        F: Future<Output = Result<T, ProviderFault>> + Send + 'static,
    {
        let now = self.clock.now();
        if let Some((document, fetched_at)) = &locked(&self.held).document
            && now.since(*fetched_at) < LIFE
            && now >= *fetched_at
        {
            return Ok(Arc::clone(document));
        }
        self.refetch(fetch).await
    }

    /// The document, fetched anew.
    pub(super) async fn refetch<F>(&self, fetch: impl FnOnce() -> F) -> Answer<T>
    where
        F: Future<Output = Result<T, ProviderFault>> + Send + 'static,
    {
        let flight = {
            let mut held = locked(&self.held);
            match &held.flight {
                Some(flight) => flight.clone(),
                None => held.flight.insert(self.fly(fetch())).clone(),
            }
        };
        flight.await
    }

    /// A task of its own fetches: whoever asked first may go away, the others still wait.
    fn fly<F>(&self, fetch: F) -> Shared<BoxFuture<'static, Answer<T>>>
    where
        F: Future<Output = Result<T, ProviderFault>> + Send + 'static,
    {
        let (place, clock) = (Arc::clone(&self.held), self.clock.clone());
        let task = tokio::spawn(async move {
            let answer = AssertUnwindSafe(fetch)
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(ProviderFault::unavailable("the request panicked")))
                .map(Arc::new);
            let mut held = locked(&place);
            held.flight = None;
            if let Ok(document) = &answer {
                held.document = Some((Arc::clone(document), clock.now()));
            }
            answer
        });
        async move {
            task.await
                .unwrap_or_else(|error| Err(ProviderFault::unavailable(error.to_string())))
        }
        .boxed()
        .shared()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use foundation::clock::TestClock;

    use super::*;

    fn counting(count: &Arc<AtomicU32>) -> impl Future<Output = Result<u32, ProviderFault>> + Send + use<> {
        let count = Arc::clone(count);
        async move {
            tokio::task::yield_now().await;
            Ok(count.fetch_add(1, Ordering::SeqCst) + 1)
        }
    }

    #[tokio::test]
    async fn many_who_ask_at_once_cause_one_request() {
        let cached = Cached::new(Arc::new(TestClock::default()));
        let count = Arc::default();
        let asking = (0..20).map(|_| cached.get(|| counting(&count)));
        let answers = futures::future::join_all(asking).await;
        assert!(answers.iter().all(|answer| *answer == Ok(Arc::new(1))));
    }

    #[tokio::test]
    async fn it_is_believed_for_ten_minutes() {
        let clock = TestClock::default();
        let cached = Cached::new(Arc::new(clock.clone()));
        let count = Arc::default();
        for (advance, expected) in [(0, 1), (599, 1), (1, 2)] {
            clock.advance(Duration::from_secs(advance));
            assert_eq!(cached.get(|| counting(&count)).await, Ok(Arc::new(expected)));
        }
    }

    #[tokio::test]
    async fn a_failure_is_not_kept_and_a_panic_stops_nobody() {
        let cached = Cached::<u32>::new(Arc::new(TestClock::default()));
        let failed = cached
            .get(|| async { Err(ProviderFault::unavailable("down")) })
            .await;
        assert_eq!(failed, Err(ProviderFault::unavailable("down")));
        assert!(cached.get(|| async { panic!("a fault of ours") }).await.is_err());
        assert_eq!(cached.get(|| async { Ok(7) }).await, Ok(Arc::new(7)));
        assert_eq!(cached.last(), Some(Arc::new(7)));
    }

    #[tokio::test]
    async fn one_who_goes_away_does_not_stop_the_request_of_the_others() {
        let cached = Cached::new(Arc::new(TestClock::default()));
        let count = Arc::default();
        let gone = cached.get(|| counting(&count)).now_or_never();
        assert_eq!(gone, None);
        assert_eq!(cached.get(|| counting(&count)).await, Ok(Arc::new(1)));
    }
}
