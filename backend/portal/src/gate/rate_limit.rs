//! How often one caller may call: so many requests a minute for a token, for a person's sessions together, and
//! for a network address that shows neither. Counted in memory, by each node for itself (docs/decisions/0013).

use std::{
    collections::HashMap,
    fmt::Write,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::response::Response;
use foundation::{clock::SharedClock, random::TokenHash};
use http::{HeaderName, HeaderValue};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::{
    config,
    error::{ApiError, ApiResult},
};

/// The header that names the limits (draft-ietf-httpapi-ratelimit-headers).
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The header that says what is left.
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
/// The span in which requests are counted. It begins with a caller's first one.
const WINDOW: Duration = Duration::from_secs(60);
/// How many callers are counted at once.
const MOST: usize = 50_000;

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A program.
    Token(Uuid),
    /// An application, by the hash of its name.
    Client(TokenHash),
    /// A person, with all their sessions.
    Person(Uuid),
    /// Whoever is neither, by their network address.
    Source(IpAddr),
}

impl Key {
    /// An address; of IPv6 the network, because whoever has one address there has them all.
    pub(super) fn source(address: IpAddr) -> Self {
        Self::Source(match address {
            IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
            four @ IpAddr::V4(_) => four,
        })
    }
}

#[derive(Clone, Copy)]
struct Window {
    ends_at: Timestamp,
    used: u32,
}

/// One kind of limit.
struct Limit {
    name: &'static str,
    most: u32,
    policy: HeaderValue,
}

impl Limit {
    fn new(name: &'static str, most: u32) -> Self {
        let text = format!("\"{name}\";q={most};w={}", WINDOW.as_secs());
        Self {
            name,
            most,
            policy: HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("")),
        }
    }
}

struct Inner {
    caller: Limit,
    source: Limit,
    windows: Mutex<HashMap<Key, Window>>,
}

/// Counts requests.
#[derive(Clone)]
pub struct RateLimits {
    clock: SharedClock,
    inner: Arc<Inner>,
}

/// What the answer says about the limit.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    policy: HeaderValue,
    left: HeaderValue,
    /// Seconds to wait, when it was one request too many.
    pub(super) wait: Option<u64>,
}

impl Standing {
    /// A refusal when it was one request too many.
    pub(super) fn check(&self) -> ApiResult<()> {
        self.wait
            .map_or(Ok(()), |seconds| Err(ApiError::RateLimited(seconds)))
    }

    /// Says it in the answer.
    pub(super) fn tell(self, response: &mut Response) {
        response.headers_mut().insert(POLICY, self.policy);
        response.headers_mut().insert(LEFT, self.left);
    }
}

impl RateLimits {
    /// With these limits.
    pub fn new(clock: SharedClock, config: config::RateLimit) -> Self {
        Self {
            clock,
            inner: Arc::new(Inner {
                caller: Limit::new("caller", config.per_caller),
                source: Limit::new("source", config.per_source),
                windows: Mutex::default(),
            }),
        }
    }

    /// Counts a request.
    pub(super) fn count(&self, key: Key) -> Standing {
        let limit = match key {
            Key::Token(_) | Key::Client(_) | Key::Person(_) => &self.inner.caller,
            Key::Source(_) => &self.inner.source,
        };
        let now = self.clock.now();
        let window = self.take(key, now, limit.most);
        let seconds = u64::try_from(window.ends_at.since(now).as_millis().div_ceil(1000)).unwrap_or(1);
        let mut left = String::with_capacity(32);
        // Writing to a String cannot fail.
        let _ = write!(
            left,
            "\"{}\";r={};t={seconds}",
            limit.name,
            limit.most.saturating_sub(window.used)
        );
        Standing {
            policy: limit.policy.clone(),
            left: HeaderValue::try_from(left).unwrap_or(HeaderValue::from_static("")),
            wait: (window.used > limit.most).then_some(seconds),
        }
    }

    fn take(&self, key: Key, now: Timestamp, most: u32) -> Window {
        // Nothing in here panics half-way; what a panicking thread left is whole.
        let mut windows = self.inner.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST && !windows.contains_key(&key) {
            windows.retain(|_, window| now < window.ends_at);
            if windows.len() >= MOST {
                // Whoever comes from so many addresses is not held by counting them; memory is.
                windows.clear();
            }
        }
        let fresh = Window {
            ends_at: now.plus(WINDOW),
            used: 0,
        };
        let window = windows.entry(key).or_insert(fresh);
        // A clock that was set back must not keep anybody out for longer than a window.
        if now >= window.ends_at || window.ends_at > fresh.ends_at {
            *window = fresh;
        }
        // Refused requests do not count, so that whoever waits as told is let in.
        window.used = window.used.saturating_add(1).min(most.saturating_add(1));
        *window
    }
}

#[cfg(test)]
mod tests {
    use foundation::clock::TestClock;

    use super::*;

    fn limits(clock: &TestClock) -> RateLimits {
        let config = config::RateLimit {
            per_caller: 2,
            per_source: 3,
        };
        RateLimits::new(Arc::new(clock.clone()), config)
    }

    fn left(limits: &RateLimits, key: Key) -> String {
        limits.count(key).left.to_str().unwrap().to_owned()
    }

    #[test]
    fn one_too_many_waits_until_the_window_ends_and_no_longer() {
        let clock = TestClock::default();
        let limits = limits(&clock);
        let key = Key::Token(Uuid::max());
        assert_eq!(left(&limits, key), "\"caller\";r=1;t=60");
        clock.advance(Duration::from_millis(500));
        assert_eq!(left(&limits, key), "\"caller\";r=0;t=60");
        clock.advance(Duration::from_secs(20));
        let refused = limits.count(key);
        assert_eq!(refused.policy, "\"caller\";q=2;w=60");
        assert_eq!(refused.left, "\"caller\";r=0;t=40");
        assert_eq!(refused.wait, Some(40));
        clock.advance(Duration::from_millis(39_499));
        assert_eq!(limits.count(key).wait, Some(1));
        clock.advance(Duration::from_millis(1));
        assert_eq!(limits.count(key).wait, None);
    }

    #[test]
    fn callers_are_counted_apart_and_an_ipv6_network_is_one() {
        let limits = limits(&TestClock::default());
        for id in 0..5 {
            assert_eq!(
                left(&limits, Key::Person(Uuid::from_u128(id))),
                "\"caller\";r=1;t=60"
            );
        }
        let one = Key::source("2001:db8::1".parse().unwrap());
        let other = Key::source("2001:db8::ffff:2".parse().unwrap());
        assert_eq!(left(&limits, one), "\"source\";r=2;t=60");
        assert_eq!(left(&limits, other), "\"source\";r=1;t=60");
        let neighbour = Key::source("192.0.2.2".parse().unwrap());
        assert_eq!(left(&limits, neighbour), "\"source\";r=2;t=60");
    }

    #[test]
    fn memory_is_bounded() {
        let limits = limits(&TestClock::default());
        for id in 0..MOST as u128 + 10 {
            limits.count(Key::Token(Uuid::from_u128(id)));
        }
        assert!(limits.inner.windows.lock().unwrap().len() <= MOST);
    }
}
