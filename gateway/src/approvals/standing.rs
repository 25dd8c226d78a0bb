//! What people agreed to besides one statement: listed, taken back, looked at after an emergency.
//!
//! Enters: who asks or says. Leaves: standing grants as people see them, durable words. Never here: a grant that is taken back by
//! somebody it was not asked of.

use event::payload::{Approver, Quorum, ScopeKind};
use event::{EventId, Principal, SessionId, StatementId, TimeNs};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AnswerError, Approvals, Person};
use crate::control::grants::Grant;
use crate::limits::NOTE_BYTES_MAX;

/// One standing grant, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandingGrant {
    /// What names it: the `approval.granted` that completed it.
    #[schema(value_type = String, format = Uuid)]
    pub grant_id: EventId,
    /// `shape`, `session` or `break-glass`.
    pub kind: ScopeKind,
    /// The statement it was said to.
    #[schema(value_type = String, format = Uuid)]
    pub statement_id: StatementId,
    /// In which session.
    #[schema(value_type = String, format = Uuid)]
    pub session_id: SessionId,
    /// Whose statements it covers. What the agent says of itself is untrusted.
    pub requester: Principal,
    /// The connection it is for.
    pub connection: String,
    /// Who said it.
    pub granted_by: Vec<Approver>,
    /// Their words, in the same order.
    pub notes: Vec<String>,
    /// Who was asked.
    pub quorum: Vec<Quorum>,
    /// Since when, nanoseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub since: TimeNs,
    /// Until when, likewise.
    #[schema(value_type = i64)]
    pub until: TimeNs,
    /// Statements so far.
    pub used: u64,
    /// How many it covers; none is as many as come.
    #[schema(required)]
    pub uses: Option<u64>,
    /// Most rows of one result; none is as many as come.
    #[schema(required)]
    pub rows: Option<u64>,
    /// Who took it back.
    #[schema(required)]
    pub revoked_by: Option<Approver>,
    /// Who looked at it afterwards; only broken glass is to be looked at.
    #[schema(required)]
    pub reviewed_by: Option<Approver>,
    /// The group that may declare such an emergency: whoever is in it sees this too. Not told.
    #[serde(skip)]
    pub emergency: Option<String>,
}

impl StandingGrant {
    fn of(id: EventId, grant: &Grant) -> Self {
        let voters = grant.voters.iter().cloned();
        let (granted_by, notes) = voters.unzip();
        Self {
            grant_id: id,
            kind: grant.scope.kind,
            statement_id: grant.statement(),
            session_id: grant.session(),
            requester: grant.about.principal.clone(),
            connection: grant.about.connection.clone(),
            granted_by,
            notes,
            quorum: grant.quorum.clone(),
            since: grant.since,
            until: grant.scope.until,
            used: grant.used,
            uses: grant.scope.uses,
            rows: grant.scope.rows,
            revoked_by: grant.revoked.clone(),
            reviewed_by: grant.reviewed.clone(),
            emergency: grant.scope.group.clone(),
        }
    }
}

impl Approvals {
    /// What is in force now, oldest first.
    pub fn standing(&self) -> Vec<StandingGrant> {
        let now = self.control.clock().now();
        self.grants(|grant| grant.revoked.is_none() && now < grant.scope.until)
    }

    /// Broken glass that nobody has looked at, oldest first.
    pub fn reviews(&self) -> Vec<StandingGrant> {
        self.grants(Grant::awaits_review)
    }

    fn grants(&self, wanted: impl Fn(&Grant) -> bool) -> Vec<StandingGrant> {
        self.control.with_state(|state| {
            let grants = state.grants().iter().filter(|(_, grant)| wanted(grant));
            grants
                .map(|(id, grant)| StandingGrant::of(id, grant))
                .collect()
        })
    }

    /// Takes a standing grant back: nothing more runs by it. False where it was over already.
    pub async fn revoke(
        &self,
        grant: EventId,
        by: impl Into<Person>,
        reason: String,
    ) -> Result<bool, AnswerError> {
        let by = by.into().approver;
        let known = self.known(grant, &reason)?;
        if !known.may_be_revoked_by(&by) {
            return Err(AnswerError::NotYours);
        }
        Ok(self.control.revoke(grant, by, reason).await?)
    }

    /// Says that somebody looked at broken glass. False where somebody had.
    pub async fn review(
        &self,
        grant: EventId,
        by: impl Into<Person>,
        note: String,
    ) -> Result<bool, AnswerError> {
        let person = by.into();
        let known = self.known(grant, &note)?;
        if known.scope.kind != ScopeKind::BreakGlass {
            return Err(AnswerError::NoReview);
        }
        let acts = person.is_acted_for_by(&known.about.principal);
        if acts || !known.may_be_reviewed_by(&person.approver) || !may_look(&known, &person) {
            return Err(AnswerError::OwnReview);
        }
        Ok(self.control.review(grant, person.approver, note).await?)
    }

    fn known(&self, grant: EventId, words: &str) -> Result<Grant, AnswerError> {
        if words.len() > NOTE_BYTES_MAX {
            return Err(AnswerError::Note);
        }
        self.control
            .grant(grant)
            .ok_or(AnswerError::UnknownGrant(grant))
    }
}

/// Whether they are of those who would have been asked, or could have broken it themselves.
fn may_look(grant: &Grant, person: &Person) -> bool {
    grant.may_be_revoked_by(&person.approver)
}
