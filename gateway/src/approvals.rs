//! Approvals: people answering held statements.
//!
//! Enters: who answers, with the groups held now, and what. Leaves: a durable vote and where the hold stands after it.
//! Never here: the original text or binds; an approver sees what the record shows.

mod alike;
mod error;
mod estimate;
mod person;
mod routes;
mod scope;
mod standing;
pub mod webhook;

use std::sync::Arc;

use access::policy::ApprovalRules;
use event::payload::{ApprovalDenied, ApprovalGranted, Approver, Bind, Quorum, ScopeKind};
use event::{ApprovalBinding, Principal, SessionId, StatementId, TimeNs};
use serde::Serialize;
use utoipa::ToSchema;

use crate::about::About;
use crate::control::state::{Hold, Phase};
use crate::control::vote::Ineligible;
use crate::control::{Control, HoldStatus, Touches};
use crate::limits::NOTE_BYTES_MAX;

pub use alike::{Alike, Like, Memory, Unread};
pub use error::AnswerError;
pub use estimate::Estimate;
pub use person::{Person, Standing};
pub use routes::{Description, routes};
pub use scope::{NotGiven, Wish};
pub use standing::StandingGrant;

/// One held statement as an approver sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PendingApproval {
    /// What to answer.
    #[schema(value_type = String, format = Uuid)]
    pub statement_id: StatementId,
    /// Whose session.
    #[schema(value_type = String, format = Uuid)]
    pub session_id: SessionId,
    /// Who asks. What the agent says of itself is untrusted.
    pub requester: Principal,
    /// Where it would run.
    pub connection: String,
    /// The statement as the record shows it; none if it was sealed by a gateway with other keys.
    #[schema(required)]
    pub text: Option<String>,
    /// Its binds as the record shows them.
    pub binds: Vec<Bind>,
    /// What it reads, writes, uses and shows; empty if it was sealed by a gateway with other keys.
    pub touches: Touches,
    /// How much it would read, or why that is not known; none until a gateway knows either.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// Why it is held.
    pub reasons: Vec<String>,
    /// Who must agree.
    pub quorum: Vec<Quorum>,
    /// Who has.
    pub approved_by: Vec<Approver>,
    /// What an answer is bound to.
    #[schema(value_type = String)]
    pub binding: ApprovalBinding,
    /// When it was asked, nanoseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub requested: TimeNs,
    /// How long it waits already, nanoseconds.
    pub age_ns: u64,
    /// When it lapses, likewise.
    #[schema(value_type = i64)]
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

/// What the policy in force says of approvals.
type Rules = Arc<dyn Fn() -> ApprovalRules + Send + Sync>;

/// Lists and answers held statements, on any gateway.
#[derive(Clone)]
pub struct Approvals {
    control: Control,
    rules: Rules,
}

impl Approvals {
    /// Over this gateway's view of the control topic, where every yes is for one statement, at any hour.
    pub fn new(control: Control) -> Self {
        Self::under(control, ApprovalRules::default)
    }

