//! What a card's magnetic stripe holds: `%B4111111111111111^ROE/JANE^2512101…?`.
//!
//! Enters: the walk, at the word that ends at the first `^`, or holds the second track. Leaves: the number and the name. Never here: what is
//! behind them.

use super::Walk;
use super::class::{DIGIT, LINE, UPPER};
use super::number::{last_word, unsigned};
use crate::work::looked;
use crate::{Basis, Finding, Label, card, numbers};

/// Most digits of a number.
const DIGITS_MAX: usize = 19;
/// Longest name that ISO/IEC 7813 allows, bytes.
const NAME_MAX: usize = 26;

impl Walk<'_> {
    /// The first track, whose format and number are the word `bytes[at..end]`: whether there is one.
    pub(super) fn track(&mut self, at: usize, end: usize) -> bool {
        let Some((number, name)) = first_track(self.bytes, at, end) else {
            return false;
        };
        self.found(Finding {
            start: number,
            end,
            label: Label::CreditCard,
            basis: Basis::Checksum,
        });
        if let Some(stop) = name {
            self.found(Finding {
                start: end + 1,
                end: stop,
                label: Label::Person,
                basis: Basis::Form,
            });
        }
        true
    }
}

impl Walk<'_> {
    /// A card's number that the word `bytes[at..end]` begins with, before the rest of its second track (`4111111111111111D2512101…`),
    /// or that it is, parted by lines (`4111_1111_1111_1111`): whether there is one.
    pub(super) fn stripe(&mut self, at: usize, end: usize, kinds: u8) -> bool {
        let long = end - at > 12 && self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        let lined = kinds == DIGIT | LINE;
        if !long || !(lined || kinds == DIGIT | UPPER) {
            return false;
        }
        let Some(length) = self.bytes.get(at..end).and_then(|word| {
            if lined {
                lined_card(word)
            } else {
                second_track(word)
            }
        }) else {
            return false;
        };
        self.found(Finding {
            start: at,
            end: at + length,
            label: Label::CreditCard,
            basis: Basis::Checksum,
        });
        self.at = end;
        true
    }
}

/// How long the number is before a `D`, a year, a month and a service code.
fn second_track(word: &[u8]) -> Option<usize> {
    let length = word
        .iter()
        .take(DIGITS_MAX + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let rest = word.get(length..)?.strip_prefix(b"D")?;
    let month = rest.get(2..4)?;
    let dated = rest.len() >= 7
        && rest.iter().all(u8::is_ascii_digit)
        && (b"01"..=b"12").contains(&<&[u8; 2]>::try_from(month).ok()?);
    (dated && is_card_of(word.get(..length)?.iter().copied())).then_some(length)
}

fn lined_card(word: &[u8]) -> Option<usize> {
    let groups = word.split(|byte| *byte == b'_');
    let fits = groups
        .into_iter()
        .all(|group| (3..=6).contains(&group.len()));
    let digits = word.iter().copied().filter(u8::is_ascii_digit);
    (fits && is_card_of(digits)).then_some(word.len())
}

fn is_card_of(bytes: impl Iterator<Item = u8>) -> bool {
    let mut digits = [0; DIGITS_MAX];
    let mut count = 0;
    for byte in bytes {
        let Some(slot) = digits.get_mut(count) else {
            return false;
        };
        *slot = byte - b'0';
        count += 1;
    }
    digits
        .get(..count)
        .is_some_and(|digits| card::is_card(digits) || card::is_short_visa(digits))
}

impl Walk<'_> {
    /// Visa's old numbers of thirteen digits behind a word for a card, or before the rest of a second track.
    pub(super) fn short_card(&self, group: usize) -> Option<numbers::Found> {
        let run = &self.groups_of;
        let count = run.groups();
        let digits = run.digits(0, count);
        if group != 0 || digits.len() != 13 || run.plus || !card::is_short_visa(digits) {
            return None;
        }
        let before = self
            .bytes
            .get(run.start.saturating_sub(BEFORE_MAX)..run.start)?;
        let word = last_word(unsigned(before));
        let named = CARD_WORDS
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
        let track = before.last() == Some(&b';') && self.next(run.end) == b'=';
        (named || track).then_some((Label::CreditCard, count, Basis::Checksum))
    }
}

/// How much before a number is looked at, bytes.
const BEFORE_MAX: usize = 16;
/// Words for a card before its number.
const CARD_WORDS: &[&str] = &[
    "card",
    "cards",
    "cc",
    "pan",
    "visa",
    "karte",
    "kreditkarte",
    "tarjeta",
    "cartao",
    "carte",
    "carta",
    "kart",
    "kaart",
    "kort",
    "karta",
    "karty",
    "cardnumber",
    "ccnum",
];

/// First byte of the number, and one past the name's last if there is a name.
fn first_track(bytes: &[u8], at: usize, end: usize) -> Option<(usize, Option<usize>)> {
    let body = bytes.get(at..end)?.strip_prefix(b"B")?;
    if body.len() > DIGITS_MAX || !body.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut digits = [0; DIGITS_MAX];
    for (to, from) in digits.iter_mut().zip(body) {
        *to = from - b'0';
    }
    let rest = bytes.get(end..)?.strip_prefix(b"^")?;
    let length = rest
        .iter()
        .take(NAME_MAX + 1)
        .position(|byte| *byte == b'^')?;
    looked(body.len() + length);
    let expires = rest.get(length + 1..length + 5)?;
    if !card::is_card(digits.get(..body.len())?) || !expires.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let name = rest.get(..length)?.trim_ascii_end();
    let letters = name
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    let fits = name.iter().all(|byte| {
        byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'/' | b'.' | b'-' | b'\'')
    });
    Some((
        end - body.len(),
        (fits && letters >= 2).then_some(end + 1 + name.len()),
    ))
}
