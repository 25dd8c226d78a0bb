//! Short words that say something only by what stands beside them: `SS# 512448271`, `use pw Tango77 for …`.
//!
//! Enters: the walk, at a word. Leaves: what it announces. Never here: words that say so alone.

use super::Walk;
use super::class::{LOWER, UPPER};
use crate::Label;
use crate::cue::{Says, may_say, says};

/// Words before `pw` that make it a password's: power and weeks are written so too.
const BEFORE_PW: &[&[u8]] = &[
    b"use", b"using", b"the", b"new", b"old", b"my", b"your", b"his", b"her", b"their", b"same",
    b"temp", b"with", b"login", b"wifi", b"default", b"admin", b"root", b"and", b"user",
];
/// Longest of them, bytes.
const BEFORE_MAX: usize = 8;

impl Walk<'_> {
    /// What of a word says what follows: of a member's name (`<EmployeeSSN>`, `homePhone=`) its last word.
    pub(super) fn told_by<'a>(&self, word: &'a [u8], end: usize, kinds: u8) -> &'a [u8] {
        let named = kinds & LOWER != 0
            && kinds & UPPER != 0
            && matches!(self.next(end), b'>' | b'=' | b':' | b'"');
        if named { last_hump(word) } else { word }
    }

    /// What the word says that ends at `end` and, with what lines join to it, begins at `at`.
    pub(super) fn announced_by(&self, word: &[u8], at: usize, end: usize) -> Option<Says> {
        if self.is_segment(at, end) {
            return None;
        }
        self.said_by_sign(at, end)
            .or_else(|| may_say(word).then(|| says(word))?)
    }

    /// What the word `bytes[at..end]` says by the sign or the word beside it.
    fn said_by_sign(&self, at: usize, end: usize) -> Option<Says> {
        let &[first, second] = self.bytes.get(at..end)? else {
            return None;
        };
        match (first | 0x20, second | 0x20) {
            (b's', b's') => (self.next(end) == b'#').then_some(Says::Value(Label::UsSsn)),
            (b'p', b'w') => self
                .is_password_of(at)
                .then_some(Says::Value(Label::Secret)),
            _ => None,
        }
    }

    /// `arn:aws:secretsmanager:…:secret:etl-DTR766`: whether the word is a part of a resource's name, which no secret follows.
    fn is_segment(&self, at: usize, end: usize) -> bool {
        let before = at.checked_sub(1).and_then(|place| self.bytes.get(place));
        self.next(end) == b':'
            && before == Some(&b':')
            && self.bytes.get(at..end) == Some(b"secret")
    }

    /// Whether the word before `at` makes `pw` a password.
    fn is_password_of(&self, at: usize) -> bool {
        let Some(before) = self
            .bytes
            .get(..at)
            .and_then(|before| before.strip_suffix(b" "))
        else {
            return false;
        };
        let length = before
            .iter()
            .rev()
            .take(BEFORE_MAX)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        before.get(before.len() - length..).is_some_and(|word| {
            BEFORE_PW
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        })
    }
}

/// The last word of several that capitals part: `SSN` of `EmployeeSSN`.
fn last_hump(word: &[u8]) -> &[u8] {
    let hump = word.windows(2).rposition(|pair| {
        matches!(pair, [before, after] if before.is_ascii_lowercase() && after.is_ascii_uppercase())
    });
    hump.and_then(|place| word.get(place + 1..)).unwrap_or(word)
}
