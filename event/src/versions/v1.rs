//! Version 1: the payload of each kind, typed, and the envelope's parts. One file a family; the names are the columns an
//! auditor queries.
//!
//! Enters: facts the roles observed, text already masked. Leaves: serde structs with one canonical form.
//! Never here: raw literals, rows, tokens, secrets; or a change: what is different stands in a later version.

mod analysis;
mod approval;
mod audit;
mod envelope;
mod producer;
mod response;
mod session;
mod statement;

pub use analysis::{Finding, StatementKind};
pub use approval::{
    ApprovalCanceled, ApprovalDenied, ApprovalExpired, ApprovalGranted, ApprovalRequested,
    Approver, GivenUp, Quorum,
};
pub use audit::{
    AuditDegraded, AuditRestored, AuditorExported, AuditorQueried, AuditorReplayed,
    AuditorVerified, PolicyLoaded, ReplayMode,
};
pub use envelope::{Agent, Part, PolicyRef, Principal, Producer, Source};
pub use producer::{
    AbandonedRun, PartHead, ProducerHeartbeat, ProducerRole, ProducerStarted, ProducerStopped,
};
pub use response::{
    Kept, MaskCount, ResponseFinished, ResponsePage, ResponseStarted, ResultColumn, ResultFormat,
    RowCounts,
};
pub use session::{
    Authenticator, CloseReason, Context, NameValue, SessionClosed, SessionOpened, SessionRefused,
    SessionRenewed,
};
pub use statement::{
    Bind, Canceler, ColumnMask, ColumnUse, FailureStage, MaskOperator, Reason, StageRefused,
    StatementAnnounced, StatementCanceled, StatementClaimed, StatementDecided, StatementFailed,
    StatementForwarded, StatementSubmitted, Use, Verdict,
};

use super::Version;
use super::wire::unchanged;

unchanged!(
    Version::V1;
    SessionOpened, SessionRenewed, SessionClosed, SessionRefused,
    StatementClaimed, StatementAnnounced, StatementForwarded,
    StatementFailed, StatementCanceled, StageRefused,
    ApprovalRequested, ApprovalDenied, ApprovalExpired, ApprovalCanceled,
    ResponseStarted, ResponseFinished,
    AuditDegraded, AuditRestored,
    AuditorQueried, AuditorReplayed, AuditorExported, AuditorVerified,
    ProducerStarted, ProducerHeartbeat, ProducerStopped,
);
