//! Words of prose that begin nothing and announce nothing: most of a text, passed over eight bytes at a time.
//!
//! Enters: the walk, at a letter. Leaves: how far it may go. Never here: findings; whatever might be something is left to `Walk::word`,
//! which does what this spares.

use std::sync::LazyLock;

use super::Walk;
use super::class::{WORD, class};
use crate::cue::{self, Says};
use crate::person::Lead;
use crate::work::looked;
use crate::{Label, mail, person, secret};

/// Shortest word with capitals that may be a token, bytes.
const TOKEN_MIN: usize = 20;
/// Bytes of one look.
const STEP: usize = 8;
/// A byte in each lane of a word.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each lane.
const HIGH: u64 = 0x80 * ONES;
/// The bit that tells small letters from capitals, in each lane.
const SMALL: u64 = 0x20 * ONES;
/// Bits of the table, some thirty for each word in it, and its slots.
const BITS: usize = 1 << 15;
const SLOTS: usize = 1 << 12;

/// What a word does that is not passed over as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing, unless something was announced.
    Filler,
    /// It says that a person may follow.
    Perhaps,
    /// Something that `Walk::word` knows.
    Other,
}

/// Words of ASCII letters that do something: a bit each by their hash, which other words may share, and the words themselves.
pub(super) struct Heeded {
    bits: [u64; BITS / 64],
    words: Vec<Option<(u64, Kind)>>,
}

impl Heeded {
    /// Whether the word has its bit, as few words have that do nothing.
    fn has(&self, letters: u64, length: usize) -> bool {
        let hash = hash(letters, length);
        self.bits
            .get(hash / 64)
            .is_some_and(|bits| bits >> (hash % 64) & 1 == 1)
    }

    fn kind(&self, letters: u64, length: usize) -> Option<Kind> {
        if !self.has(letters, length) {
            return None;
        }
        let hash = hash(letters, length);
        // Of longer ones the first letters are known only.
        if length > STEP {
            return Some(Kind::Other);
        }
        self.words
            .get(self.slot(letters, hash))
            .copied()?
            .map(|(_, kind)| kind)
    }

    fn slot(&self, letters: u64, hash: usize) -> usize {
        let mut slot = hash % SLOTS;
        while let Some(Some((held, _))) = self.words.get(slot)
            && *held != letters
        {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }

    fn heed(&mut self, word: &[u8], kind: Kind) {
        let letters = letters(eight(word, 0) | SMALL, word.len());
        let hash = hash(letters, word.len());
        if let Some(bits) = self.bits.get_mut(hash / 64) {
            *bits |= 1 << (hash % 64);
        }
        let slot = self.slot(letters, hash);
        if let Some(held) = self.words.get_mut(slot)
            && word.len() <= STEP
        {
            // What two lists have is left to who knows both.
            let kind = held.map_or(kind, |_| Kind::Other);
            *held = Some((letters, kind));
        }
    }
}

static HEEDED: LazyLock<Heeded> = LazyLock::new(|| {
    let mut heeded = Heeded {
        bits: [0; BITS / 64],
        words: vec![None; SLOTS],
    };
    for (word, says) in cue::words() {
        let kind = match says {
            Says::Filler => Kind::Filler,
            Says::PersonPerhaps => Kind::Perhaps,
            Says::Value(_) | Says::Person | Says::PersonOrTitle => Kind::Other,
        };
        heeded.heed(word.as_bytes(), kind);
    }
    for word in [
        "identified",
        "pw",
        "ss",
        "basic",
        "pass",
        "creds",
        "wifi",
        "wlan",
        "login",
        "logins",
        "credentials",
        "identifiants",
        "credenciales",
        "credenziali",
        "credenciais",
        "anmeldedaten",
        "inloggegevens",
        "inloggning",
        "storepass",
        "keypass",
        "community",
        "mask",
        "mfa",
        "totp",
    ] {
        heeded.heed(word.as_bytes(), Kind::Other);
    }
    for word in secret::line::words() {
        heeded.heed(word, Kind::Other);
    }
    // A single letter is one only in brackets.
    for word in mail::signs().filter(|sign| sign.len() > 1) {
        heeded.heed(word.as_bytes(), Kind::Other);
    }
    for word in person::titles() {
        heeded.heed(word, Kind::Other);
    }
    heeded
});

/// The table, asked for once a walk.
pub(super) fn heeded() -> &'static Heeded {
    &HEEDED
}

/// The eight bytes at `at`, the first in the lowest lane; zeros behind the text's end.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + STEP).map(<[u8; STEP]>::try_from) {
        Some(Ok(lanes)) => u64::from_le_bytes(lanes),
        _ => last(bytes, at),
    }
}

/// The same where fewer than eight bytes are left: the text's last eight, less those before `at`.
fn last(bytes: &[u8], at: usize) -> u64 {
    if let Some(lanes) = bytes.last_chunk::<STEP>() {
        let before = (at + STEP).saturating_sub(bytes.len()) * 8;
        return if before < u64::BITS as usize {
            u64::from_le_bytes(*lanes) >> before
        } else {
            0
        };
    }
    let rest = bytes.get(at..).unwrap_or_default().iter();
    rest.rev()
        .fold(0, |lanes, byte| lanes << 8 | u64::from(*byte))
}

