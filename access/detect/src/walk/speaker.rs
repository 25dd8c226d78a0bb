//! Names of people: what leads to them, who speaks in a chat, to whom a mail goes.
//!
//! Enters: the walk, at a word that begins with a capital, or at a mail address that was found. Leaves: findings. Never here: how far a
//! name goes (`person.rs`).

use super::{Basis, Finding, Label, Lead, Walk, person};

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
        begins
            && self.bytes.get(end..).is_some_and(turn)
            && self.bytes.get(at..end).is_some_and(person::is_given_only)
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
