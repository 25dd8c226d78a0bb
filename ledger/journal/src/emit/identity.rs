//! Ids drawn from a time and a source of randomness.
//!
//! Enters: both, as arguments. Leaves: UUIDv7. Never here: a global generator.

use std::sync::Arc;

use event::TimeNs;
use rand::Rng;
use uuid::{Builder, Uuid};

/// Gives ten random bytes a call.
pub type Randomness = Arc<dyn Fn() -> [u8; 10] + Send + Sync>;

/// The operating system's randomness, stretched by a cryptographic generator.
pub fn os_randomness() -> Randomness {
    Arc::new(|| rand::rng().random())
}

/// A UUIDv7 of `time` (RFC 9562 §5.7): milliseconds, then 12 bits of the millisecond's fraction (§6.2, method 3), then randomness.
pub(super) fn draw(time: TimeNs, randomness: &Randomness) -> Uuid {
    let nanoseconds = u64::try_from(time.0).unwrap_or(0);
    let (millis, rest) = (nanoseconds / 1_000_000, nanoseconds % 1_000_000);
    let mut random = randomness();
    let fraction = (rest * 4096 / 1_000_000) as u16;
    let [high, low] = fraction.to_be_bytes();
    random[0] = high;
    random[1] = low;
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