/// How many of the first lanes are small letters of ASCII.
const fn small_letters(lanes: u64) -> usize {
    let low = lanes & !HIGH;
    let from_a = low + (0x80 - b'a' as u64) * ONES;
    let beyond_z = low + (0x7f - b'z' as u64) * ONES;
    let small = from_a & !beyond_z & !lanes & HIGH;
    ((small ^ HIGH).trailing_zeros() / 8) as usize
}

/// Of eight lanes those that are a word's, moved to the highest.
const fn letters(lanes: u64, length: usize) -> u64 {
    if length < STEP {
        lanes << ((STEP - length) * 8)
    } else {
        lanes
    }
}

/// Of a word's first eight letters and its length.
const fn hash(letters: u64, length: usize) -> usize {
    let mixed = (letters ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 49) as usize % BITS
}

/// A word's first byte and what stands around the word.
struct Place {
    first: u8,
    one: bool,
    /// It begins the text, or a blank stands before it.
    apart: bool,
    next: u8,
    after: u8,
}

impl Place {
    /// Whether nothing but its letters can make something of a word in small letters.
    const fn ends_small(&self) -> bool {
        let ends = match self.next {
            b'.' => matches!(self.after, b' ' | b'\n' | 0),
            b':' | b'-' | b'/' | b'+' | b'~' => false,
            _ => true,
        };
        // `D.O.B.`, `(a)`
        ends && (!self.one || self.apart)
    }

    /// The same of one with a capital in front, where nothing leads to a name.
    const fn ends_capital(&self) -> bool {
        let ends = match self.next {
            // Behind a capital a name may go on; `Zoe -> Max`.
            b' ' => !matches!(self.after, b'A'..=b'Z' | 0x80.. | b'-' | b'\''),
            b',' | b';' | b'!' | b'?' | b')' | b'"' | b'\n' => true,
            _ => false,
        };
        // `PO Box 12`, `U.P. Box`, `M 123`: left to those who know them.
        let numbered = matches!(self.first, b'P' | b'U' | b'M') && (self.one || self.first != b'M');
        ends && !numbered && (!self.one || self.apart)
    }
}

