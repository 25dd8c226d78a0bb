//! The payload of each kind, typed. One file a family; the names are the columns an auditor queries.
//!
//! Enters: facts the roles observed, text already masked. Leaves: serde structs with one canonical form.
//! Never here: raw literals, rows, tokens, secrets.

mod approval;
mod audit;
mod producer;
mod response;
mod session;
mod statement;

pub use approval::{
    ApprovalCanceled, ApprovalDenied, ApprovalExpired, ApprovalGranted, ApprovalRequested,
    Approver, Quorum,
};
pub use audit::{
    AuditDegraded, AuditRestored, AuditorExported, AuditorQueried, AuditorReplayed,
    AuditorVerified, PolicyLoaded,
};
pub use producer::{AbandonedRun, PartHead, ProducerHeartbeat, ProducerStarted, ProducerStopped};
pub use response::{
    Kept, MaskCount, ResponseFinished, ResponsePage, ResponseStarted, ResultColumn, ResultFormat,
    RowCounts,
};
pub use session::{
    Authenticator, CloseReason, Context, NameValue, SessionClosed, SessionOpened, SessionRefused,
    SessionRenewed,
};
pub use statement::{
    Bind, ColumnMask, ColumnUse, FailureStage, Reason, StageRefused, StatementAnnounced,
    StatementCanceled, StatementClaimed, StatementDecided, StatementFailed, StatementForwarded,
    StatementSubmitted, Use, Verdict,
};
