//! What it would be in MITRE ATT&CK (enterprise, version 16.1), where it is anything there.
//!
//! Enters: a case, and what the statement was. Leaves: techniques. Never here: a verdict; an honest agent's refused statement has the same
//! technique as a thief's.

use event::payload::{Finding, StatementKind};

use super::meaning::Case;

/// The version of ATT&CK the ids are from; `T1213.006` is new in 16.
pub const VERSION: &str = "16.1";

/// An id and a name.
pub type Named = (&'static str, &'static str);

/// A technique under one of its tactics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attack {
    /// The tactic.
    pub tactic: Named,
    /// The technique.
    pub technique: Named,
    /// The sub-technique, where one fits.
    pub sub: Option<Named>,
}

impl Attack {
    /// The finest id that fits.
    pub const fn id(&self) -> &'static str {
        match self.sub {
            Some((id, _)) => id,
            None => self.technique.0,
        }
    }
}

const COLLECTION: Named = ("TA0009", "Collection");
const DISCOVERY: Named = ("TA0007", "Discovery");
const EVASION: Named = ("TA0005", "Defense Evasion");
const EXFILTRATION: Named = ("TA0010", "Exfiltration");
const IMPACT: Named = ("TA0040", "Impact");
const INITIAL_ACCESS: Named = ("TA0001", "Initial Access");
const PERSISTENCE: Named = ("TA0003", "Persistence");

/// Every technique that events or rules may name.
pub const KNOWN: &[Attack] = &[
    ACCOUNTS,
    CLOUD_ACCOUNTS,
    CLOUD_LOGS,
    DATABASES,
    DESTRUCTION,
    INDICATORS,
    MANIPULATION,
    SERVICES,
    WEB_SERVICE,
];

const ACCOUNTS: Attack = Attack {
    tactic: PERSISTENCE,
    technique: ("T1098", "Account Manipulation"),
    sub: None,
};
const CLOUD_ACCOUNTS: Attack = Attack {
    tactic: INITIAL_ACCESS,
    technique: ("T1078", "Valid Accounts"),
    sub: Some(("T1078.004", "Cloud Accounts")),
};
const CLOUD_LOGS: Attack = Attack {
    tactic: EVASION,
    technique: ("T1562", "Impair Defenses"),
    sub: Some(("T1562.008", "Disable or Modify Cloud Logs")),
};
const DATABASES: Attack = Attack {
    tactic: COLLECTION,
    technique: ("T1213", "Data from Information Repositories"),
    sub: Some(("T1213.006", "Databases")),
};
const DESTRUCTION: Attack = Attack {
    tactic: IMPACT,
    technique: ("T1485", "Data Destruction"),
    sub: None,
};
const INDICATORS: Attack = Attack {
    tactic: EVASION,
    technique: ("T1070", "Indicator Removal"),
    sub: None,
};
const MANIPULATION: Attack = Attack {
    tactic: IMPACT,
    technique: ("T1565", "Data Manipulation"),
    sub: Some(("T1565.001", "Stored Data Manipulation")),
};
const SERVICES: Attack = Attack {
    tactic: DISCOVERY,
    technique: ("T1526", "Cloud Service Discovery"),
    sub: None,
};
const WEB_SERVICE: Attack = Attack {
    tactic: EXFILTRATION,
    technique: ("T1567", "Exfiltration Over Web Service"),
    sub: None,
};

/// The technique of this id, of those that are known here.
pub fn by_id(id: &str) -> Option<Attack> {
    KNOWN.iter().copied().find(|attack| attack.id() == id)
}

/// What `case` would be, of a statement of these kinds and flags.
pub fn of(case: Case, kinds: &[StatementKind], flags: &[Finding]) -> Option<Attack> {
    match case {
        Case::StageRefused => Some(WEB_SERVICE),
        Case::AuditDegraded | Case::AuditRestoredWithGap => Some(CLOUD_LOGS),
        Case::AuditorFoundGap | Case::AuditorFoundAlteration => Some(INDICATORS),
        Case::Denied | Case::Held => Some(of_statement(kinds, flags)),
        _ => None,
    }
}

/// Every technique that [`of`] may say for `case`.
pub fn possible(case: Case) -> Vec<Attack> {
    match case {
        Case::Denied | Case::Held => {
            vec![WEB_SERVICE, ACCOUNTS, DESTRUCTION, MANIPULATION, DATABASES]
        }
        _ => of(case, &[], &[]).into_iter().collect(),
    }
}

fn of_statement(kinds: &[StatementKind], flags: &[Finding]) -> Attack {
    use StatementKind::{
        CopyIntoLocation, CopyIntoTable, Delete, Drop, Get, Grant, Insert, Merge, Put, Remove,
        Revoke, Truncate, Update,
    };
    let of = |any: &[StatementKind]| kinds.iter().any(|kind| any.contains(kind));
    let found = |any: &[Finding]| flags.iter().any(|finding| any.contains(finding));
    if of(&[CopyIntoLocation, Put, Get]) || found(&[Finding::Egress, Finding::ExternalLocation]) {
        WEB_SERVICE
    } else if of(&[Grant, Revoke]) || found(&[Finding::Privilege]) {
        ACCOUNTS
    } else if of(&[Drop, Truncate, Delete, Remove]) || found(&[Finding::Destructive]) {
        DESTRUCTION
    } else if of(&[Insert, Update, Merge, CopyIntoTable]) {
        MANIPULATION
    } else {
        DATABASES
    }
}
