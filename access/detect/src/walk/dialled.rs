//! Telephone numbers that neither a `+` nor a 0 begins, told by what stands around them: the name of whoever answers, a word for a call,
//! the fields of a record of calls.
//!
//! Enters: the walk, at digits. Leaves: findings. Never here: numbers that a word right before them announces (`cue.rs`); columns.

use std::sync::LazyLock;

use super::Walk;
use crate::seek::Seek;
use crate::work::looked;
use crate::{Basis, Finding, Label, look, numbers, phone};

/// Longest name before a number, bytes.
const NAME_MAX: usize = 64;
/// How much before a number is looked at for a call, bytes.
const CALL_MAX: usize = 96;
/// Digits of a number with its country's, and longest field of a record.
const ABROAD: std::ops::RangeInclusive<usize> = 10..=15;

/// What leads on from a call to its number.
const LEADS: &[&str] = &[
    "al",
    "dal",
    "au",
    "ao",
    "no",
    "pelo",
    "at",
    "on",
    "to",
    "unter",
    "op",
    "na",
    "nr",
    "nr.",
    "no.",
    "n.",
    "ke",
    "nomor",
    "på",
    "til",
    "á",
    "í",
    "до",
    "на",
    "по",
    "під",
    "под",
    "za",
    "pe",
    "la",
    "numeron",
    "numerosta",
    "numeroon",
    "číslo",
    "čísle",
    "númer",
    "number",
    "número",
    "numero",
    "numer",
    "nummer",
];
/// Parts of words for calls, in small letters.
const CALLS: &[&str] = &[
    "call",
    "phone",
    "dial",
    "reach",
    "llam",
    "avis",
    "contact",
    "contatt",
    "chiam",
    "telef",
    "appel",
    "joign",
    "ligar",
    "ligue",
    "ligou",
    "anruf",
    "ruf ",
    "ruft",
    "bellen",
    "gebeld",
    "zadzwo",
    "dzwon",
    "volat",
    "volej",
    "zavol",
    "zvati",
    "nazov",
    "hívj",
    "hívás",
    "soit",
    "arayın",
    "hubungi",
    "sms",
    "whatsapp",
    "звон",
    "телеф",
    "дзвон",
    "ringe",
    "ringde",
    "hringd",
    "hringi",
    "sună",
    "sunat",
];
/// Lengths of what leads on by its first byte, a bit each: most words are told by this look-up that they do not.
static LEAD_LENGTHS: [u16; 256] = {
    let mut lengths = [0; 256];
    let mut place = 0;
    while place < LEADS.len() {
        let lead = LEADS[place].as_bytes();
        lengths[lead[0] as usize] |= 1 << lead.len();
        place += 1;
    }
    lengths
};
/// All parts of words for calls at once, by the kind of search that compares many bytes together.
static CALLED: LazyLock<Seek> = LazyLock::new(|| Seek::new(CALLS));
/// Names of fields with a number that was dialled, or that dialled.
const FIELDS: &[&[u8]] = &[
    b"caller",
    b"callee",
    b"called",
    b"calling",
    b"cli",
    b"clid",
    b"ani",
    b"dnis",
    b"anumber",
    b"bnumber",
    b"a_number",
    b"b_number",
    b"aparty",
    b"bparty",
    b"a_party",
    b"b_party",
    b"calling_number",
    b"called_number",
    b"caller_id",
    b"dialed",
    b"dialled",
    b"anum",
    b"bnum",
    b"a_num",
    b"b_num",
    b"calling_party",
    b"called_party",
];

