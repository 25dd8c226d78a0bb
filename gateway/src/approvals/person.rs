//! Who answers, and how an answered statement is told.
//!
//! Enters: an approver with every name their token gives them; a hold. Leaves: whether somebody acts for them; a sentence. Never here: what
//! they may answer.

use event::payload::{Approver, Quorum};
use event::{EventId, Principal, SessionId, StatementId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::control::vote::behind;

/// Somebody who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As their answer is recorded.
    pub approver: Approver,
    /// Whatever else their token names them.
    pub names: Vec<String>,
}

impl From<Approver> for Person {
    fn from(approver: Approver) -> Self {
        Self {
            approver,
            names: Vec::new(),
        }
    }
}

impl Person {
    /// Whether `principal` acts for this person, by any of their names.
    pub(super) fn is_acted_for_by(&self, principal: &Principal) -> bool {
        let own = [&self.approver.subject, &self.approver.display];
        let mut names = self.names.iter().chain(own);
        behind(principal).is_some_and(|human| names.any(|name| name.eq_ignore_ascii_case(human)))
    }
}

/// Where a statement that people were asked about stands, and by whose word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StatementStanding)]
pub struct Standing {
    /// The statement.
    #[schema(value_type = String, format = Uuid)]
    pub statement_id: StatementId,
    /// Its session.
    #[schema(value_type = String, format = Uuid)]
    pub session_id: SessionId,
    /// Who asked.
    pub requester: Principal,
    /// Who must agree, or had to.
    pub quorum: Vec<Quorum>,
    /// `pending`, `approved`, `denied`, `expired` or `canceled`.
    pub status: &'static str,
    /// Whether it ran.
    pub ran: bool,
    /// Who agreed, each with their words.
    pub approved_by: Vec<(Approver, String)>,
    /// Who said no, with their words.
    #[schema(required)]
    pub denied_by: Option<(Approver, String)>,
    /// It was covered by this earlier yes, or began one that covers more.
    #[schema(required)]
    pub under: Option<EventId>,
}

impl Standing {
    /// The same in a sentence.
    pub fn told(&self) -> String {
        let said = |(by, note): &(Approver, String)| match note.as_str() {
            "" => by.display.clone(),
            note => format!("{} ({note})", by.display),
        };
        match (&self.denied_by, self.approved_by.as_slice()) {
            (Some(by), _) => format!("denied by {}", said(by)),
            (None, []) => self.status.to_owned(),
            (None, yes) => {
                let people: Vec<String> = yes.iter().map(said).collect();
                let ran = if self.ran { ", and it ran" } else { "" };
                format!("{}: {} said yes{ran}", self.status, people.join(", "))
            }
        }
    }
}
