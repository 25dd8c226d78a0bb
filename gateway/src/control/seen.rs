//! What one gateway saw of a hold's polls.
//!
//! Enters: polls. Leaves: counts and times. Never here: a conclusion.

use event::TimeNs;

/// What one gateway knows of polls that only it sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Polls waiting here now.
    pub(super) watchers: u32,
    /// When the last one began or ended, by this gateway's clock.
    pub(super) last: TimeNs,
    /// The hold came in here: this gateway is the first to act for it.
    pub(super) home: bool,
    /// Nobody polls it by design.
    pub(super) asynchronous: bool,
}
