//! What is exported: an event as recorded, what became of a statement, a finding.
//!
//! Enters: events with their positions, folds of statements. Leaves: one item with a stable id and place. Never here: how it looks
//! to a receiver.

use std::sync::Arc;

use event::fold::StatementFold;
use event::{Event, Principal, SessionId, StatementId, TimeNs};
use journal::Position;
use uuid::Uuid;

use crate::severity::Severity;

/// Domain of the ids of outcomes: a statement's outcome has one id, however often it is derived.
const OUTCOME_NAMESPACE: Uuid = Uuid::from_u128(0x6669_726e_0003_4000_8000_6f75_7463_6f6d);

/// One thing to export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An event, as recorded.
    Event(Recorded),
    /// What became of a statement, once it ended.
    Statement(Box<StatementOutcome>),
    /// What a detection found.
    Finding(Box<Finding>),
}

/// An event and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the journal.
    pub position: Position,
    /// The event.
    pub event: Arc<Event>,
}

/// What became of one statement: the fold of its events, and those of them that say who, what and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementOutcome {
    /// The statement.
    pub statement: StatementId,
    /// The event that completed it.
    pub completed: Recorded,
    /// The first `statement.submitted`: who, from where, the text as recorded.
    pub submitted: Option<Arc<Event>>,
    /// The first `statement.decided`: the verdict with its reasons and masks.
    pub decided: Option<Arc<Event>>,
    /// The first `statement.failed`, whether or not it was got over.
    pub failed: Option<Arc<Event>>,
    /// All its events folded.
    pub fold: StatementFold,
}

/// What a detection found in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable: the same finding of the same rule has the same id.
    pub id: Uuid,
    /// The last event it rests on.
    pub position: Position,
    /// When that happened.
    pub time: TimeNs,
    /// The rule's name.
    pub rule: String,
    /// What was found, for people.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// MITRE ATT&CK techniques, by their ids.
    pub attacks: Vec<String>,
    /// The session, where it is about one.
    pub session: Option<SessionId>,
    /// The statement, where it is about one.
    pub statement: Option<StatementId>,
    /// Who, where it is about one.
    pub principal: Option<Principal>,
}

impl Item {
    /// Stable: the same item has the same id in every sink, after every restart, in every backfill.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Event(recorded) => recorded.event.event_id.uuid(),
            Self::Statement(outcome) => outcome.id(),
            Self::Finding(finding) => finding.id,
        }
    }

    /// The place of the event that completed it.
    pub fn position(&self) -> Position {
        match self {
            Self::Event(recorded) => recorded.position,
            Self::Statement(outcome) => outcome.completed.position,
            Self::Finding(finding) => finding.position,
        }
    }

    /// When it happened: for a statement, when it ended.
    pub fn time(&self) -> TimeNs {
        match self {
            Self::Event(recorded) => recorded.event.time,
            Self::Statement(outcome) => outcome.completed.event.time,
            Self::Finding(finding) => finding.time,
        }
    }

    /// The session, where there is one.
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::Event(recorded) => recorded.event.session_id,
            Self::Statement(outcome) => outcome.completed.event.session_id,
            Self::Finding(finding) => finding.session,
        }
    }
}

impl StatementOutcome {
    /// Derived from the statement alone.
    pub fn id(&self) -> Uuid {
        Uuid::new_v5(&OUTCOME_NAMESPACE, self.statement.uuid().as_bytes())
    }
}
