//! The words for how things ended.

use crate::text_enum::text_enum;

text_enum!(
    /// What became of a statement.
    Outcome {
        /// Something was delivered, and no error remained.
        Succeeded = "succeeded",
        /// Refused: by the policy, by people, by nobody's answer, or as a way around the gateway.
        Denied = "denied",
        /// It ended in an error.
        Failed = "failed",
        /// It was canceled.
        Canceled = "canceled",
        /// It waits for people.
        Held = "held",
        /// It has not ended, or the record does not say how.
        Running = "running",
    }
);

text_enum!(
    /// How an approval ended.
    ApprovalOutcome {
        /// Not yet.
        Pending = "pending",
        /// Enough people said yes.
        Granted = "granted",
        /// Somebody said no.
        Denied = "denied",
        /// Nobody answered in time, or nobody ran it in time.
        Expired = "expired",
        /// It was no longer wanted.
        Canceled = "canceled",
    }
);

text_enum!(
    /// Where a session stands.
    SessionState {
        /// Nobody said that it ended.
        Open = "open",
        /// It ended.
        Closed = "closed",
        /// The login was refused.
        Refused = "refused",
    }
);
