//! Digits in a text: what begins at them, and what the words around them say.
//!
//! Enters: the walk, at a digit or a sign before one. Leaves: findings. Never here: letters.

use super::Walk;
use crate::cue::{Says, may_say, says};
use crate::gate::is_uuid;
use crate::national_id::{further, is_ssn};
use crate::{Basis, Finding, Label, address, network, numbers, phone, words};
use numbered::{ends_numbered, is_numbered};

mod numbered;

/// Fewest digits that a word after them may name.
const NAMED_MIN: usize = 6;
/// Fewest letters of a word that numbers something else, before a number that is grouped as a telephone: `po`, `id` and `no` may stand before one.
const NUMBERED_MIN: usize = 3;
/// How much before a number is looked at for what it numbers, bytes.
const SAID_MAX: usize = 24;

/// What is dialled after a number, ` x5613`, ` ext. 12`, ` доб. 3`: how long, with the blank before it; 0 if there is none.
fn extension(rest: &[u8]) -> usize {
    const SIGNS: &[&str] = &[
        "extension",
        "ext.",
        "ext=",
        "ext",
        "x.",
        "x",
        "poste",
        "int.",
        "ramal",
        "anexo",
        "доб.",
        "вн.",
    ];
    let blanks = |rest: &[u8]| {
        rest.iter()
            .take(2)
            .take_while(|byte| matches!(byte, b' ' | b',' | b';'))
            .count()
    };
    let before = blanks(rest);
    let body = rest.get(before..).unwrap_or_default();
    // Most of what stands behind a number begins as none of them does.
    if !matches!(
        body.first().map(u8::to_ascii_lowercase),
        Some(b'e' | b'x' | b'p' | b'i' | b'r' | b'a' | 0xd0)
    ) {
        return 0;
    }
    let Some(sign) = SIGNS.iter().find(|sign| {
        body.get(..sign.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(sign.as_bytes()))
    }) else {
        return 0;
    };
    let body = body.get(sign.len()..).unwrap_or_default();
    let after = blanks(body);
    let body = body.get(after..).unwrap_or_default();
    let digits = body
        .iter()
        .take(7)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let ends = !body.get(digits).is_some_and(u8::is_ascii_alphanumeric);
    if (1..=6).contains(&digits) && ends {
        before + sign.len() + after + digits
    } else {
        0
    }
}

/// The letter of a Spanish number that a blank or a dash parts from its digits, `30764274 A`: 2, or 0 if there is none.
fn letter_behind(bytes: &[u8], start: usize, end: usize) -> usize {
    let Some([b' ' | b'-', letter, rest @ ..]) = bytes.get(end..) else {
        return 0;
    };
    let mut whole = [*letter; 9];
    let digits = bytes.get(start..end).unwrap_or_default();
    for (slot, digit) in whole.iter_mut().zip(digits) {
        *slot = *digit;
    }
    let joined = rest.first().is_some_and(u8::is_ascii_alphanumeric);
    if digits.len() == 8 && !joined && words::is_nif(&whole) {
        2
    } else {
        0
    }
}

/// What stands before the signs that a text ends in.
pub(super) fn unsigned(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(u8::is_ascii_alphanumeric);
    text.get(..end.map_or(0, |end| end + 1)).unwrap_or_default()
}

/// The letters that a text ends in.
pub(super) fn last_word(text: &[u8]) -> &[u8] {
    let other = text.iter().rposition(|byte| !byte.is_ascii_alphabetic());
    text.get(other.map_or(0, |other| other + 1)..)
        .unwrap_or_default()
}

