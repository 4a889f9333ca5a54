//! Ids of rows: UUIDv7 (RFC 9562, section 5.7), so that they sort by creation.

use uuid::{Builder, Uuid};

use crate::{clock::Clock, random};

/// A new id, of the clock's present moment.
pub fn new(clock: &dyn Clock) -> Uuid {
    let millis = u64::try_from(clock.now().as_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random::bytes()).into_uuid()
}

/// The least id of a moment, in milliseconds since 1970.
pub fn first_of(millis: i64) -> Uuid {
    let millis = u128::try_from(millis).unwrap_or(0).min((1 << 48) - 1);
    Uuid::from_u128(millis << 80)
}

/// The moment that an id begins with, in milliseconds since 1970.
pub fn moment(id: Uuid) -> i64 {
    i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_moment_begin_with_it() {
        let id = first_of(1_795_395_600_000);
        assert!(id.to_string().starts_with("01a2"), "{id}");
        assert_eq!(moment(id), 1_795_395_600_000);
        assert_eq!(first_of(-5), Uuid::nil());
    }
}
