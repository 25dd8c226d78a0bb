//! Durations in a policy, and what is wrong with one.
//!
//! Enters: text as people write it. Leaves: a duration, or what to write instead. Never here: what it is the duration of.

use std::time::Duration;

/// What is wrong with the settings: byte offset, message, hint.
pub(super) type Wrong = (usize, String, Option<String>);

/// A duration as people write it, within the limits of an approval.
pub(super) fn parse_ttl(text: &str) -> Result<Duration, (String, Option<String>)> {
    let hint = || Some("write it like \"15m\", \"2h\" or \"90s\", up to \"24h\"".to_owned());
    let duration = humantime::parse_duration(text)
        .map_err(|error| (format!("bad duration {text:?}: {error}"), hint()))?;
    if duration.is_zero() || duration > crate::limits::APPROVAL_TTL_MAX {
        return Err((format!("bad duration {text:?}: out of bounds"), hint()));
    }
    Ok(duration)
}
