//! What a backtest needs of the record: the inputs of each decision, and what later decisions of the session rest on.
//!
//! Enters: what a row of the record says. Leaves: a [`Fact`]. Never here: rows of results, what became of a statement.

use access::BoundValue;
use event::payload::{Bind, ColumnMask, Compared, Context, Verdict};
use event::{ApprovalBinding, PolicyHash, Principal, SessionId, StatementId, TimeNs};

/// One fact of one session. Those of a session come in journal order.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The session.
    pub session: SessionId,
    /// When, by its producer's clock.
    pub time: TimeNs,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The session began: everything of it is known from here on.
    Opened {
        /// Snowflake's id of it.
        upstream_session: Option<String>,
    },
    /// Its tokens were renewed, perhaps by a new session upstream.
    Renewed,
    /// It ended.
    Closed,
    /// A statement came.
    Submitted(StatementId, Box<Submitted>),
    /// The policy answered.
    Decided(StatementId, Box<Decided>),
    /// It went upstream and got this query id.
    Forwarded(StatementId, Option<String>),
    /// It ended in an error.
    Failed(StatementId),
}

/// What was asked, as recorded: literals and binds went through masks.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    missing_docs,
    reason = "documented at event::payload::StatementSubmitted"
)]
pub struct Submitted {
    pub text: String,
    pub binds: Vec<BoundValue>,
    pub fingerprint: String,
    pub describe_only: bool,
    pub context: Context,
}

/// What the policy answered, to whom.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    missing_docs,
    reason = "documented at event::payload::StatementDecided"
)]
pub struct Decided {
    pub principal: Principal,
    pub connection: String,
    pub policy: PolicyHash,
    pub rules: Vec<String>,
    pub verdict: Verdict,
    pub masks: Vec<ColumnMask>,
    pub mask_all: bool,
    pub catalog_version: String,
    pub evaluated_at: TimeNs,
    pub binding: ApprovalBinding,
    pub compared_before: Option<Vec<Compared>>,
}

/// A recorded bind as the analysis takes it.
pub fn bound(bind: Bind) -> BoundValue {
    let values = bind.values.into_iter();
    BoundValue {
        name: bind.name,
        kind: bind.kind,
        values: values
            .map(|value| value.map(event::Masked::into_inner))
            .collect(),
    }
}
