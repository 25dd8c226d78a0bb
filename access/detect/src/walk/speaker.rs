//! Names of people: what leads to them, who speaks in a chat, to whom a mail goes.
//!
//! Enters: the walk, at a word that begins with a capital, or at a mail address that was found. Leaves: findings. Never here: how far a
//! name goes (`person.rs`).

use super::{Basis, Finding, Label, Lead, Walk, person};
use crate::work::looked;

/// Longest text before a mail address in which its owner's name is looked for, bytes.
const BEFORE_MAX: usize = 96;

mod namesake;

impl Walk<'_> {
    /// A name here, if a word before leads to one, or the word is a title or a given name.
    pub(super) fn person(&self, at: usize, end: usize, next: u8) -> Option<Finding> {
        let word = self.bytes.get(at..end)?;
        if matches!(next, b':' | b' ') && self.speaks(at, end) {
            return Some(Finding {
                start: at,
                end,
                label: Label::Person,
                basis: Basis::Dictionary,
            });
        }
        let ends = matches!(
            next,
            b' ' | b'.' | b',' | b'-' | b'\'' | 0 | b'"' | b')' | b';' | b'!' | b'?' | b'\n' | b'<'
        );
        let led = self.lead != Lead::None;
        if !(ends && (next != b'<' || led) || next == b':' && led) {
            return None;
        }
        let title = word.len() <= 5 && matches!(next, b'.' | b' ') && person::is_title(word);
        if self.lead == Lead::None && !title {
            // A given name counts with a family name after it, perhaps over a particle: `Ana de la Cruz`.
            let after = if next == b' ' {
                self.next(end + 1)
            } else {
                next
            };
            let goes_on = after.is_ascii_uppercase()
                || after >= 0x80
                || matches!(after, b'-' | b'\'' | b'd' | b'v' | b'l' | b'y' | b'z');
            if !goes_on || !person::may_begin(word) {
                return None;
            }
        }
        let (start, end) = person::person_at(self.bytes, at, self.lead)?;
        Some(Finding {
            start,
            end,
            label: Label::Person,
            basis: Basis::Dictionary,
        })
    }

    /// Whether a given name stands where a chat names who speaks: `[10:42] Zoe: …`, `Zoe -> Max: …`.
    pub(super) fn speaks(&self, at: usize, end: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        let begins = matches!(before, [] | [.., b'\n'])
            || before.ends_with(b"] ")
            || before.ends_with(b"> ");
        let turn = |rest: &[u8]| rest.starts_with(b": ") || rest.starts_with(b" -> ");
        // `Bot: …`, `PIN: …`: given names too, that nobody in a chat has.
        let nobody = |word: &[u8]| {
            [
                &b"bot"[..],
                b"pin",
                b"tan",
                b"cod",
                b"sol",
                b"fin",
                b"max",
                b"min",
            ]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known) && word != b"Max")
        };
        begins
            && self.bytes.get(end..).is_some_and(turn)
            && !self.bytes.get(at..end).is_some_and(nobody)
            && self.bytes.get(at..end).is_some_and(person::is_given_only)
    }

    /// The name of whom the mail address `bytes[start..]` is, in the same line before it: `Rosalind Ogilvie, rosalind_o@example.org`.
    pub(super) fn namesake(&mut self, start: usize, sign: usize) {
        let floor = start.saturating_sub(BEFORE_MAX);
        let Some(before) = self.bytes.get(floor..start) else {
            return;
        };
        looked(before.len());
        let line = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let line = floor + line;
        let (Some(before), Some(local)) =
            (self.bytes.get(line..start), self.bytes.get(start..sign))
        else {
            return;
        };
        let Some((from, to)) = namesake::name_in(before, local) else {
            return;
        };
        let (start, end) = (line + from, line + to);
        let held = self.findings.get(self.first..).unwrap_or_default();
        if held.iter().any(|held| held.start < end && held.end > start) {
            return;
        }
        let place = self.first + held.iter().take_while(|held| held.end <= start).count();
        self.findings.insert(
            place,
            Finding {
                start,
                end,
                label: Label::Person,
                basis: Basis::Dictionary,
            },
        );
    }

    /// The name in front of a mail address in brackets: `"Voss, Clara" <clara@example.org>`.
    pub(super) fn addressee(&mut self, start: usize) {
        let Some(before) = self.bytes.get(..start) else {
            return;
        };
        let Some((from, to)) = person::addressee(before) else {
            return;
        };
        let overlaps = self.findings.get(self.first..).and_then(<[_]>::last);
        if overlaps.is_none_or(|last| last.end <= from) {
            self.findings.push(Finding {
                start: from,
                end: to,
                label: Label::Person,
                basis: Basis::Dictionary,
            });
        }
    }
}
