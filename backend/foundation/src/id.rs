//! Ids of rows: UUIDv7 (RFC 9562, section 5.7), so that they sort by creation.

use uuid::{Builder, Uuid};

use crate::{clock::Clock, random};

/// A new id, of the clock's present moment.
pub fn new(clock: &dyn Clock) -> Uuid {
    let millis = u64::try_from(clock.now().as_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random::bytes()).into_uuid()
}
