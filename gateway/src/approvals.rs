//! Approvals: people answering held statements.
//!
//! Enters: who answers, with the groups held now, and what. Leaves: a durable vote and where the hold stands after it.
//! Never here: the original text or binds; an approver sees what the record shows.

mod routes;

use event::payload::{ApprovalDenied, ApprovalGranted, Approver, Bind, Quorum};
use event::{ApprovalBinding, Principal, SessionId, StatementId, TimeNs};
use serde::Serialize;

use crate::about::About;
use crate::control::state::{Hold, Phase};
use crate::control::vote::Ineligible;
use crate::control::{Control, ControlError, HoldStatus, Touches};
use crate::limits::NOTE_BYTES_MAX;

pub use routes::{Description, routes};

/// One held statement as an approver sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingApproval {
    /// What to answer.
    pub statement_id: StatementId,
    /// Whose session.
    pub session_id: SessionId,
    /// Who asks. What the agent says of itself is untrusted.
    pub requester: Principal,
    /// Where it would run.
    pub connection: String,
    /// The statement as the record shows it; none if it was sealed by a gateway with other keys.
    pub text: Option<String>,
    /// Its binds as the record shows them.
    pub binds: Vec<Bind>,
    /// What it reads, writes and uses; empty if it was sealed by a gateway with other keys.
    pub touches: Touches,
    /// Why it is held.
    pub reasons: Vec<String>,
    /// Who must agree.
    pub quorum: Vec<Quorum>,
    /// Who has.
    pub approved_by: Vec<Approver>,
    /// What an answer is bound to.
    pub binding: ApprovalBinding,
    /// When it was asked.
    pub requested: TimeNs,
    /// How long it waits already, nanoseconds.
    pub age_ns: u64,
    /// When it lapses.
    pub expires: TimeNs,
}

/// What an answer led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Where the hold stands now.
    pub status: HoldStatus,
    /// People who agreed so far.
    pub approved_by: Vec<Approver>,
}

/// Why an answer does not count.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No such hold.
    #[error("no statement {0} is held: list the pending ones")]
    Unknown(StatementId),
    /// This person may not answer it now.
    #[error(transparent)]
    Ineligible(#[from] Ineligible),
    /// The note is too long.
    #[error("the note must have at most {NOTE_BYTES_MAX} bytes")]
    Note,
    /// It could not be recorded, or not be read back.
    #[error(transparent)]
    Control(#[from] ControlError),
}

/// Lists and answers held statements, on any gateway.
#[derive(Clone)]
pub struct Approvals {
    control: Control,
}

impl Approvals {
    /// Over this gateway's view of the control topic.
    pub const fn new(control: Control) -> Self {
        Self { control }
    }

    /// What waits for people now, oldest first.
    pub fn pending(&self) -> Vec<PendingApproval> {
        self.pending_of(|_| true)
    }

    /// What waits for people now of the requesters that `wanted` says yes to, oldest first.
    pub fn pending_of(&self, wanted: impl Fn(&Principal) -> bool) -> Vec<PendingApproval> {
        let now = self.control.clock().now();
        let holds: Vec<Hold> = self.control.with_state(|state| {
            let waiting = state
                .holds()
                .filter(|(_, hold)| hold.phase == Phase::Pending && now < hold.request.expires)
                .filter(|(_, hold)| wanted(&hold.about.principal));
            waiting.map(|(_, hold)| hold.clone()).collect()
        });
        let mut pending: Vec<_> = holds
            .into_iter()
            .map(|hold| self.describe(hold, now))
            .collect();
        pending.sort_by_key(|one| (one.requested, one.statement_id));
        pending
    }

    /// One person says yes.
    pub async fn grant(
        &self,
        statement: StatementId,
        by: Approver,
        note: String,
    ) -> Result<Answered, AnswerError> {
        let (about, binding) = self.admit(statement, &by, &note)?;
        let granted = ApprovalGranted {
            binding,
            by: by.clone(),
            note,
        };
        let emitted = self.control.emit(&about, granted).await?;
        if !self.control.vote_counted(statement, emitted.event_id) {
            // Another answer came between: say what it was.
            self.admit(statement, &by, "")?;
        }
        self.answered(&about)
    }

    /// One person says no, which ends it.
    pub async fn deny(
        &self,
        statement: StatementId,
        by: Approver,
        note: String,
    ) -> Result<Answered, AnswerError> {
        let (about, binding) = self.admit(statement, &by, &note)?;
        let denied = ApprovalDenied { binding, by, note };
        self.control.emit(&about, denied).await?;
        self.answered(&about)
    }

    fn admit(
        &self,
        statement: StatementId,
        by: &Approver,
        note: &str,
    ) -> Result<(About, ApprovalBinding), AnswerError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(AnswerError::Note);
        }
        let now = self.control.clock().now();
        self.control.with_state(|state| {
            let hold = state
                .hold(statement)
                .ok_or(AnswerError::Unknown(statement))?;
            hold.eligibility(by, now)?;
            Ok((hold.about.clone(), hold.request.binding))
        })
    }

    fn answered(&self, about: &About) -> Result<Answered, AnswerError> {
        let unknown = || AnswerError::Unknown(about.statement);
        let status = self
            .control
            .status(about.session, about.statement)
            .ok_or_else(unknown)?;
        let approved_by = self.control.with_state(|state| {
            let votes = state.hold(about.statement).map(|hold| &hold.votes);
            votes
                .into_iter()
                .flatten()
                .map(|vote| vote.by.clone())
                .collect()
        });
        Ok(Answered {
            status,
            approved_by,
        })
    }

    fn describe(&self, hold: Hold, now: TimeNs) -> PendingApproval {
        let held = self.control.open_held(&hold.request.sealed).ok();
        let (text, binds, touches) = held.map_or_else(Default::default, |held| {
            (Some(held.shown.into_inner()), held.binds, held.touches)
        });
        PendingApproval {
            statement_id: hold.about.statement,
            session_id: hold.about.session,
            requester: hold.about.principal,
            connection: hold.about.connection,
            text,
            binds,
            touches,
            reasons: hold.request.reasons,
            quorum: hold.request.quorum,
            approved_by: hold.votes.into_iter().map(|vote| vote.by).collect(),
            binding: hold.request.binding,
            requested: hold.requested,
            age_ns: u64::try_from(now.0.saturating_sub(hold.requested.0)).unwrap_or(0),
            expires: hold.request.expires,
        }
    }
}

#[cfg(test)]
mod tests;