impl Walk<'_> {
    /// Whether the digits `bytes[at..end]` end a cell or a line that may begin with a name: `Eirik Stokke, 43359309`.
    pub(super) fn may_answer(&self, at: usize, end: usize) -> bool {
        let most = if self.wide { 11 } else { 10 };
        (8..=most).contains(&(end - at))
            && (4..=NAME_MAX).contains(&at)
            && self.next(at - 1) == b' '
            && matches!(self.next(end), 0 | b')' | b'\n')
    }

    /// A number at home behind the name of whoever answers, with nothing before the name and nothing behind the number.
    pub(super) fn behind_a_name(&self, group: usize) -> Option<numbers::Found> {
        let run = &self.groups_of;
        let count = run.groups();
        let digits = run.digits(0, count);
        let closes = matches!(self.next(run.end), 0 | b')' | b'\n');
        if group != 0 || run.plus || !closes || !(8..=12).contains(&digits.len()) {
            return None;
        }
        // A day: `20261130`.
        if digits.len() == 8 && matches!(digits, [1, 9, ..] | [2, 0, ..]) {
            return None;
        }
        let before = self.bytes.get(..run.start)?;
        if before.len() > NAME_MAX {
            return None;
        }
        let line = before.rsplit(|byte| *byte == b'\n').next()?;
        let line = std::str::from_utf8(line).ok()?;
        let head = line.trim_end_matches([' ', ',', ':', '-', '(', '/', '|', ';', '–', '，', '：']);
        looked(line.len());
        if head.len() == line.len() || is_registered(head) {
            return None;
        }
        let name =
            look::look(head).filter(|look| look.words >= 2 && (look.given || look.family))?;
        let thing = name.thing || name.place || name.latin && name.common;
        (!thing && self.dials(count)).then_some((Label::Phone, count, Basis::Cue))
    }

    /// A number at home, in groups, behind a call and what leads on from it: `avisar al 607 940 268`.
    pub(super) fn of_a_call(&self, group: usize) -> Option<numbers::Found> {
        let run = &self.groups_of;
        let count = run.groups();
        let digits = run.digits(0, count).len();
        if group != 0 || run.plus || !(2..=5).contains(&count) || !(8..=11).contains(&digits) {
            return None;
        }
        let before = self
            .bytes
            .get(run.start.saturating_sub(CALL_MAX)..run.start)?;
        let head = before.strip_suffix(b" ")?;
        let lead = head.rsplit(|byte| *byte == b' ').next()?;
        let lengths = lead
            .first()
            .map_or(0, |first| LEAD_LENGTHS[usize::from(*first)]);
        if lead.len() >= 16
            || lengths >> lead.len() & 1 == 0
            || !LEADS.iter().any(|known| known.as_bytes() == lead)
        {
            return None;
        }
        if self.is_day() {
            return None;
        }
        looked(head.len());
        (speaks_of_a_call(head) && self.dials(count)).then_some((Label::Phone, count, Basis::Cue))
    }

    /// Whether the first groups of the run dial somewhere, written as people write what they dial.
    fn dials(&self, count: usize) -> bool {
        let run = &self.groups_of;
        let last = run.end_of(count.saturating_sub(1));
        let text = self.bytes.get(run.start..last).unwrap_or_default();
        std::str::from_utf8(text)
            .ok()
            .and_then(|text| phone::dials(text, run.digits(0, count)))
            .is_some_and(|dials| is_dialled(&dials))
    }

    /// Whether the run is a day that its year begins, `2025-03-11`, as no country's numbers are written.
    fn is_day(&self) -> bool {
        let run = &self.groups_of;
        let parted = run.lengths(0) == [4, 2, 2, 0, 0]
            && run.separator(0) == b'-'
            && run.separator(1) == b'-'
            && self.bytes.get(run.start).is_some_and(u8::is_ascii_digit);
        let &[1 | 2, 9 | 0, _, _, tens, ones, of_ten, of_one] = run.digits(0, 3) else {
            return false;
        };
        let (month, day) = (tens * 10 + ones, of_ten * 10 + of_one);
        parted
            && matches!(run.digits(0, 1), [1, 9, ..] | [2, 0, ..])
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
    }

    /// The number `bytes[at..end]` of a field that says who called whom: `caller=38598807026`.
    pub(super) fn dialled_field(&self, at: usize, end: usize) -> Option<Finding> {
        let sign = at.checked_sub(1)?;
        if !ABROAD.contains(&(end - at)) || !matches!(self.bytes.get(sign)?, b'=' | b':') {
            return None;
        }
        let head = self.bytes.get(sign.saturating_sub(24)..sign)?;
        let named = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = head.iter().rev().take_while(named).count();
        let name = head.get(head.len() - length..)?;
        let known = FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
        (known && self.dials_abroad(at, end)).then_some(Finding {
            start: at,
            end,
            label: Label::Phone,
            basis: Basis::Cue,
        })
    }

    /// Notes the two numbers of a record of a call, of which `bytes[at..end]` is the first, beside the moment of the call:
    /// `38598807026,38512089473,20231025101500`; false if it is none.
    pub(super) fn calls(&mut self, at: usize, end: usize) -> bool {
        let sign = self.next(end);
        if !ABROAD.contains(&(end - at)) || !matches!(sign, b',' | b';' | b'|' | b'\t') {
            return false;
        }
        let from = end + 1;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = rest
            .iter()
            .take(ABROAD.end() + 1)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let to = from + length;
        if !ABROAD.contains(&length)
            || !(self.next(to) == sign || matches!(self.next(to), 0 | b'\n'))
        {
            return false;
        }
        let before = self.bytes.get(..at).unwrap_or_default();
        let before = before.strip_suffix(&[sign]).unwrap_or_default();
        let before = before.get(before.len().saturating_sub(32)..);
        let before = before
            .unwrap_or_default()
            .rsplit(|byte| *byte == sign)
            .next();
        let behind = self.bytes.get(to + 1..).unwrap_or_default();
        looked(length);
        let timed = is_moment(behind) || before.is_some_and(is_moment);
        if !timed || !self.dials_abroad(at, end) || !self.dials_abroad(from, to) {
            return false;
        }
        for (start, end) in [(at, end), (from, to)] {
            self.found(Finding {
                start,
                end,
                label: Label::Phone,
                basis: Basis::Form,
            });
        }
        true
    }

    /// Whether the digits are those of a number with its country's in front.
    fn dials_abroad(&self, start: usize, end: usize) -> bool {
        let mut digits = [0_u8; 15];
        let text = self.bytes.get(start..end).unwrap_or_default();
        for (to, from) in digits.iter_mut().zip(text) {
            *to = from.wrapping_sub(b'0');
        }
        digits.get(..text.len()).is_some_and(phone::is_from_abroad)
    }
}

