//! Segments of EDIFACT and of airlines' messages: `NAD+CN+++JANE DOE+12 ELM ST+YORK'`, `COM+15125550155:TE'`,
//! `P/GBR/123456789/GBR/12AUG85/F/01JAN30/DOE/JANE`.
//!
//! Enters: the walk, at the name of a segment, or the letter of a document. Leaves: a finding for each element that is of a person. Never
//! here: names of firms, which stand in the same places (EDIFACT D.96A; IATA's SSR DOCS).

use super::parcel::is_person;
use super::{Basis, Finding, Label, Walk};
use crate::work::looked;

/// Longest segment that is read, bytes.
const BYTES_MAX: usize = 256;
/// Most elements of one.
const ELEMENTS_MAX: usize = 10;

/// Where the elements of a segment begin and end.
type Bounds = [(usize, usize); ELEMENTS_MAX];

impl Walk<'_> {
    /// Notes the elements of the segment whose name is `bytes[at..end]`; false if none does.
    pub(super) fn interchange(&mut self, at: usize, end: usize) -> bool {
        let name = self.bytes.get(at..end).unwrap_or_default();
        if !matches!(name, b"NAD" | b"CTA" | b"COM" | b"DTM" | b"PNA") {
            return false;
        }
        let (bounds, stop) = self.elements(at, b'+', b"'\r\n\"");
        let text = |(from, to): (usize, usize)| self.bytes.get(from..to).unwrap_or_default();
        let element = |place: usize| bounds.get(place).copied().unwrap_or_default();
        // What a colon parts.
        let piece = |place: usize, wanted: usize| {
            let (mut from, to) = element(place);
            for _ in 0..wanted {
                let colon = memchr::memchr(b':', self.bytes.get(from..to)?)?;
                from += colon + 1;
            }
            let length = memchr::memchr(b':', self.bytes.get(from..to)?);
            Some((from, length.map_or(to, |length| from + length)))
        };
        let mut told = [None; 2];
        match name {
            b"NAD" | b"PNA" if is_person(text(element(4))) => {
                told = [
                    Some((element(4), Label::Person)),
                    Some((element(5), Label::Address)),
                ];
            }
            b"CTA" => {
                let named = piece(2, 1).filter(|place| is_person(text(*place)));
                told[0] = named.map(|place| (place, Label::Person));
            }
            b"COM" => {
                let kind = piece(1, 1).map(text);
                told[0] = piece(1, 0).and_then(|place| match kind? {
                    b"TE" | b"FX" | b"AL" | b"MF" => Some((place, Label::Phone)),
                    b"EM" => Some((place, Label::Email)),
                    _ => None,
                });
            }
            b"DTM" if piece(1, 0).map(text) == Some(b"329") => {
                told[0] = piece(1, 1).map(|place| (place, Label::Dob));
            }
            _ => {}
        }
        let any = told.iter().flatten().any(|((from, to), _)| to > from);
        for ((start, end), label) in told.into_iter().flatten() {
            if end > start + 1 {
                self.found(Finding {
                    start,
                    end,
                    label,
                    basis: Basis::Form,
                });
            }
        }
        if any {
            self.at = self.at.max(stop);
        }
        any
    }

    /// Notes what a traveller's document says, whose letter stands at `at`; false if none does.
    pub(super) fn travel(&mut self, at: usize) -> bool {
        self.bytes.get(at..).is_some_and(may_travel) && self.travels(at)
    }

    fn travels(&mut self, at: usize) -> bool {
        let (bounds, stop) = self.elements(at, b'/', b"\r\n\" ");
        let text = |place: usize| {
            let (from, to) = bounds.get(place).copied().unwrap_or_default();
            self.bytes.get(from..to).unwrap_or_default()
        };
        let state = |place: usize| {
            matches!(text(place).len(), 2 | 3) && text(place).iter().all(u8::is_ascii_uppercase)
        };
        let sex = matches!(
            text(5),
            b"M" | b"F" | b"MI" | b"FI" | b"U" | b"X" | b"UI" | b"XI"
        );
        let number = text(2);
        let numbered = (5..=15).contains(&number.len())
            && number.iter().all(u8::is_ascii_alphanumeric)
            && number.iter().any(u8::is_ascii_digit);
        if !(state(1) && state(3) && numbered && sex && is_day(text(4)) && text(7).len() > 1) {
            return false;
        }
        let labels = [
            (2, Label::Passport),
            (4, Label::Dob),
            (7, Label::Person),
            (8, Label::Person),
        ];
        for (place, label) in labels {
            let (start, end) = bounds.get(place).copied().unwrap_or_default();
            if end > start {
                self.found(Finding {
                    start,
                    end,
                    label,
                    basis: Basis::Form,
                });
            }
        }
        self.at = self.at.max(stop);
        true
    }

    /// The elements of the segment at `at`, and where it ends.
    fn elements(&self, at: usize, parts: u8, ends: &[u8]) -> (Bounds, usize) {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(BYTES_MAX)).unwrap_or_default();
        let stop = rest.iter().position(|byte| ends.contains(byte));
        let segment = rest.get(..stop.unwrap_or(rest.len())).unwrap_or_default();
        looked(segment.len());
        let mut bounds = [(0, 0); ELEMENTS_MAX];
        let mut from = at;
        for (slot, element) in bounds.iter_mut().zip(segment.split(|byte| *byte == parts)) {
            *slot = (from, from + element.len());
            from += element.len() + 1;
        }
        (bounds, at + segment.len())
    }
}

