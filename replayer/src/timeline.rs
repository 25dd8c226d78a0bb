//! A session as an auditor thinks of it: statements, each with what was decided, approved, returned.
//!
//! Enters: what [`build`] folds out of events. Leaves: a model that serialises to the page's JSON and is played in a terminal.
//! Never here: raw values; every text in it went through a mask before it was recorded.

mod approval;
mod breaks;
mod build;
mod note;
mod steps;

use display::grid::Grid;
use event::payload::{
    Approver, Authenticator, Canceler, CloseReason, ColumnMask, ColumnUse, Context, FailureStage,
    FileContent, FileFinding, Finding, Quorum, Reason, RowCounts, StatementKind, Verdict,
};
use event::{Digest, EventId, Kind, Principal, RunId, SessionId, Source, StatementId, TimeNs};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use build::{Options, TimelineError, build};
pub use event::fold::ApprovalOutcome;
pub(crate) use steps::steps_of;
pub use steps::{Phase, Step};

/// A whole session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// The session.
    pub session: SessionId,
    /// Who, from where, into what.
    pub head: Head,
    /// The first event's time; every `at_ns` counts from here.
    pub start: TimeNs,
    /// Nanoseconds from the first event to the last.
    pub duration_ns: i64,
    /// Statements and what happened between them, in order of their beginning.
    pub entries: Vec<Entry>,
    /// Sums over the session.
    pub totals: Totals,
    /// The runs that recorded it.
    pub parts: Vec<PartSeen>,
}

/// Who, from where, into what; empty where the record does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionHead)]
pub struct Head {
    /// Who acts, as the identity provider vouched.
    #[schema(required)]
    pub principal: Option<Principal>,
    /// From where.
    #[schema(required)]
    pub source: Option<Source>,
    /// The named connection.
    #[schema(required)]
    pub connection: Option<String>,
    /// How the token came.
    #[schema(required)]
    pub authenticator: Option<Authenticator>,
    /// Database, schema, warehouse, role at login.
    pub context: Context,
    /// Snowflake's own session id.
    #[schema(required)]
    pub upstream_session: Option<String>,
    /// When it was opened.
    #[schema(required)]
    pub opened: Option<TimeNs>,
    /// When it ended.
    #[schema(required)]
    pub closed: Option<TimeNs>,
    /// Why it ended.
    #[schema(required)]
    pub close_reason: Option<CloseReason>,
}

/// Sums over a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionTotals)]
pub struct Totals {
    /// How many events.
    pub events: u64,
    /// How many statements.
    pub statements: u64,
    /// Refused by policy, by an approver or by nobody's answer, stages included.
    pub denied: u64,
    /// Held for approval.
    pub held: u64,
    /// With masked cells or a mask plan.
    pub masked: u64,
    /// Ended in an error, refusals aside.
    pub failed: u64,
    /// Rows delivered.
    pub rows: u64,
    /// Bytes delivered.
    pub bytes: u64,
    /// Cells masked.
    pub masked_cells: u64,
}

impl Totals {
    /// Counts one entry more; events are counted apart.
    pub fn add(&mut self, entry: &Entry) {
        let has = |marker| u64::from(entry.markers().contains(&marker));
        self.denied += has(Marker::Denied);
        let Entry::Statement(statement) = entry else {
            return;
        };
        self.statements += 1;
        self.held += has(Marker::Held);
        self.masked += has(Marker::Masked);
        self.failed += has(Marker::Failed);
        for result in &statement.results {
            self.rows += result.rows;
            self.bytes += result.bytes;
            self.masked_cells += result.masked_cells;
        }
    }
}

/// What one run recorded of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionPart)]
pub struct PartSeen {
    /// The run.
    pub run: RunId,
    /// Events here.
    pub events: u64,
    /// Numbers absent below the last one seen; `firn verify` has the whole proof.
    pub missing: u64,
}

/// One line of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionEntry)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// A statement with all that came of it.
    Statement(Box<Statement>),
    /// Something else: login, renewal, end, a refused stage, degraded recording.
    Note(Note),
}

/// Something that is no statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionNote)]
pub struct Note {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// When it happened.
    pub time: TimeNs,
    /// The event's kind.
    pub kind: Kind,
    /// What happened, in a sentence.
    pub text: String,
    /// How long it lasted, nanoseconds; 0 where it is a moment.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub duration_ns: i64,
    /// What stands out.
    pub markers: Vec<Marker>,
    /// The event.
    pub event: EventRef,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
const fn is_zero(nanos: &i64) -> bool {
    *nanos == 0
}

/// What stands out in a moment; the stops of "jump to next".
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// It was refused: by policy, by a person, by nobody's answer.
    Denied,
    /// It waited for people.
    Held,
    /// Cells were masked, or a plan masks some.
    Masked,
    /// It ended in an error.
    Failed,
    /// It was canceled.
    Canceled,
    /// Statements of its connection ran unrecorded.
    Degraded,
}

/// Where an event stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventRef {
    /// The event.
    pub event_id: EventId,
    /// Its kind.
    pub kind: Kind,
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// `firn.events/3`.
    pub partition: String,
    /// The offset there.
    pub offset: u64,
}