    /// The same by what `rules` say when they are asked.
    pub fn under(
        control: Control,
        rules: impl Fn() -> ApprovalRules + Send + Sync + 'static,
    ) -> Self {
        Self {
            control,
            rules: Arc::new(rules),
        }
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

    /// What somebody in `groups` may give besides one statement that is held for `quorum`.
    pub fn may_give(&self, quorum: &[Quorum], groups: &[String]) -> Vec<ScopeKind> {
        let rules = (self.rules)();
        let asked = || quorum.iter().map(|part| &part.group);
        let given = |kind: &ScopeKind| match kind {
            ScopeKind::BreakGlass => rules.break_glass(groups).is_some(),
            ScopeKind::Shape | ScopeKind::Session => {
                asked().any(|group| groups.contains(group) && rules.terms(*kind, group).is_some())
            }
        };
        ScopeKind::ALL.iter().copied().filter(given).collect()
    }

    /// One person says yes to one statement.
    pub async fn grant(
        &self,
        statement: StatementId,
        by: impl Into<Person>,
        note: String,
    ) -> Result<Answered, AnswerError> {
        self.grant_for(statement, by, note, None).await
    }

    /// One person says yes, to more than the one statement where they wish so and the policy lets them.
    pub async fn grant_for(
        &self,
        statement: StatementId,
        by: impl Into<Person>,
        note: String,
        wish: Option<Wish>,
    ) -> Result<Answered, AnswerError> {
        let person = by.into();
        let glass = wish
            .as_ref()
            .is_some_and(|wish| wish.kind == ScopeKind::BreakGlass);
        let hold = self.admit(statement, &person, &note, glass)?;
        let (now, rules) = (self.control.clock().now(), (self.rules)());
        let (by, quorum) = (person.approver.clone(), &hold.request.quorum);
        if !glass {
            scope::at_this_hour(&rules, quorum, &by, now)?;
        }
        let held = self.control.open_held(&hold.request.sealed).ok();
        let scope = match &wish {
            None => None,
            Some(wish) => {
                let asked = (quorum.as_slice(), held.as_ref());
                Some(scope::given(&rules, asked, &by, (wish, &note), now)?)
            }
        };
        let granted = ApprovalGranted {
            binding: hold.request.binding,
            by,
            note,
            scope,
        };
        let emitted = self.control.emit(&hold.about, granted).await?;
        if !self.control.vote_counted(statement, emitted.event_id) {
            // Another answer came between: say what it was.
            self.admit(statement, &person, "", glass)?;
        }
        self.answered(&hold.about)
    }

    /// One person says no, which ends it.
    pub async fn deny(
        &self,
        statement: StatementId,
        by: impl Into<Person>,
        note: String,
    ) -> Result<Answered, AnswerError> {
        let person = by.into();
        let hold = self.admit(statement, &person, &note, false)?;
        let denied = ApprovalDenied {
            binding: hold.request.binding,
            by: person.approver,
            note,
        };
        self.control.emit(&hold.about, denied).await?;
        self.answered(&hold.about)
    }

    /// Where a statement stands that people were asked about.
    pub fn standing_of(&self, statement: StatementId) -> Option<Standing> {
        let hold = self
            .control
            .with_state(|state| state.hold(statement).cloned())?;
        let denied_by = match &hold.phase {
            Phase::Denied { by, note } => Some((by.clone(), note.clone())),
            _ => None,
        };
        Some(Standing {
            statement_id: statement,
            session_id: hold.about.session,
            status: hold.phase.as_str(),
            ran: hold.ran,
            approved_by: hold
                .votes
                .into_iter()
                .map(|vote| (vote.by, vote.note))
                .collect(),
            denied_by,
            under: hold.under,
            quorum: hold.request.quorum,
            requester: hold.about.principal,
        })
    }

    /// What a statement touches that people were asked about; none once nobody can run it any more, or where a gateway with other keys
    /// sealed it.
    pub fn touches_of(&self, statement: StatementId) -> Option<Touches> {
        let sealed = self.control.with_state(|state| {
            let hold = state.hold(statement)?;
            (!hold.request.sealed.is_empty()).then(|| hold.request.sealed.clone())
        })?;
        self.control
            .open_held(&sealed)
            .ok()
            .map(|held| held.touches)
    }

    /// How much a statement would read that people were asked about, or why that is not known.
    pub fn estimate_of(&self, statement: StatementId) -> Option<Estimate> {
        self.control.with_state(|state| {
            let estimate = state.hold(statement)?.estimate.clone();
            estimate.map(Estimate::of)
        })
    }

    /// The hold that this person may answer now.
    fn admit(
        &self,
        statement: StatementId,
        person: &Person,
        note: &str,
        emergency: bool,
    ) -> Result<Hold, AnswerError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(AnswerError::Note);
        }
        let now = self.control.clock().now();
        let glass = (self.rules)();
        let glass = glass.break_glass(&person.approver.groups);
        let glass = glass.filter(|_| emergency).map(|terms| &terms.group);
        let hold = self
            .control
            .with_state(|state| state.hold(statement).cloned());
        let hold = hold.ok_or(AnswerError::Unknown(statement))?;
        hold.eligibility(&person.approver, glass, now)?;
        if person.is_acted_for_by(&hold.about.principal) {
            return Err(Ineligible::OnBehalfOf.into());
        }
        Ok(hold)
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
            estimate: hold.estimate.map(Estimate::of),
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
