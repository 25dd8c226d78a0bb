//! How numbers are written that are read by more than their digits: in groups, with letters beside them, with an exponent.
//!
//! Enters: one cell. Leaves: its digits, or yes or no. Never here: labels.

use super::DIGITS_MAX;
use crate::national_id::{is_beneficiary_code, is_ssn};

/// `078 05 1120`, `078 - 05 - 1120`: as social security numbers are grouped, whatever parts them.
pub(super) fn is_three_two_four(bytes: &[u8]) -> bool {
    let groups = bytes
        .split(|byte| !byte.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .map(<[u8]>::len);
    bytes.len() <= 15 && groups.eq([3, 2, 4])
}

/// Whether some group of digits begins with a 0.
pub(super) fn has_zero_in_front(bytes: &[u8]) -> bool {
    bytes
        .split(|byte| !byte.is_ascii_digit())
        .any(|group| group.first() == Some(&b'0'))
}

/// `078051121A`, `078-05-1121C1`, `WA078051121`: a social security number with what Medicare or the railroads' board put beside it.
pub(super) fn is_claim_number(bytes: &[u8]) -> bool {
    let head = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let tail = bytes.iter().rev().take(3).position(u8::is_ascii_digit);
    let (mut digits, mut count) = ([0; 9], 0);
    for byte in bytes
        .iter()
        .skip(head)
        .filter(|byte| byte.is_ascii_digit())
        .take(9)
    {
        if let Some(slot) = digits.get_mut(count) {
            *slot = byte - b'0';
        }
        count += 1;
    }
    let behind = bytes.iter().skip(head).enumerate();
    let mut behind = behind.filter(|(_, byte)| byte.is_ascii_digit()).skip(8);
    let code = behind
        .next()
        .and_then(|(last, _)| bytes.get(head + last + 1..))
        .unwrap_or_default();
    let code = code.strip_prefix(b"-").unwrap_or(code);
    let railroad = (1..=3).contains(&head) && code.is_empty();
    let medicare = head == 0 && tail.is_some() && is_beneficiary_code(code);
    count == 9 && bytes.len() <= 14 && is_ssn(&digits) && (railroad || medicare)
}

/// `4.111111111111111e+15`: the digits of a whole number that a column of floats has, and how many.
pub(super) fn unscientific(bytes: &[u8]) -> Option<([u8; DIGITS_MAX], usize)> {
    let [first, b'.', rest @ ..] = bytes else {
        return None;
    };
    let sign = rest.iter().position(|byte| matches!(byte, b'e' | b'E'))?;
    let (fraction, power) = rest.split_at(sign);
    let power = power.get(1..)?;
    let power = power.strip_prefix(b"+").unwrap_or(power);
    let power: usize = std::str::from_utf8(power).ok()?.parse().ok()?;
    let plain = first.is_ascii_digit() && fraction.iter().all(u8::is_ascii_digit);
    if !plain || fraction.len() > power || !(8..DIGITS_MAX).contains(&power) {
        return None;
    }
    let mut digits = [b'0'; DIGITS_MAX];
    for (slot, digit) in digits.iter_mut().zip([first].into_iter().chain(fraction)) {
        *slot = *digit;
    }
    Some((digits, power + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_letters_and_exponents() {
        for text in ["078051121A", "078-05-1121C1", "078051121-B", "WA078051121"] {
            assert!(is_claim_number(text.as_bytes()), "{text}");
        }
        for text in [
            "078051121",
            "078051121Q",
            "WXYZ078051121",
            "000051121A",
            "A",
            "",
        ] {
            assert!(!is_claim_number(text.as_bytes()), "{text}");
        }
        let of = |text: &str| {
            let (digits, count) = unscientific(text.as_bytes())?;
            Some(String::from_utf8_lossy(&digits[..count]).into_owned())
        };
        assert_eq!(
            of("4.111111111111111e+15").as_deref(),
            Some("4111111111111111")
        );
        assert_eq!(of("4.9E10").as_deref(), Some("49000000000"));
        for text in ["4.11e1", "4.111111111111111e3", "1.5e-9", "1.5", "a.be12"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
