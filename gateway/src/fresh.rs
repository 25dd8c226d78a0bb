//! Ids that nothing can be told from.
//!
//! Enters: the system's randomness, and the time where an id sorts by it. Leaves: ids. Never here: an id that must be the
//! same on another gateway; those are derived.

use event::TimeNs;
use rand::RngCore as _;
use uuid::Uuid;

/// A random id.
pub fn v4() -> Uuid {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// An id that sorts by `now`.
pub fn v7(now: TimeNs) -> Uuid {
    let mut bytes = [0; 10];
    rand::rng().fill_bytes(&mut bytes);
    let millis = u64::try_from(now.0 / 1_000_000).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}