/// One statement with all that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statement {
    /// The statement.
    pub statement: StatementId,
    /// Its number in the session, from 1.
    pub number: u32,
    /// Nanoseconds from the session's start to its arrival.
    pub at_ns: i64,
    /// Its arrival.
    pub time: TimeNs,
    /// From arrival to the last event of it, nanoseconds.
    pub duration_ns: i64,
    /// What was asked; none where the record holds no submission.
    #[schema(required)]
    pub request: Option<Request>,
    /// What the policy said.
    #[schema(required)]
    pub decision: Option<Decision>,
    /// What people said.
    #[schema(required)]
    pub approval: Option<Approval>,
    /// When it went upstream.
    #[schema(required)]
    pub forwarded: Option<Forwarded>,
    /// What came back, masked.
    pub results: Vec<StatementResult>,
    /// Files that it moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<MovedFile>,
    /// How it failed.
    #[schema(required)]
    pub failure: Option<Failure>,
    /// How it was canceled.
    #[schema(required)]
    pub canceled: Option<Canceled>,
    /// What stands out.
    pub markers: Vec<Marker>,
    /// The events it was told from, in order.
    pub events: Vec<EventRef>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementRequest)]
#[allow(
    missing_docs,
    reason = "documented at event::payload::StatementSubmitted"
)]
pub struct Request {
    pub text: String,
    pub binds: Vec<BindText>,
    #[schema(value_type = Vec<String>)]
    pub kinds: Vec<StatementKind>,
    pub reads: Vec<String>,
    pub writes: Vec<String>,
    pub columns: Vec<ColumnUse>,
    #[schema(value_type = Vec<String>)]
    pub flags: Vec<Finding>,
    pub fingerprint: String,
    pub request_id: String,
    pub describe_only: bool,
    pub asynchronous: bool,
    pub context: Context,
}

/// A bind, masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementBind)]
#[allow(missing_docs, reason = "documented at event::payload::Bind")]
pub struct BindText {
    pub name: String,
    pub kind: String,
    pub values: Vec<Option<String>>,
}

/// What the policy said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementDecision)]
pub struct Decision {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// Allow, mask, hold or deny.
    pub verdict: Verdict,
    /// Every rule that determined it.
    pub reasons: Vec<Reason>,
    /// Columns masked by plan.
    pub masks: Vec<ColumnMask>,
    /// Every column is masked.
    pub mask_all: bool,
    /// The policy set.
    #[schema(required)]
    pub policy: Option<Digest>,
}

/// What people said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementApproval)]
pub struct Approval {
    /// Nanoseconds from the session's start to the request.
    pub at_ns: i64,
    /// Who must agree.
    pub quorum: Vec<Quorum>,
    /// Why it is held.
    pub reasons: Vec<String>,
    /// When the request lapses.
    #[schema(required)]
    pub expires: Option<TimeNs>,
    /// Each answer, in order.
    pub answers: Vec<Answer>,
    /// How it ended.
    pub outcome: ApprovalOutcome,
    /// Nanoseconds from the session's start to that end.
    #[schema(required)]
    pub ended_at_ns: Option<i64>,
    /// From the request to that end, nanoseconds.
    #[schema(required)]
    pub wait_ns: Option<i64>,
}

/// One person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ApprovalAnswer)]
pub struct Answer {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// True for a yes.
    pub granted: bool,
    /// The person who answered.
    pub by: Approver,
    /// Their words.
    pub note: String,
}

/// When and as what it went upstream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementForwarded)]
pub struct Forwarded {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// Snowflake's query id.
    #[schema(required)]
    pub query_id: Option<String>,
    /// Tries it took.
    pub attempts: u32,
}

/// One result, masked, as delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatementResult {
    /// Which of a multi-statement, from 0.
    pub result: u32,
    /// Nanoseconds from the session's start to its beginning.
    pub at_ns: i64,
    /// Nanoseconds from the session's start to its last delivery.
    #[schema(required)]
    pub finished_at_ns: Option<i64>,
    /// Snowflake's query id.
    #[schema(required)]
    pub query_id: Option<String>,
    /// The rows.
    pub grid: Grid,
    /// Rows delivered, as `response.finished` counts them.
    pub rows: u64,
    /// Bytes delivered.
    pub bytes: u64,
    /// Cells masked.
    pub masked_cells: u64,
    /// Snowflake's row counts, for DML.
    #[schema(required)]
    pub counts: Option<RowCounts>,
    /// Why the rows cannot be shown, if they cannot.
    #[schema(required)]
    pub unreadable: Option<String>,
}

/// How it failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementFailure)]
pub struct Failure {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// Where on its way the statement was.
    pub stage: FailureStage,
    /// As the driver showed it.
    pub code: String,
    /// SQLSTATE.
    pub sql_state: String,
    /// As the driver showed it, masked.
    pub message: String,
}

/// A file that went to a stage or came from one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MovedFile {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// To the stage; else from it.
    pub uploaded: bool,
    /// The stage.
    pub stage: String,
    /// The file's name on it, masked.
    pub file: String,
    /// Its size on the agent's side, bytes.
    pub bytes: u64,
    /// SHA-256 of it there.
    pub digest: Digest,
    /// What it was read as.
    pub content: FileContent,
    /// What was found in it.
    pub found: Vec<FileFinding>,
    /// Cells that were masked in what the agent got.
    pub masked_cells: u64,
}

/// How it was canceled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementCanceled)]
pub struct Canceled {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// By whom.
    #[schema(value_type = String)]
    pub by: Canceler,
}

impl Entry {
    /// Nanoseconds from the session's start to its beginning.
    pub const fn at_ns(&self) -> i64 {
        match self {
            Self::Statement(statement) => statement.at_ns,
            Self::Note(note) => note.at_ns,
        }
    }

    /// Nanoseconds from the session's start to its end.
    pub const fn end_ns(&self) -> i64 {
        match self {
            Self::Statement(statement) => statement.at_ns + statement.duration_ns,
            Self::Note(note) => note.at_ns,
        }
    }

    /// What stands out in it.
    pub fn markers(&self) -> &[Marker] {
        match self {
            Self::Statement(statement) => &statement.markers,
            Self::Note(note) => &note.markers,
        }
    }
}
