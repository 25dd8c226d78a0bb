//! What detections find in the record.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{SessionId, StatementId, TimeNs};

text_enum!(
    /// How bad a finding is, in OCSF's words.
    FindingSeverity {
        /// Nothing needs doing.
        Informational = "informational",
        /// Worth a look some day.
        Low = "low",
        /// Worth a look.
        Medium = "medium",
        /// Worth a look now.
        High = "high",
        /// Somebody must act now.
        Critical = "critical",
    }
);

/// A detection found something in the record. The event's principal is whom it is about; it belongs to no session, so nothing that is folded
/// of a session or a statement depends on who looks at it afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRaised {
    /// Its id, a UUID derived from the rule and what makes the finding the same one: found again, it has the same.
    pub finding: String,
    /// The rule.
    pub rule: String,
    /// What was found, for people.
    pub title: String,
    /// How bad it is.
    pub severity: FindingSeverity,
    /// MITRE ATT&CK techniques, by their ids.
    pub attacks: Vec<String>,
    /// When what was found happened.
    pub happened: TimeNs,
    /// The session it is about, where it is about one.
    pub session: Option<SessionId>,
    /// The statement it is about, where it is about one.
    pub statement: Option<StatementId>,
    /// The window that was asked begins here
    pub since: TimeNs,
    /// and ends before this.
    pub until: TimeNs,
}
