//! What a principal is to firn, by the groups the identity provider vouches for.
//!
//! Enters: groups, and the configuration's word on which group is what. Leaves: [`Authorities`]. Never here: what an authority may do
//! (see [`crate::matrix`]), or a group of an approver: those stand in the policy, hold by hold.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing a principal may be. A principal may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Authority {
    /// Whoever shows a valid token: agents first of all.
    Agent,
    /// Whoever belongs to a group that a hold asks for; which, the policy says, hold by hold.
    Approver,
    /// Reads the whole record, and proves it.
    Auditor,
    /// Reads the record, but not who else reads it.
    Investigator,
    /// Keeps firn running: health, metrics, what waits.
    Operator,
    /// Changes how firn is set up.
    Admin,
}

impl Authority {
    /// All, in the matrix' order.
    pub const ALL: [Self; 6] = [
        Self::Agent,
        Self::Approver,
        Self::Auditor,
        Self::Investigator,
        Self::Operator,
        Self::Admin,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Investigator => "investigator",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of authorities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Authorities(u8);

impl Authorities {
    /// The set of these.
    pub fn of(list: impl IntoIterator<Item = Authority>) -> Self {
        Self(list.into_iter().fold(0, |set, one| set | 1 << one as u8))
    }

    /// The same without `one`.
    #[must_use]
    pub const fn without(self, one: Authority) -> Self {
        Self(self.0 & !(1 << one as u8))
    }

    /// Whether `one` is among them.
    pub const fn has(self, one: Authority) -> bool {
        self.0 & (1 << one as u8) != 0
    }

    /// Each, in the matrix' order.
    pub fn iter(self) -> impl Iterator<Item = Authority> {
        Authority::ALL.into_iter().filter(move |one| self.has(*one))
    }
}

/// Which groups are what: the keys `auditors`, `investigators`, `operators`, `admins` of `[query]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Groups of auditors.
    pub auditors: Vec<String>,
    /// Groups of investigators.
    pub investigators: Vec<String>,
    /// Groups of operators.
    pub operators: Vec<String>,
    /// Groups of admins.
    pub admins: Vec<String>,
}

impl Roles {
    /// What a principal in `groups` is. Everybody is at least what an agent is, and may belong to a group that a hold asks for.
    pub fn of(&self, groups: &[String]) -> Authorities {
        let member = |of: &[String]| groups.iter().any(|group| of.contains(group));
        let named = [
            (Authority::Auditor, &self.auditors),
            (Authority::Investigator, &self.investigators),
            (Authority::Operator, &self.operators),
            (Authority::Admin, &self.admins),
        ];
        let named = named.into_iter().filter(|(_, of)| member(of));
        let everybody = [Authority::Agent, Authority::Approver];
        Authorities::of(named.map(|(one, _)| one).chain(everybody))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_make_authorities() {
        let roles = Roles {
            auditors: vec!["auditors".into()],
            investigators: vec!["ir".into()],
            operators: vec!["sre".into(), "auditors".into()],
            admins: vec![],
        };
        let of = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|one| (*one).to_owned()).collect();
            roles
                .of(&groups)
                .iter()
                .map(Authority::as_str)
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), ["agent", "approver"]);
        assert_eq!(of(&["ir", "x"]), ["agent", "approver", "investigator"]);
        assert_eq!(
            of(&["auditors"]),
            ["agent", "approver", "auditor", "operator"]
        );
        assert_eq!(of(&["Auditors"]), ["agent", "approver"], "names are exact");
    }
}
