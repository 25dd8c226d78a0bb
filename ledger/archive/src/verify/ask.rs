//! What is asked of a verification, and how a checkpoint is told of.
//!
//! Enters: a caller's wish. Leaves: types. Never here: whether there is such a checkpoint.

use event::Digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::limits::VERIFY_KEPT_EVENTS;

/// What is asked of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Where it begins.
    pub since: Since,
    /// Whether what it proves is kept in the archive, for later ones to begin with.
    pub keep: bool,
    /// Events after which it is kept how far it is, if anything is.
    pub every: u64,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            since: Since::Beginning,
            keep: false,
            every: VERIFY_KEPT_EVENTS,
        }
    }
}

/// Where a verification begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// At the beginning: everything is read.
    #[default]
    Beginning,
    /// Where a whole verification was interrupted, if one was.
    Interrupted,
    /// After the newest checkpoint, if there is one.
    Last,
    /// After the checkpoint with this digest.
    Checkpoint(Digest),
}

/// How a checkpoint is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// 1, 2, 3 …
    pub number: u64,
    /// SHA-256 of its file.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// Events that are proved up to it.
    pub events: u64,
}
