//! Segments of X12 messages: `N1*ST*JANE DOE~N3*12 ELM ST~PER*IC*JOHN DOE*TE*15125550155~`, `NM1*IL*1*DOE*JANE~DMG*D8*19850312*F~`.
//!
//! Enters: the walk, at the name of a segment. Leaves: a finding for each element that is of a person. Never here: other segments; names
//! of firms, which stand in the same places (X12 005010, 850, 856, 837).

use super::{Basis, Finding, Label, Walk};
use crate::work::looked;
use crate::{firm, health, look};

/// Longest segment that is read, bytes.
const BYTES_MAX: usize = 256;
/// Most elements of one.
const ELEMENTS_MAX: usize = 10;
/// How far before a street the name of whoever lives there ends, bytes.
const BEFORE_MAX: usize = 48;

impl Walk<'_> {
    /// Notes the elements of the segment whose name stands at `at`; false if none does.
    pub(super) fn parcel(&mut self, at: usize, end: usize) -> bool {
        let before = at.checked_sub(1).and_then(|place| self.bytes.get(place));
        if before.is_some_and(|byte| !matches!(byte, b'~' | b'\n' | b'\'' | b'"' | b' ')) {
            return false;
        }
        let bytes = self.bytes;
        let name = bytes.get(at..end).unwrap_or_default();
        if !matches!(name, b"N1" | b"N3" | b"NM1" | b"PER" | b"DMG" | b"REF") {
            return false;
        }
        let rest = bytes
            .get(at..bytes.len().min(at + BYTES_MAX))
            .unwrap_or_default();
        let stop = rest
            .iter()
            .position(|byte| matches!(byte, b'~' | b'\r' | b'\n' | b'"'))
            .unwrap_or(rest.len());
        looked(stop);
        let mut bounds = [(at, at); ELEMENTS_MAX];
        let mut from = at;
        let segment = rest.get(..stop).unwrap_or_default();
        for (slot, element) in bounds.iter_mut().zip(segment.split(|byte| *byte == b'*')) {
            *slot = (from, from + element.len());
            from += element.len() + 1;
        }
        let element = |place: usize| {
            let (from, to) = bounds.get(place).copied().unwrap_or_default();
            bytes.get(from..to).unwrap_or_default()
        };
        let Some(labels) = self.told_of(name, at, element) else {
            return false;
        };
        for ((start, end), label) in bounds.into_iter().zip(labels) {
            if let Some(label) = label
                && end > start + 1
            {
                self.found(Finding {
                    start,
                    end,
                    label,
                    basis: Basis::Form,
                });
            }
        }
        self.at = at + stop;
        true
    }

    /// What the elements of a segment are, by their places.
    fn told_of<'a>(
        &self,
        name: &[u8],
        at: usize,
        element: impl Fn(usize) -> &'a [u8],
    ) -> Option<[Option<Label>; ELEMENTS_MAX]> {
        let mut labels = [None; ELEMENTS_MAX];
        let person = |place: usize| is_person(element(place)).then_some(Label::Person);
        // What the element before says that one is.
        let reached = |place: usize| match element(place) {
            b"TE" | b"CP" | b"HP" | b"WP" | b"NP" | b"FX" => Some(Label::Phone),
            b"EM" => Some(Label::Email),
            _ => None,
        };
        match name {
            b"N1" => labels[2] = person(2),
            b"N3" if self.lives_there(at) => labels[1] = Some(Label::Address),
            b"NM1" if element(2) == b"1" => {
                (labels[3], labels[4]) = (Some(Label::Person), Some(Label::Person));
                labels[9] = match element(8) {
                    b"34" => Some(Label::UsSsn),
                    b"XX" => Some(Label::UsNpi),
                    b"MI" if health::is_mbi(element(9)) => Some(Label::UsMbi),
                    b"MI" | b"II" | b"HN" => Some(Label::HealthPlan),
                    _ => None,
                };
            }
            // Social security number, subscriber, member.
            b"REF" => {
                labels[2] = match element(1) {
                    b"SY" => Some(Label::UsSsn),
                    b"0F" | b"1W" | b"ABB" => Some(Label::HealthPlan),
                    _ => None,
                };
            }
            b"DMG" if element(1) == b"D8" => labels[2] = Some(Label::Dob),
            b"PER" => {
                labels[2] = person(2);
                (labels[4], labels[6], labels[8]) = (reached(3), reached(5), reached(7));
            }
            _ => return None,
        }
        labels.iter().any(Option::is_some).then_some(labels)
    }

    /// Whether the segment before the one at `at` named a person.
    fn lives_there(&self, at: usize) -> bool {
        let last = self.findings.get(self.first..).and_then(<[_]>::last);
        last.is_some_and(|last| last.label == Label::Person && last.end + BEFORE_MAX >= at)
    }
}

/// Two words and more of a name, that no firm has.
pub(super) fn is_person(element: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(element) else {
        return false;
    };
    !firm::is_firm(text)
        && look::look(text)
            .is_some_and(|look| look.words > 1 && (look.given || look.family) && !look.thing)
}

#[cfg(test)]
mod tests {
    use crate::walk::walk;

    #[test]
    fn elements_are_told_by_their_place() {
        let found = |text: &str| -> Vec<String> {
            let mut found = Vec::new();
            walk(text, &mut found);
            found
                .iter()
                .map(|one: &crate::Finding| text[one.start..one.end].to_owned())
                .collect()
        };
        assert_eq!(
            found("N1*ST*MIGUEL GARCIA~N3*3477 E BROADWAY~PER*IC*HANNAH MILLER*TE*15125550155~"),
            [
                "MIGUEL GARCIA",
                "3477 E BROADWAY",
                "HANNAH MILLER",
                "15125550155"
            ]
        );
        assert_eq!(
            found("NM1*IL*1*DOE*JANE****MI*X~DMG*D8*19850312*F~"),
            ["DOE", "JANE", "19850312"]
        );
        assert_eq!(
            found("NM1*IL*1*DOE*JANE****34*219099998~REF*SY*078051121~REF*D9*1234567890~"),
            ["DOE", "JANE", "219099998", "078051121"]
        );
        for text in [
            "N1*ST*ACME FREIGHT LLC~N3*DOCK ROAD~",
            "NM1*PR*2*ACME HEALTH~",
            "N1*2 is a product of N3*4",
        ] {
            assert!(
                found(text)
                    .iter()
                    .all(|one| !one.contains("ACME") && !one.contains("DOCK")),
                "{text}"
            );
        }
    }
}
