//! What goes into control and what comes out: requests, states, claims, announced results.
//!
//! Enters: what the statement orchestration knows. Leaves: values. Never here: a rule.

use access::MaskPlan;
use access::analysis::Provenance;
use event::ApprovalBinding;
use event::payload::{Approver, Context, GivenUp, Quorum};
use uuid::Uuid;

use super::held::Held;
use crate::about::About;
use crate::crosscheck::Expected;

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

/// Where a held statement stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldStatus {
    /// Waits for people.
    Pending,
    /// People agreed, and nobody runs it: claim it.
    Granted,
    /// A gateway runs it, or ran it.
    Claimed {
        /// Snowflake's query ids, once announced.
        query_ids: Vec<String>,
        /// It ran, as its gateway says; without query ids there is nothing to serve any more.
        ran: bool,
    },
    /// Somebody said no.
    Denied {
        /// The person who answered.
        by: Approver,
        /// Their words.
        note: String,
    },
    /// Nobody answered in time, or the grant was not used in time.
    Expired,
    /// No longer wanted.
    Canceled {
        /// Whose doing it was.
        reason: GivenUp,
    },
}

impl HoldStatus {
    /// Given up because nobody asked for it: whoever asks now revives it.
    pub const fn is_abandoned(&self) -> bool {
        matches!(
            self,
            Self::Canceled {
                reason: GivenUp::Abandoned
            }
        )
    }
}

/// Whether this gateway may run a granted statement.
#[derive(Clone, Debug)]
pub enum ClaimOutcome {
    /// It must run it, with the statement's own derived upstream request id, and then announce its query ids, or none:
    /// otherwise another gateway takes it over.
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
    /// What Snowflake's word on it is held against.
    #[serde(default)]
    pub expected: Expected,
    /// The request id it went upstream under, where it has no query id yet: it is canceled by that.
    #[serde(default)]
    pub request: Option<Uuid>,
}

/// Where a session stands at Snowflake: what its next statement means rests on it, on whichever gateway it is decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Standing {
    /// Database, schema, warehouse, role.
    pub context: Context,
    /// Session variables.
    pub variables: Vec<(String, String)>,
    /// Why nobody knows where it stands; empty where it stands at `context`.
    #[serde(default)]
    pub unsettled: Vec<String>,
    /// Grows with each move; 0 where an earlier release says it.
    #[serde(default)]
    pub moves: u64,
}

/// What is sealed into `statement.announced`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Announcement {
    pub results: Vec<AnnouncedResult>,
    pub standing: Standing,
}

/// A query id of this session, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownQuery {
    /// The envelope for what its delivery emits.
    pub about: About,
    /// The result. Its query id is Snowflake's, also where it was looked up by the statement id a held client knows.
    pub result: AnnouncedResult,
}