/// Whether a number is in use and written as people write what they dial.
const fn is_dialled(dials: &phone::Dials) -> bool {
    let whole = !dials.parted && dials.home != 0;
    whole || dials.trunk != 0 || dials.abroad != 0 || dials.usual && dials.home != 0
}

/// Whether a text has a part of a word for a call. Where no letter is beyond ASCII one search finds what small letters would.
fn speaks_of_a_call(text: &[u8]) -> bool {
    if !text.is_ascii() {
        let small = String::from_utf8_lossy(text).to_lowercase();
        return CALLS.iter().any(|call| small.contains(call));
    }
    let mut small = [0_u8; CALL_MAX];
    for (slot, byte) in small.iter_mut().zip(text) {
        *slot = byte.to_ascii_lowercase();
    }
    CALLED.is_in(small.get(..text.len()).unwrap_or_default())
}

/// `RCS Lyon`: a few capitals beside other words are a register, not whoever answers.
fn is_registered(head: &str) -> bool {
    let short = |word: &&str| {
        (2..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let shorts = head.split(' ').filter(short).count();
    shorts > 0 && shorts < head.split(' ').count()
}

/// Whether a field begins with a day: `20231025101500`, `2023-10-25T10:15:00`.
fn is_moment(field: &[u8]) -> bool {
    let two = |place: usize| match field.get(place..place + 2)? {
        [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            Some((tens - b'0') * 10 + (ones - b'0'))
        }
        _ => None,
    };
    let (month, day) = match field.get(4) {
        Some(b'-') => (5, 8),
        _ => (4, 6),
    };
    matches!(two(0), Some(19 | 20))
        && two(2).is_some()
        && matches!(two(month), Some(1..=12))
        && matches!(two(day), Some(1..=31))
}

#[cfg(test)]
mod tests {
    use crate::Label;
    use crate::walk::tests::labelled;

    proptest::proptest! {
        #[test]
        fn one_search_finds_what_small_letters_do(
            text in "([a-zA-Z]{0,5} ?)?(CALL|Telef|sms|Ruf|ruft |x|APPEL|llam|ring)?[ a-zA-Z]{0,6}"
        ) {
            let small = text.to_lowercase();
            let called = super::CALLS.iter().any(|call| small.contains(call));
            proptest::prop_assert_eq!(super::speaks_of_a_call(text.as_bytes()), called);
        }
    }

    #[test]
    fn no_day_that_its_year_begins_is_dialled() {
        for (year, month) in (1900..2100).flat_map(|year| (1..=12).map(move |month| (year, month)))
        {
            for day in 1..=31 {
                let text = format!("{year}-{month:02}-{day:02}");
                let digits = text.bytes().filter(u8::is_ascii_digit);
                let digits: Vec<u8> = digits.map(|digit| digit - b'0').collect();
                let dials = crate::phone::dials(&text, &digits);
                assert!(
                    !dials.is_some_and(|dials| super::is_dialled(&dials)),
                    "{text}"
                );
            }
        }
    }

    fn phones(text: &str) -> Vec<&str> {
        labelled(text, Label::Phone)
    }

    #[test]
    fn numbers_that_their_surroundings_tell() {
        for (text, want) in [
            (
                "2033804421,38512089473,38598807026,20231025101500,483,cell=37074",
                &["38512089473", "38598807026"][..],
            ),
            ("cli=447911123456 dur=12", &["447911123456"]),
            ("*384*77# msisdn=254702423392 step=3", &["254702423392"]),
            ("Eirik Hansen, 921 19 799", &["921 19 799"]),
            ("王丽华 139 2448 3228", &["139 2448 3228"]),
            ("Cuna para la hija; avisar al 607 940 268", &["607 940 268"]),
            (
                "Llamar a Lucía García al 911 30 68 12 por la compra",
                &["911 30 68 12"],
            ),
            ("La madre ha chiamato dal 347 2715075", &["347 2715075"]),
            ("pedido pronto, fone 41 93984-8323", &["41 93984-8323"]),
            ("call 478-555-0133;ext=764 today", &["478-555-0133;ext=764"]),
        ] {
            assert_eq!(phones(text), want, "{text}");
        }
        for text in [
            "2033804421,38512089473,38598807026,483,cell=37074",
            "20231025101500,12345678901,1,4",
            "id=447911123456 dur=12",
            "Delivery Window, 921 19 799",
            "Anna Sofie, 20231105",
            "RCS Lyon 456 320 074",
            "the shelf holds boxes at 607 940 268",
            "Call on 12 05 2024 at noon",
        ] {
            let found = phones(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
