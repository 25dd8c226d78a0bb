//! What people said of one statement.
//!
//! Enters: approval events in order, and the fold that judges them. Leaves: who answered what, and how it ended. Never here: a
//! judgement of its own.

use event::TimeNs;
use event::fold::{ApprovalFold, ApprovalOutcome};
use event::payload::{ApprovalRequested, Approver};

use super::{Answer, Approval};

impl Approval {
    /// A request at `at_ns`.
    pub(super) fn requested(at_ns: i64, request: ApprovalRequested) -> Self {
        Self {
            at_ns,
            quorum: request.quorum,
            reasons: request.reasons,
            expires: Some(request.expires),
            answers: Vec::new(),
            outcome: ApprovalOutcome::Pending,
            ended_at_ns: None,
            wait_ns: None,
        }
    }

    /// An answer to a request that is not in the record.
    pub(super) const fn unasked(at_ns: i64) -> Self {
        Self {
            at_ns,
            quorum: Vec::new(),
            reasons: Vec::new(),
            expires: None,
            answers: Vec::new(),
            outcome: ApprovalOutcome::Pending,
            ended_at_ns: None,
            wait_ns: None,
        }
    }

    /// One person's answer.
    pub(super) fn answer(&mut self, at_ns: i64, granted: bool, by: Approver, note: String) {
        self.answers.push(Answer {
            at_ns,
            granted,
            by,
            note,
        });
    }

    /// How it ended, in the words of the fold.
    pub(super) fn judge(&mut self, start: TimeNs, fold: &ApprovalFold) {
        self.outcome = fold.outcome().unwrap_or(ApprovalOutcome::Pending);
        self.ended_at_ns = fold.ended_at().map(|at| at.0 - start.0);
        self.wait_ns = self.ended_at_ns.map(|ended| ended - self.at_ns);
    }
}
