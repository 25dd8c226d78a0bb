//! Statements: what was asked, what the policy said, how it went upstream, how it failed.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::analysis::{Finding, StatementKind};
use super::session::Context;
use crate::text_enum::{open_text_enum, text_enum};
use crate::{ApprovalBinding, Masked, RequestId, TimeNs};

text_enum!(
    /// The policy's answer.
    Verdict {
        /// Runs; nothing is known to be sensitive (value detectors still look at every cell).
        Allow = "allow",
        /// Runs; some columns are masked.
        Mask = "mask",
        /// Waits for people.
        Hold = "hold",
        /// Does not run.
        Deny = "deny",
    }
);

text_enum!(
    /// How a statement uses a column.
    Use {
        /// It reaches the result.
        Output = "output",
        /// It is compared, filtered, joined or sorted by, without reaching the result.
        Filter = "filter",
        /// It is written.
        Write = "write",
    }
);

text_enum!(
    /// Which part of the way ended in the error.
    FailureStage {
        /// The policy refused it.
        Policy = "policy",
        /// An approver refused it, or nobody answered.
        Approval = "approval",
        /// Snowflake refused it.
        Upstream = "upstream",
        /// The gateway could not carry it.
        Gateway = "gateway",
        /// The journal could not take its events.
        Journal = "journal",
    }
);

/// One bind value, masked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bind {
    /// Its key in `bindings`: an ordinal or a name.
    pub name: String,
    /// Snowflake's type word, as sent.
    pub kind: String,
    /// The value, one a row for array binds; none is SQL NULL.
    #[cfg_attr(feature = "described", schema(value_type = Vec<Option<String>>))]
    pub values: Vec<Option<Masked<String>>>,
}

/// One base column and how the statement uses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ColumnUse {
    /// `DATABASE.SCHEMA.TABLE`.
    pub table: String,
    /// The column.
    pub column: String,
    /// How it is used.
    pub usage: Use,
}

/// A statement arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementSubmitted {
    /// The text, its literals masked.
    pub text: Masked<String>,
    /// Length of the original, bytes.
    pub text_bytes: u64,
    /// Bind values, masked.
    pub binds: Vec<Bind>,
    /// Equal for statements that differ in literals only.
    pub fingerprint: String,
    /// Statement kinds in order.
    pub kinds: Vec<StatementKind>,
    /// Tables read, `DATABASE.SCHEMA.TABLE`, sorted.
    pub reads: Vec<String>,
    /// Tables written, sorted.
    pub writes: Vec<String>,
    /// Base columns and how they are used, sorted.
    pub columns: Vec<ColumnUse>,
    /// Findings of the analysis, sorted.
    pub flags: Vec<Finding>,
    /// The client's request id.
    pub request_id: RequestId,
    /// The driver asked for the result's shape only.
    pub describe_only: bool,
    /// The driver will fetch the result later.
    pub asynchronous: bool,
    /// Where the session stood.
    pub context: Context,
}

/// Why a rule spoke.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The rule's id.
    pub rule: String,
    /// The rule's text for people.
    pub text: String,
    /// First byte in the statement it speaks of.
    #[cfg_attr(feature = "described", schema(required))]
    pub span_start: Option<u64>,
    /// One past the last byte.
    #[cfg_attr(feature = "described", schema(required))]
    pub span_end: Option<u64>,
}

open_text_enum!(
    /// What a mask does to a cell.
    MaskOperator {
        /// The last characters of a text are kept.
        Partial = "partial",
        /// A keyed, joinable hash.
        Hash = "hash",
        /// A token in the value's own form.
        Tokenize = "tokenize",
        /// A coarser value.
        Generalize = "generalize",
        /// A date moved by some days.
        DateShift = "date_shift",
        /// A number moved by some per cent.
        Noise = "noise",
        /// A mark in place of the value.
        Redact = "redact",
        /// NULL.
        Nullify = "nullify",
    }
);

/// What is done to one output column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ColumnMask {
    /// Output ordinal, from 0.
    pub ordinal: u32,
    /// What is done to its cells.
    #[cfg_attr(feature = "described", schema(value_type = String))]
    pub operator: MaskOperator,
    /// The rule that asked for it.
    pub rule: String,
    /// Base columns it comes from, `DATABASE.SCHEMA.TABLE.COLUMN`, sorted.
    pub sources: Vec<String>,
}

/// The policy answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementDecided {
    /// The answer.
    pub verdict: Verdict,
    /// Every rule that determined it.
    pub reasons: Vec<Reason>,
    /// Columns masked by plan; empty if none or if all are (`mask_all`).
    pub masks: Vec<ColumnMask>,
    /// Lineage was lost, so every column is masked.
    pub mask_all: bool,
    /// The catalog snapshot the analysis used.
    pub catalog_version: String,
    /// When the policy was asked; rules may speak of the hour.
    pub evaluated_at: TimeNs,
    /// What an approval of this statement is bound to.
    pub binding: ApprovalBinding,
}

/// One gateway took an approved statement to run it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementClaimed {
    /// What was approved.
    pub binding: ApprovalBinding,
}

/// A result that any gateway may serve later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementAnnounced {
    /// Snowflake's query id, children of a multi-statement included.
    pub query_ids: Vec<String>,
    /// The mask plan, sealed for gateways.
    pub sealed: Bytes,
}

/// The statement went upstream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementForwarded {
    /// Snowflake's query id, for reconciliation with its own history.
    pub query_id: Option<String>,
    /// Tries it took, 1 or more.
    pub attempts: u32,
}

/// The statement ended in an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementFailed {
    /// Where on its way the statement was.
    pub stage: FailureStage,
    /// Six characters, as the driver shows them.
    pub code: String,
    /// SQLSTATE.
    pub sql_state: String,
    /// What the driver shows, masked.
    pub message: Masked<String>,
    /// From arrival to answer, nanoseconds.
    pub duration_ns: u64,
}

open_text_enum!(
    /// Who canceled a statement.
    Canceler {
        /// The driver asked for it.
        Client = "client",
        /// Somebody ended it.
        Killed = "killed",
        /// It took too long.
        Timeout = "timeout",
    }
);

/// The statement was canceled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementCanceled {
    /// By whom.
    pub by: Canceler,
}

/// A way around the gateway was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRefused {
    /// What was tried: `PUT`, `GET`, `COPY INTO`, or a path.
    pub operation: String,
    /// Why it is refused.
    pub reason: String,
}
