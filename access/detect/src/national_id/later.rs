//! Personal numbers of states that give them out to people and firms alike, or write them in groups of their own.
//!
//! Enters: digits, or a whole cell. Leaves: whether a state could have issued it. Never here: which state.

use super::world::{figures, has_day};
use super::{cut, number};
use crate::checksum::{luhn, weighted};

/// Digits that pass the check of some state: columns vote, or a word says so.
pub(super) fn is_checked(digits: &[u8]) -> bool {
    match digits.len() {
        10 => is_austrian(digits),
        11 => is_peruvian(digits),
        12 => is_spanish(digits),
        13 => is_french_tax(digits),
        _ => false,
    }
}

/// Numbers that their groups give away: `001-3906429-9`, `26/78675613/49`, `9187 240901`, `5.547.130-9`, `05 14 754 531 214`.
pub(super) fn is_grouped(marks: &[u8], lengths: &[usize], digits: &[u8]) -> bool {
    match (marks, lengths) {
        (b"--", [3, 7, 1]) => luhn(digits),
        (b"//" | b"  " | b"--", [2, 8, 2]) | (b"/" | b" " | b"-", [2, 10]) => is_spanish(digits),
        (b" " | b"-" | b"/", [4, 6]) => is_austrian(digits),
        (b"..-", [1, 3, 3, 1]) => is_uruguayan(digits),
        (b"    ", [2, 2, 3, 3, 3]) => is_french_tax(digits),
        _ => false,
    }
}

/// Austria: a serial of three, its check, a day of birth.
fn is_austrian(digits: &[u8]) -> bool {
    digits.len() == 10
        && digits.first() != Some(&0)
        && has_day(digits, 6, 4)
        && weighted(digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == cut(digits, 3, 4)
}

/// Peru: people among those who pay taxes; firms begin with 20.
fn is_peruvian(digits: &[u8]) -> bool {
    let check = (11 - weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10;
    digits.len() == 11 && matches!(cut(digits, 0, 2), 10 | 15 | 17) && check == cut(digits, 10, 11)
}

/// Spain's social security: a province, a number, both modulo 97.
fn is_spanish(digits: &[u8]) -> bool {
    let rest = |from: usize| {
        let body = digits.get(..10).unwrap_or_default().iter().skip(from);
        body.fold(0, |rest, digit| (rest * 10 + u32::from(*digit)) % 97)
    };
    // Numbers below ten millions are put behind the province without their zeros.
    let short = digits.get(2) == Some(&0) && {
        let body = cut(digits, 0, 2) * 10_000_000 + number(digits.get(3..10).unwrap_or_default());
        body % 97 == cut(digits, 10, 12)
    };
    digits.len() == 12
        && matches!(cut(digits, 0, 2), 1..=53 | 66)
        && (rest(0) == cut(digits, 10, 12) || short)
}

/// France's tax number: ten digits and those modulo 511.
fn is_french_tax(digits: &[u8]) -> bool {
    let body = digits.get(..10).unwrap_or_default();
    digits.len() == 13
        && matches!(digits.first(), Some(0..=3))
        && body
            .iter()
            .fold(0, |rest, digit| (rest * 10 + u32::from(*digit)) % 511)
            == cut(digits, 10, 13)
}

fn is_uruguayan(digits: &[u8]) -> bool {
    digits.len() == 8 && weighted(digits, &[2, 9, 8, 7, 6, 3, 4, 1]).is_multiple_of(10)
}

/// Mexico's taxpayer: four letters, a day of birth, two signs, a check.
pub(super) fn is_mexican_taxpayer(text: &[u8]) -> bool {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ";
    let letters = text
        .get(..4)
        .is_some_and(|head| head.iter().all(u8::is_ascii_uppercase));
    let day = text.get(4..10).and_then(figures::<6>);
    if text.len() != 13 || !letters || !day.is_some_and(|day| has_day(&day, 2, 4)) {
        return false;
    }
    let mut sum = 0;
    for (byte, weight) in text.iter().zip((2..=13_usize).rev()) {
        let Some(value) = SIGNS.iter().position(|sign| sign == byte) else {
            return false;
        };
        sum += value * weight;
    }
    let want = match 11 - sum % 11 {
        11 => b'0',
        10 => b'A',
        rest => b'0' + u8::try_from(rest).unwrap_or(0),
    };
    text.last() == Some(&want)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_checks_give_numbers_away() {
        let grouped = |text: &str| {
            let marks: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_digit()).collect();
            let parts = text.split(|sign: char| !sign.is_ascii_digit());
            let lengths: Vec<usize> = parts.map(str::len).collect();
            let digits = text.bytes().filter(u8::is_ascii_digit);
            let digits: Vec<u8> = digits.map(|byte| byte - b'0').collect();
            is_grouped(&marks, &lengths, &digits)
        };
        for (text, want) in [
            ("001-1234567-3", true),
            ("001-1234567-4", false),
            ("1237 010180", true),
            ("1238 010180", false),
            ("1237 013180", false),
            ("1.234.567-2", true),
            ("1.234.567-3", false),
            ("28/12345678/40", true),
            ("28/12345678/41", false),
            ("30 23 217 600 053", true),
            ("30 23 217 600 054", false),
        ] {
            assert_eq!(grouped(text), want, "{text}");
        }
    }

    #[test]
    fn digits_and_letters_are_checked() {
        let digits = |text: &str| -> Vec<u8> { text.bytes().map(|byte| byte - b'0').collect() };
        for (text, want) in [
            ("10123456781", true),
            ("10123456782", false),
            ("20123456786", false),
            ("281234567840", true),
            ("281234567841", false),
        ] {
            assert_eq!(is_checked(&digits(text)), want, "{text}");
        }
        assert!(is_mexican_taxpayer(b"GODE561231GR8"));
        assert!(!is_mexican_taxpayer(b"GODE561231GR9") && !is_mexican_taxpayer(b"GODE561331GR8"));
    }
}
