//! The table that `firn export schema` prints: what each kind of event becomes.
//!
//! Enters: nothing. Leaves: a row for each line of [`Case`]. Never here: a row that the mapping does not go by.

use super::attack;
use super::meaning::{Case, Class};
use crate::severity::Severity;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// The kind of the event; `statement` is what became of one, `finding` what a detection found.
    pub kind: &'static str,
    /// For which events of the kind; empty for all.
    pub when: &'static str,
    /// A name for people.
    pub name: &'static str,
    /// OCSF's `class_uid`.
    pub class_uid: u32,
    /// OCSF's `class_name`.
    pub class: &'static str,
    /// The activities; where there are several, the statement's kinds choose.
    pub activities: Vec<&'static str>,
    /// OCSF's `severity`; where there is none, the detection's rule says.
    pub severity: Option<&'static str>,
    /// MITRE ATT&CK techniques; where there are several, what the statement was chooses.
    pub attacks: Vec<&'static str>,
}

/// Every row, in the order of the kinds.
pub fn rows() -> Vec<Row> {
    Case::ALL.iter().map(|case| row(*case)).collect()
}

fn row(case: Case) -> Row {
    let meaning = case.meaning();
    let attacks = match meaning.class {
        Class::DetectionFinding => Vec::new(),
        _ => attack::possible(case),
    };
    Row {
        kind: meaning.kind,
        when: meaning.when,
        name: meaning.name,
        class_uid: meaning.class.uid(),
        class: meaning.class.name(),
        activities: meaning
            .activities
            .iter()
            .map(|activity| activity.1)
            .collect(),
        severity: meaning.severity.map(Severity::name),
        attacks: attacks.iter().map(attack::Attack::id).collect(),
    }
}
