//! Birthdays in a text: days that a word before or after them calls so.
//!
//! Enters: the walk, at a word or a bracket. Leaves: findings. Never here: a day that nothing calls a birthday.

use super::class::DIGIT;
use super::{Basis, Finding, Label, Walk};
use crate::birth::{day_at, day_before, is_filler};
use crate::cue::{Says, may_say, says};
use crate::work::looked;

/// How near a word must stand that is not of Latin letters, bytes.
const NEAR: usize = 40;
/// Most words inside a bracket that are looked at.
const WORDS_MAX: usize = 5;

/// Words before a birthday that do not begin with a letter of ASCII, in small letters and as a sentence begins.
const BEFORE: &[&str] = &[
    "рожден",
    "рожд.",
    "Рожден",
    "родился",
    "родилась",
    "Родился",
    "Родилась",
    "народжен",
    "народився",
    "народилася",
    "Народився",
    "Народилася",
    "роден",
    "рођен",
    "Рођен",
    "д.р.",
    "γέννησ",
    "Γέννησ",
    "γεννήθηκε",
    "Γεννήθηκε",
    "ميلاد",
    "مواليد",
    "ولد",
    "تولد",
    "متولد",
    "پیدائش",
    "לידה",
    "נולד",
    "जन्म",
    "জন্ম",
    "பிறந்த",
    "เกิด",
    "出生",
    "生日",
    "诞辰",
    "誕生日",
    "生年月日",
    "생년월일",
    "생일",
    "출생",
];
/// Words right after one.
const AFTER: &[&str] = &[
    "生まれ",
    "生まれの",
    "出生",
    "生",
    "г.р.",
    "г. р.",
    "р.н.",
    "년생",
    "생",
];

impl Walk<'_> {
    /// The birthday that the word at `at` begins, or that is inside it.
    pub(super) fn birthday(&self, at: usize, end: usize, kinds: u8) -> Option<Finding> {
        let word = self.bytes.get(at..end)?;
        if self.said == Some(Label::Dob) {
            let filler = std::str::from_utf8(word).is_ok_and(is_filler);
            let day = (!filler).then(|| day_at(self.bytes, at)).flatten();
            if let Some(stop) = day {
                return Some(birthday(at, stop));
            }
        }
        if kinds & DIGIT == 0 {
            return None;
        }
        // Where words are not parted the one before the number may be part of it: `出生日期1985年3月12日`.
        let first = at + word.iter().position(u8::is_ascii_digit)?;
        if first > at && self.bytes.get(first - 1).is_none_or(|byte| *byte < 0x80) {
            return None;
        }
        let before = self.bytes.get(first.saturating_sub(NEAR)..first)?;
        let after = self.bytes.get(first..self.bytes.len().min(first + NEAR))?;
        looked(1);
        let called = !before.is_ascii() && holds(before, BEFORE);
        if !called && after.is_ascii() {
            return None;
        }
        let stop = day_at(self.bytes, first)?;
        let rest = self.bytes.get(stop..)?;
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let named = || AFTER.iter().any(|word| rest.starts_with(word.as_bytes()));
        (called || named()).then(|| birthday(first, stop))
    }

    /// The birthday before a bracket at `at` whose words call it so: `12 March 1985 (date of birth)`.
    pub(super) fn birthday_before(&self, at: usize) -> Option<Finding> {
        let inside = self
            .bytes
            .get(at + 1..self.bytes.len().min(at + 1 + NEAR))?;
        let close = inside.iter().position(|byte| matches!(byte, b')' | b']'))?;
        let inside = inside.get(..close)?;
        looked(close);
        let mut words = inside
            .split(|byte| matches!(byte, b' ' | b'.' | b'_' | b'/'))
            .take(WORDS_MAX);
        let says = |word: &[u8]| may_say(word) && says(word) == Some(Says::Value(Label::Dob));
        let called = words.any(says) || !inside.is_ascii() && holds(inside, BEFORE);
        if !called {
            return None;
        }
        let before = self.bytes.get(..at)?;
        let end = before.trim_ascii_end().len();
        let start = day_before(self.bytes, end)?;
        Some(birthday(start, end))
    }
}

/// Whether what begins at `at` is what something is compared with: `dob > '1990-01-01'` is nobody's birthday.
pub(super) fn is_compared(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(4)..at).unwrap_or_default();
    let before = match before {
        [before @ .., b'\'' | b'"'] => before,
        before => before,
    };
    matches!(
        before,
        [.., b'>' | b'<', b' '] | [.., b'>' | b'<', b'=', b' ']
    )
}

fn holds(text: &[u8], words: &[&str]) -> bool {
    looked(text.len());
    words
        .iter()
        .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

const fn birthday(start: usize, end: usize) -> Finding {
    Finding {
        start,
        end,
        label: Label::Dob,
        basis: Basis::Cue,
    }
}