impl Walk<'_> {
    /// Passes over the word that begins at the ASCII letter at `self.at`, if nothing is to be done about it but to note what it says;
    /// false if something else may be.
    pub(super) fn quiet(&mut self) -> bool {
        let (bytes, at) = (self.bytes, self.at);
        let first = eight(bytes, at);
        let small = first | 0x20;
        let capital = small != first;
        let mut end = at + small_letters(small);
        if end == at + STEP {
            loop {
                let more = small_letters(eight(bytes, end));
                end += more;
                if more < STEP {
                    break;
                }
            }
        }
        let length = end - at;
        let place = Place {
            first: first as u8,
            one: length == 1,
            apart: at == 0 || self.next(at - 1) == b' ',
            next: self.next(end),
            after: self.next(end + 1),
        };
        let ends = if capital {
            length < TOKEN_MIN && place.ends_capital() && !self.may_go_on(&place, end)
        } else {
            place.ends_small() || !place.one && self.leads_to_nothing(at, end, first)
        };
        if class(place.next) & WORD != 0 || !ends {
            return false;
        }
        let kind = self.heeded.kind(letters(small, length), length);
        if kind == Some(Kind::Other) || self.is_awaited(at) {
            return false;
        }
        if capital && self.lead != Lead::None || kind == Some(Kind::Filler) && self.said.is_some() {
            return false;
        }
        if !capital {
            let row = self.in_row(at, end);
            // The twelfth word of a row is looked at.
            if row >= secret::seed::WORDS_MIN {
                return false;
            }
            (self.row, self.row_end) = (row, end);
        }
        if kind == Some(Kind::Perhaps) {
            self.may_lead(end);
        }
        looked(length);
        self.at = end + usize::from(place.next == b' ');
        if place.next == b' ' {
            self.plain_words();
        }
        true
    }

    /// Whether a particle of a name, or a title, stands behind the word that ends at `end`: `Ana de la Cruz`, `Luca d'Este`, `Ana dr. Ruiz`.
    fn may_go_on(&self, place: &Place, end: usize) -> bool {
        if place.next != b' ' || !matches!(place.after, b'd' | b'v' | b'l' | b'y' | b'z') {
            return false;
        }
        let rest = self.bytes.get(end + 1..).unwrap_or_default();
        let small = rest
            .iter()
            .take(STEP)
            .take_while(|byte| byte.is_ascii_lowercase());
        let (word, behind) = rest.split_at(small.count());
        matches!(behind.first(), Some(b'\'' | b'.' | 0x80..)) || person::is_particle(word)
    }

    /// Passes over the words of two to seven small letters from `self.at` on, each with a blank behind it, that no list has: what `quiet`
    /// does.
    fn plain_words(&mut self) {
        let bytes = self.bytes;
        while let Some(Ok(lanes)) = bytes
            .get(self.at..self.at + STEP)
            .map(<[u8; STEP]>::try_from)
        {
            let lanes = u64::from_le_bytes(lanes);
            let length = small_letters(lanes);
            let parted = length < STEP && lanes >> (length * 8) & 0xff == u64::from(b' ');
            if length < 2
                || !parted
                || self.heeded.has(letters(lanes, length), length)
                || self.is_awaited(self.at)
            {
                return;
            }
            let (at, end) = (self.at, self.at + length);
            let row = self.in_row(at, end);
            if row >= secret::seed::WORDS_MIN {
                return;
            }
            (self.row, self.row_end, self.at) = (row, end, end + 1);
            looked(length);
        }
    }

    /// Whether no secret and no address begins with the word of two small letters and more that ends before a point, a colon, a dash or a
    /// slash, as the parts of hosts' names and paths do: `cdn.example.com/img`.
    fn leads_to_nothing(&self, at: usize, end: usize, letters: u64) -> bool {
        let before = at.checked_sub(1).map_or(b' ', |place| self.next(place));
        // An option of a command, a field of a jar of cookies, `/user:`.
        if matches!(before, b'-' | b'\t') || before == b'/' && self.next(end) == b':' {
            return false;
        }
        let length = end - at;
        let [one, other, ..] = letters.to_le_bytes();
        match self.next(end) {
            b'.' => length != 4 && !secret::may_be_issued(one, other),
            b':' => length > 4 && !secret::may_be_issued(one, other),
            b'-' => length != 2 && !secret::may_be_issued(one, other),
            // A key of letters and slashes begins where nothing is joined to it.
            b'/' => {
                let joined =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
                joined(before) || before == b'/' && at > 1 && joined(self.next(at - 2))
            }
            _ => false,
        }
    }

    /// Forgets what was announced where it no longer holds; whether a word may still be of it.
    fn is_awaited(&mut self, at: usize) -> bool {
        if at >= self.until {
            (self.said, self.lead) = (None, Lead::None);
        }
        matches!(self.said, Some(Label::Secret | Label::Dob | Label::Address))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Finding;
    use crate::walk::class::MARK;

    #[test]
    fn lanes_are_letters_up_to_the_first_that_is_none() {
        for (text, want) in [
            ("", 0),
            ("a", 1),
            ("abc def", 3),
            ("zzzzzzzzz", 8),
            ("abC", 2),
            ("ab`", 2),
            ("ab{", 2),
            ("abcé", 3),
        ] {
            assert_eq!(small_letters(eight(text.as_bytes(), 0)), want, "{text}");
        }
        assert_eq!(eight(b"xab", 1), u64::from_le_bytes(*b"ab\0\0\0\0\0\0"));
    }

    /// What a walk finds that looks at every word.
    fn found_word_by_word(text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut walk = Walk::new(text.as_bytes(), &mut findings);
        while let Some(&byte) = walk.bytes.get(walk.at) {
            match class(byte) {
                0 => walk.at += 1,
                MARK => walk.mark(byte),
                _ => walk.word(),
            }
        }
        findings
    }

    fn pieces() -> impl Strategy<Value = String> {
        let words = [
            "the",
            "lamp",
            "left",
            "with",
            "at",
            "password",
            "is",
            "phone",
            "patient",
            "born",
            "no",
            "lives",
            "Compact",
            "The",
            "Ana",
            "Maria",
            "Ruiz",
            "Smith",
            "de",
            "la",
            "dr.",
            "d'",
            "v",
            "y",
            "cdn",
            "example",
            "com",
            "img",
            "https",
            "user",
            "key",
            "api",
            "token",
            "st",
            "hvs",
            "abcd",
            "ef",
            "12",
            "2125550100",
            "1985-03-12",
            "x9Kq2!",
            "(212) 555-0100",
            "a@b.cd",
            "110-45-6789",
            "45 Oak Street",
            "D",
            "a",
        ];
        let signs = [
            " ", " ", " ", ".", ": ", ":", "/", "-", ", ", "://", "=", "\t", "\n", "'", "|", "+",
            "(",
        ];
        let piece = (
            proptest::sample::select(words.to_vec()),
            proptest::sample::select(signs.to_vec()),
        );
        proptest::collection::vec(piece, 1..12).prop_map(|pieces| {
            pieces
                .iter()
                .flat_map(|(word, sign)| [*word, *sign])
                .collect()
        })
    }

    proptest! {
        #[test]
        fn nothing_is_passed_over_that_is_something(text in pieces()) {
            let mut findings = Vec::new();
            Walk::over(text.as_bytes(), &mut findings);
            prop_assert_eq!(findings, found_word_by_word(&text), "{}", text);
        }
    }

    #[test]
    fn few_other_words_share_a_bit() {
        let set: u32 = HEEDED.bits.iter().map(|bits| bits.count_ones()).sum();
        assert!((set as usize) < BITS / 16, "{set}");
    }
}
