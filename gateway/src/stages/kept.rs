//! What this process remembers of files that move.
//!
//! Enters: tickets that are used, binds of statements. Leaves: the same. Never here: a file.

use door::Turns;
use event::SessionId;

use super::again::Again;
use super::used::Used;
use crate::limits::{
    STAGE_FILES_AT_ONCE, STAGE_FILES_OF_ONE_MAX, STAGE_FILES_OF_ONE_WAITING_MAX,
    STAGE_FILES_WAITING_MAX,
};

/// Turns, used tickets, binds.
pub(crate) struct Stages {
    /// Files that are carried, by session.
    pub(super) turns: Turns<SessionId>,
    pub(super) used: Used,
    /// Binds of PUTs that drivers send again without them.
    pub again: Again,
}

impl Default for Stages {
    fn default() -> Self {
        Self {
            turns: Turns::bounded(
                (STAGE_FILES_AT_ONCE, STAGE_FILES_OF_ONE_MAX),
                (STAGE_FILES_WAITING_MAX, STAGE_FILES_OF_ONE_WAITING_MAX),
            ),
            used: Used::default(),
            again: Again::default(),
        }
    }
}
