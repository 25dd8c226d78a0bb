//! Why a file does not move.
//!
//! Enters: what went wrong. Leaves: words for the client and the record. Never here: an address, or anything of the file.

use access::policy::FileRefused;
use event::payload::FailureStage;
use uuid::Uuid;

use crate::failure::Failure;
use crate::limits::{RETRY_AFTER_SECONDS, STAGE_FILE_BYTES_MAX};
use crate::upstream::storage::StorageError;

/// Why a file does not move.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum FileFailure {
    /// The address opens nothing for this client.
    #[error("this address is none of yours, or has expired: run the statement again")]
    Closed,
    /// It was used.
    #[error("this address was used: run the statement again")]
    Used,
    /// It is being used.
    #[error("this address is being used: wait for it")]
    AtWork,
    /// Somebody ended the session.
    #[error("the session has ended")]
    Over,
    /// Others' files fill the room there is.
    #[error("this gateway carries too many files now: try again in {RETRY_AFTER_SECONDS} s")]
    Busy,
    /// More than is taken.
    #[error("the file is larger than {STAGE_FILE_BYTES_MAX} bytes: split it")]
    TooLarge,
    /// The client went away or was too slow.
    #[error("the file did not arrive in full: send it again")]
    Cut,
    /// The statement names several files, and an address carries one.
    #[error(
        "the statement names several files, and this driver asks for one address: name one file a statement"
    )]
    Several,
    /// The policy does not let it, for what is in it.
    #[error("Blocked by policy: {0}")]
    Refused(#[from] FileRefused),
    /// It could not be recorded.
    #[error("the file cannot be recorded now, so it did not move: try again")]
    Unrecorded,
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The gateway is stopping.
    #[error("this gateway is stopping: try again")]
    Stopping,
}

impl FileFailure {
    /// Whether another try may go better.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::AtWork | Self::Busy | Self::Cut | Self::Unrecorded | Self::Stopping => true,
            Self::Storage(error) => error.is_passing(),
            Self::Closed
            | Self::Used
            | Self::Over
            | Self::TooLarge
            | Self::Several
            | Self::Refused(_) => false,
        }
    }

    /// As the statement's own.
    pub fn of(&self, statement: Uuid) -> Failure {
        let text = self.to_string();
        match self {
            Self::Refused(_) => Failure::refused(FailureStage::Policy, statement, text),
            Self::Storage(_) => Failure::upstream(statement, text),
            Self::Unrecorded => Failure::unrecorded(statement, text),
            Self::Closed
            | Self::Used
            | Self::AtWork
            | Self::Over
            | Self::Busy
            | Self::TooLarge
            | Self::Cut
            | Self::Several
            | Self::Stopping => Failure::refused(FailureStage::Gateway, statement, text),
        }
    }
}
