//! The one table of who may do what.
//!
//! Enters: an action, what the caller is. Leaves: how far the caller may go. Never here: an action without a line, or a rule that
//! stands anywhere else. `door/authorization.txt` is this table as people read it; a change shows there.

use crate::authority::{Authorities, Authority};

/// Something that can be asked of firn, through whichever door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The front page: what this is.
    Greet,
    /// Whether the process lives, and whether it is ready.
    Probe,
    /// The interface's own description.
    Describe,
    /// The way of a browser to its identity provider and back.
    SignIn,
    /// Who one is here, and the end of being signed in.
    UseConsole,
    /// Sign in and run statements, through the driver's protocol; the policy decides each.
    UseWarehouse,
    /// SQL over the record.
    QueryRecord,
    /// The list of sessions.
    ListSessions,
    /// One session, event by event.
    ReplaySession,
    /// The rules in force, and what they say to a statement.
    ReadPolicy,
    /// That something was recorded, as it happens; not what.
    FollowRecord,
    /// Recompute every hash.
    VerifyRecord,
    /// End sessions of others.
    KillSessions,
    /// Statements that wait for people.
    ListApprovals,
    /// Yes or no to one of them.
    AnswerApproval,
    /// Counters and histograms of this process.
    ReadMetrics,
}

impl Action {
    /// All, in the matrix' order.
    pub const ALL: [Self; 16] = [
        Self::Greet,
        Self::Probe,
        Self::Describe,
        Self::SignIn,
        Self::UseConsole,
        Self::UseWarehouse,
        Self::QueryRecord,
        Self::ListSessions,
        Self::ReplaySession,
        Self::ReadPolicy,
        Self::FollowRecord,
        Self::VerifyRecord,
        Self::KillSessions,
        Self::ListApprovals,
        Self::AnswerApproval,
        Self::ReadMetrics,
    ];

    /// Its name, for the table and for refusals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Greet => "greet",
            Self::Probe => "probe",
            Self::Describe => "describe",
            Self::SignIn => "sign in",
            Self::UseConsole => "use the console",
            Self::UseWarehouse => "use the warehouse",
            Self::QueryRecord => "query the record",
            Self::ListSessions => "list sessions",
            Self::ReplaySession => "replay a session",
            Self::ReadPolicy => "read the policy",
            Self::FollowRecord => "follow the record",
            Self::VerifyRecord => "verify the record",
            Self::KillSessions => "kill sessions",
            Self::ListApprovals => "list approvals",
            Self::AnswerApproval => "answer an approval",
            Self::ReadMetrics => "read metrics",
        }
    }

    /// Nobody need say who they are.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Greet | Self::Probe | Self::Describe | Self::SignIn => true,
            Self::UseConsole
            | Self::UseWarehouse
            | Self::QueryRecord
            | Self::ListSessions
            | Self::ReplaySession
            | Self::ReadPolicy
            | Self::FollowRecord
            | Self::VerifyRecord
            | Self::KillSessions
            | Self::ListApprovals
            | Self::AnswerApproval
            | Self::ReadMetrics => false,
        }
    }

    /// Which authorities may do it at all; for refusals that say what is missing.
    pub fn asks_for(self) -> Vec<Authority> {
        let may = |one: &Authority| self.scope(Authorities::of([*one])).is_any();
        Authority::ALL.into_iter().filter(may).collect()
    }

    /// How far a caller with `authorities` may go.
    pub fn scope(self, authorities: Authorities) -> Scope {
        authorities
            .iter()
            .map(|one| self.line(one))
            .fold(Scope::NOTHING, Scope::and)
    }

    const fn line(self, authority: Authority) -> Scope {
        use Authority as A;
        match self {
            Self::Greet | Self::Probe | Self::Describe | Self::SignIn => Scope::ALL,
            Self::UseConsole => Scope::OWN,
            Self::UseWarehouse => match authority {
                A::Agent => Scope::OWN,
                A::Approver | A::Auditor | A::Investigator | A::Operator | A::Admin => {
                    Scope::NOTHING
                }
            },
            Self::QueryRecord | Self::ListSessions | Self::ReplaySession => match authority {
                A::Auditor => Scope::ALL,
                A::Investigator => Scope::UNOBSERVED,
                A::Agent | A::Approver | A::Operator | A::Admin => Scope::NOTHING,
            },
            // A rule tells what is looked for: not for those it is looked for at.
            Self::ReadPolicy => match authority {
                A::Auditor | A::Investigator | A::Operator | A::Admin => Scope::ALL,
                A::Agent | A::Approver => Scope::NOTHING,
            },
            // Whoever may answer holds hears that there is something; which sessions, only who may read them.
            Self::FollowRecord => match authority {
                A::Auditor => Scope::ALL,
                A::Investigator => Scope::UNOBSERVED,
                A::Approver | A::Operator => Scope::ELIGIBLE,
                A::Agent | A::Admin => Scope::NOTHING,
            },
            Self::VerifyRecord => match authority {
                A::Auditor | A::Operator => Scope::ALL,
                A::Agent | A::Approver | A::Investigator | A::Admin => Scope::NOTHING,
            },
            Self::ListApprovals => match authority {
                A::Agent => Scope::OWN,
                A::Approver => Scope::ELIGIBLE,
                A::Operator => Scope::ALL,
                A::Auditor | A::Investigator | A::Admin => Scope::NOTHING,
            },
            Self::AnswerApproval => match authority {
                A::Approver => Scope::ELIGIBLE,
                A::Agent | A::Auditor | A::Investigator | A::Operator | A::Admin => Scope::NOTHING,
            },
            Self::KillSessions | Self::ReadMetrics => match authority {
                A::Operator | A::Admin => Scope::ALL,
                A::Agent | A::Approver | A::Auditor | A::Investigator => Scope::NOTHING,
            },
        }
    }
}

