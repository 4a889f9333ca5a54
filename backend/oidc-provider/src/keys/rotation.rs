//! When the next key is due.

use shared::time::Timestamp;

use super::{KeyPolicy, StoredKey};

/// The life of a key that has to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) generation: i32,
    pub(super) active_from: Timestamp,
    pub(super) active_until: Timestamp,
}

/// The key that has to be made now, if one has to. `keys` are all those of one algorithm.
pub(super) fn due(keys: &[&StoredKey], now: Timestamp, policy: &KeyPolicy) -> Option<Due> {
    let youngest = keys.iter().max_by_key(|key| key.generation);
    let (generation, active_from) = match youngest {
        None => (1, now),
        // Nobody was here to make it in time.
        Some(key) if key.active_until <= now => (key.generation + 1, now),
        Some(key) if key.active_until.minus(policy.publish_before) <= now => {
            (key.generation + 1, key.active_until)
        }
        Some(_) => return None,
    };
    Some(Due {
        generation,
        active_from,
        active_until: active_from.plus(policy.active_for),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::keys::{
        Algorithm, KeyState,
        KeyState::{Active, Gone, Next, Retired},
    };

    const POLICY: KeyPolicy = KeyPolicy {
        publish_before: Duration::from_secs(10),
        active_for: Duration::from_secs(100),
        keep_for: Duration::from_secs(20),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn key(due: Due) -> StoredKey {
        StoredKey {
            kid: String::new(),
            algorithm: Algorithm::Es256,
            generation: due.generation,
            pem: String::new(),
            active_from: due.active_from,
            active_until: due.active_until,
        }
    }

    #[test]
    fn the_first_key_signs_at_once() {
        let first = due(&[], at(0), &POLICY).unwrap();
        assert_eq!(
            first,
            Due {
                generation: 1,
                active_from: at(0),
                active_until: at(100)
            }
        );
    }

    #[test]
    fn the_next_one_is_made_in_time_to_be_published_before_it_signs() {
        let first = key(due(&[], at(0), &POLICY).unwrap());
        assert_eq!(due(&[&first], at(89), &POLICY), None);
        let second = due(&[&first], at(90), &POLICY).unwrap();
        assert_eq!(
            second,
            Due {
                generation: 2,
                active_from: at(100),
                active_until: at(200)
            }
        );
        assert_eq!(due(&[&key(second), &first], at(91), &POLICY), None);
    }

    #[test]
    fn after_a_long_silence_a_key_signs_at_once() {
        let first = key(due(&[], at(0), &POLICY).unwrap());
        let second = due(&[&first], at(5000), &POLICY).unwrap();
        assert_eq!(
            second,
            Due {
                generation: 2,
                active_from: at(5000),
                active_until: at(5100)
            }
        );
    }

    #[test]
    fn a_key_is_next_then_active_then_retired_then_gone() {
        let key = key(Due {
            generation: 1,
            active_from: at(10),
            active_until: at(110),
        });
        let states = [9, 10, 109, 110, 129, 130].map(|seconds| key.state(at(seconds), &POLICY));
        assert_eq!(states, [Next, Active, Active, Retired, Retired, Gone]);
    }

    #[test]
    fn at_every_moment_exactly_one_key_signs() {
        let mut keys: Vec<StoredKey> = Vec::new();
        for seconds in 0..1000 {
            if let Some(due) = due(&keys.iter().collect::<Vec<_>>(), at(seconds), &POLICY) {
                keys.push(key(due));
            }
            let active = keys
                .iter()
                .filter(|key| key.state(at(seconds), &POLICY) == KeyState::Active)
                .count();
            assert_eq!(active, 1, "at {seconds}");
        }
    }
}
