//! Segments of HL7 version 2 messages: `PID|1||100^^^H^MR||DOE^JANE||19850312|F|||12 ELM ST^^YORK`.
//!
//! Enters: the walk, at the name of a segment. Leaves: a finding for each field that is of a person. Never here: other segments; what
//! a field holds is told by its place alone (HL7 v2.5.1, chapters 3 and 6).

use super::{Basis, Finding, Label, Walk};
use crate::work::looked;

/// Longest segment that is read, bytes.
const BYTES_MAX: usize = 4096;
/// Fewest fields of what is taken for a segment.
const FIELDS_MIN: usize = 3;

/// A segment's name, and its fields that are of a person.
type Segment = (&'static [u8], &'static [(usize, Label)]);

/// Segments, and their fields that are of a person.
const SEGMENTS: &[Segment] = &[
    (
        b"PID",
        &[
            (3, Label::Mrn),
            (5, Label::Person),
            (6, Label::Person),
            (7, Label::Dob),
            (9, Label::Person),
            (11, Label::Address),
            (13, Label::Phone),
            (14, Label::Phone),
            (18, Label::Mrn),
            (19, Label::UsSsn),
            (20, Label::UsDl),
        ],
    ),
    (
        b"NK1",
        &[
            (2, Label::Person),
            (4, Label::Address),
            (5, Label::Phone),
            (6, Label::Phone),
            (16, Label::Dob),
        ],
    ),
    (
        b"GT1",
        &[
            (3, Label::Person),
            (5, Label::Address),
            (6, Label::Phone),
            (7, Label::Phone),
            (8, Label::Dob),
            (12, Label::UsSsn),
        ],
    ),
    (
        b"IN1",
        &[
            (16, Label::Person),
            (18, Label::Dob),
            (19, Label::Address),
            (36, Label::HealthPlan),
        ],
    ),
    (b"DG1", &[(3, Label::Diagnosis), (4, Label::Diagnosis)]),
    (
        b"PV1",
        &[
            (7, Label::Person),
            (8, Label::Person),
            (9, Label::Person),
            (19, Label::Mrn),
        ],
    ),
];

/// A number and the name of whom it is: `2115215024^McElroy^Kaylee`.
fn is_of_staff(field: &[u8]) -> bool {
    let mut parts = field.split(|byte| *byte == b'^');
    let number = parts.next().unwrap_or_default();
    let name = |part: Option<&[u8]>| {
        part.is_some_and(|part| {
            let inside =
                |byte: &u8| byte.is_ascii_alphabetic() || b" -'.".contains(byte) || *byte >= 0x80;
            part.len() >= 2
                && part
                    .first()
                    .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80)
                && part.iter().all(inside)
        })
    };
    number.len() >= 4
        && number.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4
        && name(parts.next())
        && name(parts.next())
}

impl Walk<'_> {
    /// Notes the fields of the segment whose name stands at `at`; false if none does.
    pub(super) fn segment(&mut self, at: usize, end: usize) -> bool {
        let begins = at
            .checked_sub(1)
            .and_then(|place| self.bytes.get(place))
            .is_none_or(|before| !before.is_ascii_alphanumeric());
        let name = self.bytes.get(at..end).filter(|_| begins);
        let Some((_, fields)) = SEGMENTS.iter().find(|(known, _)| Some(*known) == name) else {
            return false;
        };
        let rest = self.bytes.get(at..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(BYTES_MAX)).unwrap_or_default();
        // A message in a JSON string or a log has its line ends escaped.
        let stop = rest
            .windows(2)
            .position(|two| matches!(two, [b'\r' | b'\n' | b'"', _] | [b'\\', b'r' | b'n']))
            .unwrap_or(rest.len());
        let segment = rest.get(..stop).unwrap_or_default();
        looked(stop);
        if memchr::memchr_iter(b'|', segment).count() < FIELDS_MIN {
            return false;
        }
        let mut from = 0;
        let bounds = memchr::memchr_iter(b'|', segment).chain(std::iter::once(segment.len()));
        for (place, bound) in bounds.enumerate() {
            let field = segment.get(from..bound).unwrap_or_default();
            let label = fields.iter().find(|(known, _)| *known == place);
            let label = label.map(|(_, label)| *label);
            let label = label.or_else(|| is_of_staff(field).then_some(Label::Person));
            if let Some(label) = label
                && field.len() > 1
                && field != b"\"\""
            {
                self.found(Finding {
                    start: at + from,
                    end: at + bound,
                    label,
                    basis: Basis::Form,
                });
            }
            from = bound + 1;
        }
        self.at = at + stop;
        true
    }
}