/// How far: which of the things an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(u8);

impl Scope {
    /// None of them.
    pub const NOTHING: Self = Self(0);
    /// The caller's own.
    pub const OWN: Self = Self(1);
    /// Those a hold asks the caller's groups for.
    pub const ELIGIBLE: Self = Self(2);
    /// All but who reads the record.
    pub const UNOBSERVED: Self = Self(4);
    /// All of them.
    pub const ALL: Self = Self(8);

    /// What either of the two holds.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it holds `other`.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Anything at all.
    pub const fn is_any(self) -> bool {
        self.0 != 0
    }

    /// As the table writes it.
    pub const fn as_str(self) -> &'static str {
        if self.has(Self::ALL) {
            "all"
        } else if self.has(Self::UNOBSERVED) {
            "unobserved"
        } else if self.has(Self::ELIGIBLE) && self.has(Self::OWN) {
            "own, eligible"
        } else if self.has(Self::ELIGIBLE) {
            "eligible"
        } else if self.has(Self::OWN) {
            "own"
        } else {
            "-"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_somebodys_and_the_agents_are_few() {
        for action in Action::ALL {
            assert!(!action.asks_for().is_empty(), "{}", action.as_str());
        }
        let agent = Authorities::of([Authority::Agent]);
        let reach: Vec<_> = Action::ALL
            .into_iter()
            .filter(|action| !action.is_open() && action.scope(agent).is_any())
            .map(|action| (action.as_str(), action.scope(agent).as_str()))
            .collect();
        assert_eq!(
            reach,
            [
                ("use the console", "own"),
                ("use the warehouse", "own"),
                ("list approvals", "own")
            ]
        );
    }

    #[test]
    fn more_authorities_never_take_away() {
        for action in Action::ALL {
            for one in Authority::ALL {
                let alone = action.scope(Authorities::of([one]));
                for other in Authority::ALL {
                    let both = action.scope(Authorities::of([one, other]));
                    assert!(both.has(alone), "{} {one} {other}", action.as_str());
                }
            }
        }
    }
}
