//! What a card's magnetic stripe holds: `%B4111111111111111^ROE/JANE^2512101…?`.
//!
//! Enters: the walk, at the word that ends at the first `^`. Leaves: the number and the name. Never here: the second track, whose number
//! stands alone; what is behind the name.

use super::Walk;
use crate::work::looked;
use crate::{Basis, Finding, Label, card};

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