impl Walk<'_> {
    /// A number that a 0 is dialled before, in one piece, in a text of words: `call 07700900123`.
    fn undivided(&self) -> Option<numbers::Found> {
        let run = &self.groups_of;
        if run.groups() != 1 || run.plus || !phone::is_undivided(run.digits(0, 1)) {
            return None;
        }
        let before = self
            .bytes
            .get(run.start.saturating_sub(SAID_MAX)..run.start)?;
        let joined = before
            .last()
            .is_some_and(|byte| !matches!(byte, b' ' | b'(' | b'\n' | b'\t' | b':' | b'"'));
        let head = before.trim_ascii_end();
        let head = head.strip_suffix(b":").unwrap_or(head);
        let word = last_word(head);
        let other = head.ends_with(b"#") || head.ends_with(b".") || is_numbered(word);
        let spoken =
            head.iter().any(u8::is_ascii_alphabetic) || head.iter().any(|byte| *byte >= 0x80);
        // `arn:aws:kms:us-east-1:055268406232:key`: an account.
        let between = before.last() == Some(&b':') && self.next(run.end) == b':';
        (spoken && !joined && !other && !between).then_some((Label::Phone, 1, Basis::Form))
    }

    /// `part 080 937 221`: whether a word right before what is grouped as a telephone says that it numbers something else.
    fn is_numbered(&self, group: usize, (label, _, basis): &numbers::Found) -> bool {
        let run = &self.groups_of;
        let told = self.said.is_some() || run.plus || group > 0;
        if *label != Label::Phone || *basis != Basis::Form || told {
            return false;
        }
        let from = run.start.saturating_sub(SAID_MAX);
        let head = self.bytes.get(from..run.start).unwrap_or_default();
        // `?page=08 200 40250`
        if head.ends_with(b"=") {
            return true;
        }
        let word = last_word(unsigned(head));
        word.len() >= NUMBERED_MIN && (is_numbered(word) || ends_numbered(word))
    }

    /// `ID 5801113710087`: a bare `ID` before digits that hardly any other number is written as.
    fn of_an_id(&self, group: usize) -> Option<numbers::Found> {
        let run = &self.groups_of;
        if group != 0 || run.groups() != 1 || !matches!(run.length(0), 11 | 13 | 14) {
            return None;
        }
        let before = self
            .bytes
            .get(run.start.saturating_sub(SAID_MAX)..run.start)?;
        let head = unsigned(before);
        let signs = before.len() - head.len();
        let named = signs <= 3
            && [&b"ID"[..], b"id", b"Id", b"ID number", b"ID no", b"ID No"]
                .iter()
                .any(|word| head.ends_with(word));
        (named && further::is_sure(run.digits(0, 1))).then_some((
            Label::NationalId,
            1,
            Basis::Checksum,
        ))
    }

    /// An address, told by what stands in it.
    fn found_address(&mut self, start: usize, end: usize) {
        let start = self.displace(start);
        self.found(Finding {
            start,
            end,
            label: Label::Address,
            basis: Basis::Dictionary,
        });
    }

    /// Digits that stand alone are a card number or a house number, or nothing; others begin a run.
    pub(super) fn digits(&mut self, at: usize, end: usize) {
        if let Some(finding) = self.code(at, end) {
            return self.found(finding);
        }
        if let Some(finding) = self.dialled_field(at, end) {
            return self.found(finding);
        }
        if self.calls(at, end) {
            return;
        }
        let next = self.next(end);
        let after = self.next(end + 1);
        let alone = !(matches!(next, b':' | b'/' | b'+' | b'-' | b')' | b'%' | b'&')
            || after.is_ascii_digit()
            || after == b'(');
        let named =
            || matches!(next, b' ') && end - at >= NAMED_MIN && self.said_after(end).is_some();
        // `, 811 09 Bratislava`
        let code = address::postcode_end(self.bytes, at, end);
        if code > end
            && let Some((start, stop)) = address::around_postcode(self.bytes, at, code)
        {
            return self.found_address(start, stop);
        }
        if !alone
            || self.said.is_some()
            || self.may_answer(at, end)
            || end - at >= 12
            || (10..12).contains(&(end - at)) && self.bytes.get(at) == Some(&b'0')
            || named()
        {
            return self.number();
        }
        self.at = end;
        if next == b' '
            && matches!(end - at, 4 | 5)
            && let Some((start, stop)) = address::around_postcode(self.bytes, at, end)
        {
            return self.found_address(start, stop);
        }
        if next == b' '
            && after.is_ascii_uppercase()
            && let Some(stop) = address::address_at(self.bytes, at, end)
        {
            self.found(Finding {
                start: at,
                end: stop,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
    }

    /// What the words after a value say of it: `512448271 (SSN)`, `1950-01-31 (date of birth)`.
    fn said_after(&self, end: usize) -> Option<Label> {
        let rest = self.bytes.get(end..)?;
        let gap = |rest: &[u8]| {
            let parts = |byte: &&u8| matches!(byte, b' ' | b'(' | b'[' | b'-');
            rest.iter().take(3).take_while(parts).count()
        };
        let first = gap(rest);
        if first == 0 || !rest.get(first).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        let bracket = rest
            .get(..first)?
            .iter()
            .any(|byte| matches!(byte, b'(' | b'['));
        let mut at = first;
        for _ in 0..3 {
            let word = rest.get(at..)?;
            let length = word
                .iter()
                .take(16)
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count();
            let word = word.get(..length)?;
            let after = rest.get(at + length..)?;
            if bracket && matches!(word, b"date" | b"of") {
                at += length + gap(after);
                continue;
            }
            if !may_say(word) {
                return None;
            }
            match says(word)? {
                Says::Value(label) if bracket => return Some(label),
                Says::Value(Label::UsSsn) if after.first() != Some(&b':') => {
                    return Some(Label::UsSsn);
                }
                Says::Filler => at += length + gap(after),
                _ => return None,
            }
        }
        None
    }

    /// Digits: a run of groups, or a house number.
    pub(super) fn number(&mut self) {
        let bytes = self.bytes;
        let at = self.at;
        if let Some(finding) = self.coded(at) {
            return self.found(finding);
        }
        if !self.groups_of.read(bytes, at) {
            // Longer than any number, or a sign before none.
            let digits = bytes
                .iter()
                .skip(at + 1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            self.at += 1 + digits;
            return;
        }
        let first = self.groups_of.end_of(0);
        let next = self.next(first);
        if next == b'-' && first - at == 8 && is_uuid(bytes.get(at..at + 36).unwrap_or_default()) {
            self.at = at + 36;
            return;
        }
        let found = match next {
            b':' | b'-' | b'.' => self
                .address(at, first, next)
                .or_else(|| self.shaped(at, first, next)),
            b'/' | b'+' => self.bare_key(at, first),
            _ => None,
        };
        if let Some(finding) = found {
            return self.found(finding);
        }
        let any = self.groups(at);
        let last = self.groups_of.groups() - 1;
        let (house, house_end) = (self.groups_of.start_of(last), self.groups_of.end_of(last));
        if !any
            && bytes.get(house_end) == Some(&b' ')
            && let Some(end) = address::address_at(bytes, house, house_end)
        {
            return self.found(Finding {
                start: house,
                end,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
        self.at = self.groups_of.end.max(at + 1);
    }

    /// A dotted quad that a port follows, or that begins a line of an access log.
    fn peer(&self, group: usize, joined: bool) -> Option<numbers::Found> {
        let run = &self.groups_of;
        if joined || run.groups() != group + 4 || run.separator(group) != b'.' {
            return None;
        }
        network::ipv4_at(run, group)?;
        let rest = self.bytes.get(run.end..)?;
        let begins = match self.bytes.get(..run.start_of(group))? {
            [] | [.., b'\n'] => rest.starts_with(b" - "),
            _ => false,
        };
        let port = matches!(rest, [b':', b'0'..=b'9', ..]);
        (begins || port).then_some((Label::Ip, 4, Basis::Form))
    }

    /// `Zoe Quux, 500 02 9119, …`: a social security number in blanks, alone between commas behind a person's name.
    fn beside_a_name(&self, group: usize) -> Option<numbers::Found> {
        let run = &self.groups_of;
        let blanks = run.separator(0) == b' ' && run.separator(1) == b' ';
        if group != 0 || run.groups() != 3 || run.plus || !blanks {
            return None;
        }
        let last = self.findings.get(self.first..).and_then(<[_]>::last)?;
        let between = self.bytes.get(last.end..run.start)?;
        let closes = matches!(self.next(run.end), 0 | b',' | b';' | b'.' | b')');
        let fits = run.lengths(0).starts_with(&[3, 2, 4]) && is_ssn(run.digits(0, 3));
        (last.label == Label::Person && between == b", " && closes && fits).then_some((
            Label::UsSsn,
            3,
            Basis::Cue,
        ))
    }

    /// Whether anything was found in the run's groups.
    fn groups(&mut self, at: usize) -> bool {
        let before = at
            .checked_sub(1)
            .and_then(|place| self.bytes.get(place))
            .copied();
        let said = self.said.or_else(|| self.said_after(self.groups_of.end));
        if said.is_none() && !numbers::may_hold(&self.groups_of) {
            return false;
        }
        let mut group = 0;
        let mut any = false;
        while group < self.groups_of.groups() {
            let joined = match group {
                0 => before.is_some_and(|byte| matches!(byte, b'.' | b'-')),
                _ => self.groups_of.tight(group - 1),
            };
            let found = numbers::number_at(&self.groups_of, group, joined, said)
                .or_else(|| self.peer(group, joined))
                .or_else(|| self.beside_a_name(group))
                .or_else(|| self.short_card(group))
                .or_else(|| self.of_an_id(group))
                .or_else(|| self.undivided())
                .or_else(|| self.behind_a_name(group))
                .or_else(|| self.of_a_call(group));
            let Some((label, count, basis)) = found.filter(|found| !self.is_numbered(group, found))
            else {
                group += 1;
                continue;
            };
            let (start, mut end) = (
                self.groups_of.start_of(group),
                self.groups_of.end_of(group + count - 1),
            );
            if label == Label::Phone {
                end += extension(self.bytes.get(end..).unwrap_or_default());
            } else if label == Label::NationalId {
                end += letter_behind(self.bytes, start, end);
            }
            self.found(Finding {
                start,
                end,
                label,
                basis,
            });
            group += count;
            any = true;
        }
        any
    }
}
