//! What people said of one statement.
//!
//! Enters: approval events in order. Leaves: who answered what, and how it ended. Never here: whether the answer was rightly given; the
//! gateway decided that and claimed the statement.

use event::payload::{ApprovalRequested, Approver, Quorum};

use super::{Answer, Approval, Outcome};

impl Approval {
    /// A request at `at_ns`.
    pub(super) fn requested(at_ns: i64, request: ApprovalRequested) -> Self {
        Self {
            at_ns,
            quorum: request.quorum,
            reasons: request.reasons,
            expires: Some(request.expires),
            answers: Vec::new(),
            outcome: Outcome::Pending,
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
            outcome: Outcome::Pending,
            ended_at_ns: None,
            wait_ns: None,
        }
    }

    /// One person's answer; the first no and the last needed yes end it.
    pub(super) fn answer(&mut self, at_ns: i64, granted: bool, by: Approver, note: String) {
        self.answers.push(Answer {
            at_ns,
            granted,
            by,
            note,
        });
        if !granted {
            self.end(at_ns, Outcome::Denied);
        } else if !self.quorum.is_empty() && self.quorum.iter().all(|quorum| self.met(quorum)) {
            self.end(at_ns, Outcome::Granted);
        }
    }

    /// The first end counts.
    pub(super) fn end(&mut self, at_ns: i64, outcome: Outcome) {
        if self.outcome == Outcome::Pending {
            self.outcome = outcome;
            self.ended_at_ns = Some(at_ns);
            self.wait_ns = Some(at_ns - self.at_ns);
        }
    }

    fn met(&self, quorum: &Quorum) -> bool {
        let mut people: Vec<(&str, &str)> = self
            .answers
            .iter()
            .filter(|answer| answer.granted && answer.by.groups.contains(&quorum.group))
            .map(|answer| (answer.by.issuer.as_str(), answer.by.subject.as_str()))
            .collect();
        people.sort_unstable();
        people.dedup();
        people.len() >= quorum.needed as usize
    }
}
