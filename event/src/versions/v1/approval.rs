//! Approvals: what was asked of people, and what each of them said.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::text_enum::open_text_enum;
use crate::{ApprovalBinding, TimeNs};

/// How many distinct people of one group must agree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// The group.
    pub group: String,
    /// Distinct people of it, 1 or more.
    pub needed: u32,
}

/// Who answered, with the groups held at that moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Approver {
    /// OIDC issuer.
    pub issuer: String,
    /// OIDC subject.
    pub subject: String,
    /// A name for people.
    pub display: String,
    /// Groups, sorted.
    pub groups: Vec<String>,
}

/// A held statement waits for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequested {
    /// What an answer is bound to.
    pub binding: ApprovalBinding,
    /// Who must agree.
    pub quorum: Vec<Quorum>,
    /// Why it is held, for the approver.
    pub reasons: Vec<String>,
    /// When the request lapses.
    pub expires: TimeNs,
    /// How long a grant may wait for its execution, nanoseconds.
    pub execution_ttl_ns: u64,
    /// Original text, binds and request, sealed for gateways; never readable in the archive.
    pub sealed: Bytes,
}

/// One person said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalGranted {
    /// What was approved.
    pub binding: ApprovalBinding,
    /// By whom.
    pub by: Approver,
    /// Their words.
    pub note: String,
}

/// One person said no, which ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalDenied {
    /// What was refused.
    pub binding: ApprovalBinding,
    /// By whom.
    pub by: Approver,
    /// Their words.
    pub note: String,
}

/// Nobody answered in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalExpired {
    /// What lapsed.
    pub binding: ApprovalBinding,
}

open_text_enum!(
    /// Why a held statement is no longer wanted.
    GivenUp {
        /// The client canceled it.
        Aborted = "aborted",
        /// The client did not ask for it for a while; it still may.
        Abandoned = "abandoned",
        /// Its session ended.
        SessionClosed = "session closed",
    }
);

/// The client gave up waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalCanceled {
    /// What is no longer wanted.
    pub binding: ApprovalBinding,
    /// Whose doing it was.
    pub reason: GivenUp,
}