/// Whether a state of two or three capitals stands behind the letter of a document, and more behind that.
const fn may_travel(rest: &[u8]) -> bool {
    matches!(
        rest,
        [_, b'/', b'A'..=b'Z', b'A'..=b'Z', b'/', ..]
            | [_, b'/', b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z', b'/', ..]
    )
}

/// `12AUG85`.
fn is_day(text: &[u8]) -> bool {
    let [tens, ones, month @ .., decade, year] = text else {
        return false;
    };
    [tens, ones, decade, year]
        .iter()
        .all(|byte| byte.is_ascii_digit())
        && month.len() == 3
        && month.iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::Walk;
    use crate::walk::walk;

    proptest::proptest! {
        #[test]
        fn where_nobody_may_travel_nobody_does(
            state in "[A-Z]{1,4}", text in "[A-Z0-9]{4,8}/[A-Z]{2,3}/12AUG85/[MF]/x?/(DOE|[/A-Z]{0,3})/JANE"
        ) {
            let text = format!("P/{state}/{text}");
            let mut found = Vec::new();
            let mut walk = Walk::new(text.as_bytes(), &mut found);
            let travels = walk.travels(0);
            proptest::prop_assert!(super::may_travel(text.as_bytes()) || !travels, "{}", text);
        }
    }

    #[test]
    fn elements_are_told_by_their_place() {
        for (text, want) in [
            (
                "NAD+CN+++MARIA GARCIA+ROUTE 9 NO 4+YORK++YO1+GB'COM+15125550155:TE'",
                &["MARIA GARCIA", "ROUTE 9 NO 4", "15125550155"][..],
            ),
            (
                "CTA+IC+:Hannah Miller'COM+h.miller@corp.example:EM'",
                &["Hannah Miller", "h.miller@corp.example"],
            ),
            ("DTM+329:19850312:102'DTM+137:20260312:102'", &["19850312"]),
            (
                "SSR DOCS YY HK1 P/GBR/C98XK77U0/FRA/12AUG85/F/01JAN30/DOE/JANE",
                &["C98XK77U0", "12AUG85", "DOE", "JANE"],
            ),
            ("NAD+CZ+4012345000009::9'", &[]),
            ("NAD+CN+++ACME FREIGHT LLC+DOCK ROAD+YORK'", &[]),
            ("P/N/12345/A/B", &[]),
        ] {
            let mut found: Vec<crate::Finding> = Vec::new();
            walk(text, &mut found);
            let found: Vec<&str> = found.iter().map(|one| &text[one.start..one.end]).collect();
            assert_eq!(found, want, "{text}");
        }
    }
}
