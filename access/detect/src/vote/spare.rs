//! What was found in a cell by itself and is taken back, because the column as a whole says that it is there by chance.
//!
//! Enters: a cell, what was found in it, counts of its column. Leaves: fewer findings. Never here: a column that was voted; a finding
//! that rests on a check digit that hardly anything else has, on a word beside it, or on the configuration.

use super::tally::{Tally, at_least, place};
use super::{FORM_CELLS, Vote};
use crate::hint::Promise;
use crate::{Basis, Finding, Label, network, secret};

/// Longest cell that names a thing, bytes.
const THING_BYTES_MAX: usize = 80;

impl Vote {
    /// Takes back findings from `from` on that the column speaks against.
    pub fn spare(&self, text: &str, from: usize, findings: &mut Vec<Finding>) {
        if self.label.is_some() || self.all.cells < FORM_CELLS || findings.len() <= from {
            return;
        }
        let mut place = 0;
        findings.retain(|finding| {
            place += 1;
            place <= from || !self.is_by_chance(text, finding)
        });
    }

    fn is_by_chance(&self, text: &str, finding: &Finding) -> bool {
        let tally = &self.all;
        let most = (finding.end - finding.start) * 2 >= text.trim().len();
        let abroad = text.as_bytes().get(finding.start) == Some(&b'+');
        match (finding.label, finding.basis) {
            (Label::Person | Label::Address, Basis::Dictionary) => {
                let thing = self.of_things && text.len() <= THING_BYTES_MAX;
                let mixed = at_least(tally.labelled, tally.cells, 25);
                thing || !mixed && !tally.spread.varies(45)
            }
            (Label::Phone, Basis::Form) if abroad => false,
            // `478-555-0133 x781`: what is dialled behind it.
            (Label::Phone, Basis::Form) if is_extended(text, finding) && !self.of_things => false,
            (Label::Phone, Basis::Form) if most && self.of_things => {
                !self.hints.iter().any(|hint| hint.label == Label::Phone)
            }
            (Label::Phone, Basis::Form) => {
                most && tally.is_of_codes() && !tally.mostly(finding.label, 70)
            }
            (Label::UsSsn | Label::UsItin | Label::UkNino | Label::InPan, Basis::Form)
            | (Label::UkNhs | Label::CaSin | Label::EsNif, Basis::Checksum) => {
                most && tally.is_of_codes() && !tally.mostly(finding.label, 50)
            }
            // One number in ten has its check digit.
            (Label::InAadhaar, Basis::Checksum) => {
                most && tally.is_of_codes() && !tally.mostly(finding.label, 20)
            }
            (Label::Secret, Basis::Form) if self.of_ids => {
                most && secret::is_key_of_40(text.trim().as_bytes())
            }
            (Label::Secret, Basis::Form) if self.of_digests => {
                let cell = text.trim();
                // `https://5f7c8ec7…@o849413.ingest.example/1` under `public_dsn`.
                let shown = cell.starts_with("http") && cell.matches(':').count() == 1;
                let padded = cell.len() == secret::KEY_OF_64 + 2 && cell.ends_with("==");
                most && (shown
                    || padded
                    || secret::is_key_of_40(cell.trim_end_matches('=').as_bytes()))
            }
            (Label::Crypto, _) => most && self.of_contracts,
            (Label::Email, _) => self.of_messages && is_in_brackets(text.trim()),
            (Label::Ip | Label::Mac, Basis::Form) => {
                let own = |hint: &Promise| !hint.weak || !tally.is_private_net();
                let hinted = self
                    .hints
                    .iter()
                    .any(|hint| hint.label == finding.label && own(hint));
                let call = text.as_bytes().get(..finding.start).is_some_and(is_call);
                !hinted && (call || most && self.is_of_machines(text))
            }
            _ => false,
        }
    }
}

/// Whether the cell is what mail calls a message by: `<tf7clj1o12xhnu0m@mx.example>`.
fn is_in_brackets(cell: &str) -> bool {
    cell.starts_with('<') && cell.ends_with('>') && cell.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether letters are part of the number found: those before an extension.
fn is_extended(text: &str, finding: &Finding) -> bool {
    let part = text.as_bytes().get(finding.start..finding.end);
    part.is_some_and(|part| part.iter().any(u8::is_ascii_alphabetic))
}

/// Whether the id of a call stands before the machine that it was made by: `e8e2be9d0be44938@`.
fn is_call(before: &[u8]) -> bool {
    let id = before.strip_suffix(b"@").unwrap_or_default();
    id.len() >= 8
        && id
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

impl Vote {
    /// Whether a network or hardware address is a machine's, or a version: those of people are public, and evidently addresses.
    fn is_of_machines(&self, text: &str) -> bool {
        let tally = &self.all;
        let port = text.contains('.') && text.matches(':').count() == 1;
        if text.contains(':') && !port || text.contains('-') {
            return network::mac_at(text.as_bytes()).is_some()
                || self.of_things && !text.contains(':');
        }
        self.of_things
            || at_least(tally.quads_private, tally.quads, 95)
            || !at_least(tally.quads_evident, tally.quads, 50)
    }
}

impl Tally {
    /// Whether most cells are codes and numbers, and no others of people: mostly digits and the signs between them.
    fn is_of_codes(&self) -> bool {
        at_least(self.codes, self.cells, 60) && !at_least(self.labelled, self.cells, 75)
    }

    fn mostly(&self, label: Label, percent: u32) -> bool {
        at_least(self.strict[place(label)], self.cells, percent)
    }
}
