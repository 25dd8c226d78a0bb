//! What became of one statement.
//!
//! Enters: its events. Leaves: its outcome and what led to it. Never here: its text, its rows.

use super::{ApprovalFold, ApprovalOutcome, Deliveries, First, Outcome, Place};
use crate::payload::{Canceler, FailureStage, Verdict};
use crate::{Event, Payload, TimeNs};

/// How it ended in an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where on its way the statement was.
    pub stage: FailureStage,
    /// As the driver showed it.
    pub code: String,
    /// When it happened.
    pub at: TimeNs,
}

/// One statement so far. Each event of it is applied once, those of a lane in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementFold {
    /// Its first and its last event, by their producers' clocks.
    times: Option<(TimeNs, TimeNs)>,
    verdict: First<Verdict>,
    approval: ApprovalFold,
    query_id: First<Option<String>>,
    /// The least of those that results name, for what was forwarded without one.
    started_query_id: Option<String>,
    deliveries: Deliveries,
    delivered_last: Option<Place>,
    failure: First<Failure>,
    failed_last: Option<Place>,
    refused: bool,
    canceled_by: First<Canceler>,
    duration_ns: Option<u64>,
}

impl StatementFold {
    /// Folds one event of the statement. Pages say nothing that the end of their stretch does not.
    pub fn apply(&mut self, place: Place, event: &Event) {
        if matches!(event.payload, Payload::ResponsePage(_)) {
            return;
        }
        let time = event.time;
        self.times = Some(match self.times {
            None => (time, time),
            Some((first, last)) => (first.min(time), last.max(time)),
        });
        self.approval.apply(place, time, &event.payload);
        match &event.payload {
            Payload::StatementDecided(decided) => self.verdict.offer(place, || decided.verdict),
            Payload::StatementForwarded(forwarded) => {
                self.query_id.offer(place, || forwarded.query_id.clone());
            }
            Payload::ResponseStarted(started) => {
                self.deliveries.started(started);
                let known = self.started_query_id.as_ref();
                if known.is_none_or(|known| started.query_id < *known) {
                    self.started_query_id = Some(started.query_id.clone());
                }
            }
            Payload::ResponseFinished(finished) => {
                self.deliveries.finished(finished);
                self.delivered_last = self.delivered_last.max(Some(place));
                self.duration_ns = self.duration_ns.max(Some(finished.duration_ns));
            }
            Payload::StatementFailed(failed) => {
                self.failure.offer(place, || Failure {
                    stage: failed.stage,
                    code: failed.code.clone(),
                    at: time,
                });
                self.failed_last = self.failed_last.max(Some(place));
                self.duration_ns = self.duration_ns.max(Some(failed.duration_ns));
            }
            Payload::StageRefused(_) => self.refused = true,
            Payload::StatementCanceled(canceled) => {
                self.canceled_by.offer(place, || canceled.by.clone());
            }
            _ => {}
        }
    }

    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        let approval = self.approval.outcome();
        let denied = self.verdict() == Some(Verdict::Deny)
            || self.refused
            || matches!(
                self.failure.get().map(|failure| failure.stage),
                Some(FailureStage::Policy | FailureStage::Approval)
            )
            || matches!(
                approval,
                Some(ApprovalOutcome::Denied | ApprovalOutcome::Expired)
            );
        if denied {
            Outcome::Denied
        } else if self.failure().is_some() {
            Outcome::Failed
        } else if self.canceled_by().is_some() || approval == Some(ApprovalOutcome::Canceled) {
            Outcome::Canceled
        } else if self.deliveries.sums().is_some() {
            Outcome::Succeeded
        } else if approval == Some(ApprovalOutcome::Pending) {
            Outcome::Held
        } else {
            Outcome::Running
        }
    }

    /// When it arrived, or what is recorded of it begins.
    pub fn began_at(&self) -> Option<TimeNs> {
        self.times.map(|(first, _)| first)
    }

    /// Its last event's time.
    pub fn last_at(&self) -> Option<TimeNs> {
        self.times.map(|(_, last)| last)
    }

    /// What the policy said.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict.get().copied()
    }

    /// What people said.
    pub const fn approval(&self) -> &ApprovalFold {
        &self.approval
    }

    /// What was delivered.
    pub const fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// How it failed, unless that was got over.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.get().filter(|_| !self.got_over())
    }

    /// A chunk that failed, was asked for again and came: nothing is missing, and its driver showed no error.
    pub fn got_over(&self) -> bool {
        self.failed_last.is_some()
            && self.failed_last < self.delivered_last
            && self.deliveries.is_whole()
    }

    /// Who canceled it: `client`, `killed` or `timeout`.
    pub fn canceled_by(&self) -> Option<&Canceler> {
        self.canceled_by.get()
    }

    /// Snowflake's query id.
    pub fn query_id(&self) -> Option<&str> {
        let forwarded = self.query_id.get().and_then(Option::as_ref);
        let known = forwarded.or(self.started_query_id.as_ref());
        known.map(String::as_str)
    }

    /// From arrival to the last delivery or the error, nanoseconds.
    pub const fn duration_ns(&self) -> Option<u64> {
        self.duration_ns
    }
}
