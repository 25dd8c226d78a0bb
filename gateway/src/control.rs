//! What every gateway knows of held and later-served statements: the fold of `firn.control`.
//!
//! Enters: control events in journal order. Leaves: hold states, claims, query ids bound to sessions.
//! Never here: a decision of its own; whoever restarts folds to the same state.

use std::time::Duration;

use access::{MaskPlan, analysis::Provenance};
use event::payload::{Approver, Quorum};
use event::{ApprovalBinding, Masked, PolicyRef, SessionId, StatementId};

use crate::delivery::About;

/// A statement that needs people.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// The envelope of its events.
    pub about: About,
    /// What an answer is bound to.
    pub binding: ApprovalBinding,
    /// Who must agree.
    pub quorum: Vec<Quorum>,
    /// Why it is held, for the approver.
    pub reasons: Vec<String>,
    /// How long people have, nanoseconds.
    pub approval_ttl_ns: u64,
    /// How long a grant waits for its execution, nanoseconds.
    pub execution_ttl_ns: u64,
    /// What will run, sealed before it enters the journal.
    pub held: Held,
}

/// What a gateway needs to run a held statement it never saw: travels sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The text as the record shows it, for the approver.
    pub shown: Masked<String>,
    /// The driver will fetch the result later; nobody polls, so nobody's silence cancels it.
    pub asynchronous: bool,
    /// The client's request, in the statement orchestration's own form.
    pub request: Vec<u8>,
}

/// Where a held statement stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldStatus {
    /// Waits for people.
    Pending,
    /// People agreed; nobody runs it yet.
    Granted,
    /// A gateway runs it, or ran it; its query id, once announced.
    Claimed {
        /// Snowflake's query ids.
        query_ids: Vec<String>,
    },
    /// Somebody said no.
    Denied {
        /// Who.
        by: Approver,
        /// Their words.
        note: String,
    },
    /// Nobody answered in time, or the grant was not used in time.
    Expired,
    /// No longer wanted.
    Canceled {
        /// `aborted`, `abandoned` or `session closed`.
        reason: String,
    },
}

/// Whether this gateway may run a granted statement.
#[derive(Clone, Debug)]
pub enum ClaimOutcome {
    /// It must run it, with the statement's own derived upstream request id.
    Won(Held),
    /// Another does, or did.
    Lost,
    /// It is not granted (any more).
    NotGranted(HoldStatus),
}

/// One result that any gateway may serve later: what is announced, sealed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AnnouncedResult {
    /// Snowflake's query id.
    pub query_id: String,
    /// Which result of a multi-statement, from 0.
    pub result: u32,
    /// What to do to its rows.
    pub plan: MaskPlan,
    /// Where its columns come from, for RESULT_SCAN.
    pub outputs: Option<Vec<Provenance>>,
}

/// A query id of this session, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownQuery {
    /// The envelope for what its delivery emits.
    pub about: About,
    /// The result.
    pub result: AnnouncedResult,
}

/// How long one poll may be kept waiting before it gets another in-progress answer.
pub const POLL_WAIT: Duration = Duration::from_secs(20);

/// The binding's session and policy, for a caller that re-decides before it runs a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldSummary {
    /// Whose.
    pub session: SessionId,
    /// What was asked for.
    pub binding: ApprovalBinding,
    /// The policy it was held under.
    pub policy: Option<PolicyRef>,
    /// The statement.
    pub statement: StatementId,
}
