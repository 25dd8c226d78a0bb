//! What was found in a cell by itself and is taken back, because the column as a whole says that it is there by chance.
//!
//! Enters: a cell, what was found in it, counts of its column. Leaves: fewer findings. Never here: a column that was voted; a finding
//! that rests on a check digit that hardly anything else has, on a word beside it, or on the configuration.

use super::tally::{Tally, at_least, place};
use super::{FORM_CELLS, Vote};
use crate::{Basis, Finding, Label};

/// Longest cell that names a thing, bytes.
const THING_BYTES_MAX: usize = 80;

impl Vote {
    /// Takes back findings from `from` on that the column speaks against.
    pub fn spare(&self, text: &str, from: usize, findings: &mut Vec<Finding>) {
        if self.label.is_some() || self.all.cells < FORM_CELLS || findings.len() <= from {
            return;
        }
        let text = text.trim();
        let mut place = 0;
        findings.retain(|finding| {
            place += 1;
            place <= from || !self.is_by_chance(text, finding)
        });
    }

    fn is_by_chance(&self, text: &str, finding: &Finding) -> bool {
        let tally = &self.all;
        let most = (finding.end - finding.start) * 10 >= text.len() * 7;
        match (finding.label, finding.basis) {
            (Label::Person | Label::Address, Basis::Dictionary) => {
                let thing = self.of_things && text.len() <= THING_BYTES_MAX;
                thing || !tally.spread.varies(45)
            }
            (Label::Phone, Basis::Form) if text.starts_with('+') => false,
            (Label::Phone | Label::UsSsn | Label::UkNino | Label::InPan, Basis::Form) => {
                most && tally.is_of_codes() && !tally.mostly(finding.label, 70)
            }
            (Label::UkNhs | Label::CaSin | Label::EsNif | Label::BrCpf, Basis::Checksum) => {
                most && tally.is_of_codes() && !tally.mostly(finding.label, 30)
            }
            (Label::Ip | Label::Mac, Basis::Form) => {
                let hinted = self.hints.iter().any(|hint| hint.label == finding.label);
                !hinted && (most || text.len() <= THING_BYTES_MAX && tally.is_of_codes())
            }
            _ => false,
        }
    }
}

impl Tally {
    /// Whether nearly all cells are codes and numbers: mostly digits and the signs between them.
    fn is_of_codes(&self) -> bool {
        at_least(self.codes, self.cells, 85)
    }

    fn mostly(&self, label: Label, percent: u32) -> bool {
        at_least(self.strict[place(label)], self.cells, percent)
    }
}
