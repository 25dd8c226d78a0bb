//! What a run says of itself: that it began, what it emitted so far, that it ended.

use serde::{Deserialize, Serialize};

use crate::text_enum::open_text_enum;
use crate::{Digest, RunId, SessionId};

/// Where one part stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartHead {
    /// The session; none is the run's own part.
    pub session: Option<SessionId>,
    /// Events in the part so far.
    pub count: u64,
    /// Hash of the last of them.
    pub head: Digest,
}

/// A run of the same process that ended because the journal refused an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbandonedRun {
    /// The run.
    pub run: RunId,
    /// Its events below this number were acknowledged; of later ones any may be missing, and none was relied on.
    pub acknowledged: u64,
}

open_text_enum!(
    /// What a process that emits is there for.
    ProducerRole {
        /// Several roles in one process.
        Up = "up",
        /// Statements of agents.
        Gateway = "gateway",
        /// The archive's writer.
        Recorder = "recorder",
        /// Questions of auditors.
        Query = "query",
        /// What is carried on to other tools.
        Export = "export",
        /// A command, beside whatever runs.
        Command = "cli",
    }
);

/// A run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerStarted {
    /// What the process is there for.
    pub role: ProducerRole,
    /// firn's version.
    pub version: String,
    /// The run it replaces, where the process goes on after a journal failure.
    pub abandoned: Option<AbandonedRun>,
}

/// A run counts what it emitted: everything numbered below its own `seq` exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerHeartbeat {
    /// Parts that moved since the last heartbeat, sorted.
    pub parts: Vec<PartHead>,
}

/// A run ended in order: nothing of it comes after this event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerStopped {
    /// Parts that moved since the last heartbeat, sorted.
    pub parts: Vec<PartHead>,
}
