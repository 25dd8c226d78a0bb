//! A timeline as the moments at which something new is to be seen.
//!
//! Enters: a [`Timeline`]. Leaves: steps in order of their time. Never here: how long a pause is played.

use event::payload::Verdict;

use super::{Entry, Marker, Statement, Timeline};

/// What of an entry shows from a step on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The note, or the statement's text.
    Begun,
    /// What the policy said.
    Decided,
    /// It waits for people.
    Held,
    /// The answer of this number.
    Answered(usize),
    /// How the wait ended, where no answer ended it.
    WaitEnded,
    /// It went upstream.
    Forwarded,
    /// The result at this index.
    Result(usize),
    /// The file at this index moved.
    Moved(usize),
    /// It failed.
    Failed,
    /// It was canceled.
    Canceled,
}

/// One moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Nanoseconds from the session's start.
    pub at_ns: i64,
    /// Which entry.
    pub entry: usize,
    /// What of it.
    pub phase: Phase,
    /// The moment a refusal shows.
    pub denial: bool,
    /// The moment it shows that something is masked.
    pub mask: bool,
    /// The moment it begins to wait for people.
    pub hold: bool,
}

impl Timeline {
    /// Every moment, in order of time; within one entry in order of its phases.
    pub fn steps(&self) -> Vec<Step> {
        steps_of(&self.entries)
    }
}

/// Every moment of `entries`, in the same order.
pub(crate) fn steps_of(entries: &[Entry]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        match entry {
            Entry::Note(note) => steps.push(Step {
                at_ns: note.at_ns,
                entry: index,
                phase: Phase::Begun,
                denial: note.markers.contains(&Marker::Denied),
                mask: false,
                hold: false,
            }),
            Entry::Statement(statement) => steps.extend(of_statement(index, statement)),
        }
    }
    steps.sort_by_key(|step| step.at_ns);
    steps
}

fn of_statement(entry: usize, statement: &Statement) -> Vec<Step> {
    let mut moments = vec![(statement.at_ns, Phase::Begun)];
    if let Some(decision) = &statement.decision {
        moments.push((decision.at_ns, Phase::Decided));
    }
    if let Some(approval) = &statement.approval {
        moments.push((approval.at_ns, Phase::Held));
        let answers = approval.answers.iter().enumerate();
        moments.extend(answers.map(|(number, answer)| (answer.at_ns, Phase::Answered(number))));
        let last = approval.answers.last().map(|answer| answer.at_ns);
        if let Some(ended) = approval.ended_at_ns.filter(|ended| Some(*ended) != last) {
            moments.push((ended, Phase::WaitEnded));
        }
    }
    if let Some(forwarded) = &statement.forwarded {
        moments.push((forwarded.at_ns, Phase::Forwarded));
    }
    let results = statement.results.iter().enumerate();
    moments.extend(results.map(|(index, result)| (result.at_ns, Phase::Result(index))));
    let files = statement.files.iter().enumerate();
    moments.extend(files.map(|(index, file)| (file.at_ns, Phase::Moved(index))));
    if let Some(failure) = &statement.failure {
        moments.push((failure.at_ns, Phase::Failed));
    }
    if let Some(canceled) = &statement.canceled {
        moments.push((canceled.at_ns, Phase::Canceled));
    }
    let denied_at = statement.denied_at_ns();
    let masked = statement.masked_at();
    let mut steps: Vec<Step> = moments
        .into_iter()
        .map(|(at_ns, phase)| Step {
            at_ns,
            entry,
            phase,
            denial: false,
            mask: masked == Some(phase),
            hold: phase == Phase::Held,
        })
        .collect();
    let first = steps
        .iter_mut()
        .find(|step| Some(step.at_ns) == denied_at && step.phase != Phase::Begun);
    if let Some(step) = first {
        step.denial = true;
    }
    steps
}

impl Statement {
    /// With which phase it shows that something of it is masked: the decision that says so, or the first result that is.
    fn masked_at(&self) -> Option<Phase> {
        let planned = self.decision.as_ref().is_some_and(|decision| {
            decision.mask_all || !decision.masks.is_empty() || decision.verdict == Verdict::Mask
        });
        if planned {
            return Some(Phase::Decided);
        }
        let mut results = self.results.iter();
        let first = results.position(|result| result.masked_cells > 0);
        first.map(Phase::Result)
    }

    /// When it was refused, if it was: by policy, by people, or by nobody's answer.
    pub fn denied_at_ns(&self) -> Option<i64> {
        use super::ApprovalOutcome;
        use event::payload::FailureStage;
        let by_policy = self
            .decision
            .as_ref()
            .filter(|decision| decision.verdict == Verdict::Deny);
        let by_people = self.approval.as_ref().filter(|approval| {
            matches!(
                approval.outcome,
                ApprovalOutcome::Denied | ApprovalOutcome::Expired
            )
        });
        let told = self.failure.as_ref().filter(|failure| {
            matches!(failure.stage, FailureStage::Policy | FailureStage::Approval)
        });
        by_policy
            .map(|decision| decision.at_ns)
            .or_else(|| by_people.and_then(|approval| approval.ended_at_ns))
            .or_else(|| told.map(|failure| failure.at_ns))
    }
}
