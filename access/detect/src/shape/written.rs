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

/// The digits of a whole number that a column of floats has, and how many: `254722881289.0` where a name speaks for it, `4.1e+15`.
pub(super) fn whole_of_float(bytes: &[u8], hinted: bool) -> Option<([u8; DIGITS_MAX], usize)> {
    let Some(whole) = bytes.strip_suffix(b".0") else {
        return unscientific(bytes);
    };
    let plain = (6..DIGITS_MAX).contains(&whole.len()) && whole.iter().all(u8::is_ascii_digit);
    let mut digits = [0; DIGITS_MAX];
    for (slot, digit) in digits.iter_mut().zip(whole) {
        *slot = *digit;
    }
    (hinted && plain).then_some((digits, whole.len()))
}

/// `25.852.042`: Argentina's people, whose number has the name of Spain's.
pub(super) fn is_dotted(bytes: &[u8]) -> bool {
    matches!(bytes, [head @ .., b'.', _, _, _, b'.', _, _, _] if matches!(head.len(), 1 | 2))
        && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() + 2 == bytes.len()
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

/// Numbers of cases (`KYC/2023/65685`, `22/86921`, `4711/2023`) and of a firm's taxes in Hungary (`52024205-2-15`): a name of people's papers
/// does not make papers of them.
pub(super) fn is_docket(text: &[u8]) -> bool {
    let figures = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let year = |part: &[u8]| {
        matches!(part, [b'1', b'3' | b'4' | b'9', _, _] | [b'2', b'0', _, _]) && figures(part)
    };
    let count = |part: &[u8]| (3..=7).contains(&part.len()) && figures(part);
    if let [head @ .., b'-', _, b'-', _, _] = text {
        let all = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        return head.len() == 8 && all == 11;
    }
    if !text.contains(&b'/') || text.len() > 24 {
        return false;
    }
    let mut parts = text.split(|byte| *byte == b'/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(first), Some(second), None, None) => {
            year(first) && count(second)
                // Czechia's numbers of people have six digits in front.
                || first.len() != 6 && count(first) && year(second)
                || first.len() == 2 && figures(first) && count(second) && second.len() <= 6
        }
        (Some(first), Some(second), Some(third), None) => {
            let named = first.len() >= 3 && first.iter().all(u8::is_ascii_alphabetic);
            named && (year(second) && count(third) || count(second) && year(third))
        }
        _ => false,
    }
}

/// `4.111111111111111e+15`: the digits of a whole number that a column of floats has, and how many.
fn unscientific(bytes: &[u8]) -> Option<([u8; DIGITS_MAX], usize)> {
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

/// The first letter, a bit, of two or three letters and five to nine digits, or of two between two digits and five, as France's passports
/// have them.
pub(super) fn paper(text: &[u8]) -> u32 {
    if let [a, b, first @ b'A'..=b'Z', second, rest @ ..] = text
        && a.is_ascii_digit()
        && b.is_ascii_digit()
        && second.is_ascii_uppercase()
        && rest.len() == 5
        && rest.iter().all(u8::is_ascii_digit)
    {
        return 1 << (first - b'A');
    }
    let letters = text
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let digits = text.get(letters..).unwrap_or_default();
    let fits = matches!(letters, 2 | 3)
        && (5..=9).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit);
    match text.first() {
        Some(first) if fits => 1 << (first - b'A'),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_are_told_by_their_layout() {
        assert!(is_dotted(b"25.852.042") && is_dotted(b"5.852.042"));
        assert!(
            !is_dotted(b"25.852.04") && !is_dotted(b"1.25.852.042") && !is_dotted(b"2a.852.042")
        );
        assert!(paper(b"37CI12152") != 0 && paper(b"AB123456") != 0);
        assert!(paper(b"37CI1215") == 0 && paper(b"37C112152") == 0);
    }

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
        for (text, docket) in [
            ("KYC/2023/65685", true),
            ("22/86921", true),
            ("2024/1234", true),
            ("4711/2023", true),
            ("52024205-2-15", true),
            ("920507/8575", false),
            ("950827/2026", false),
            ("93/815/08152", false),
            ("12.345.678-9", false),
            ("AB1234567", false),
            ("28/12345678/40", false),
        ] {
            assert_eq!(is_docket(text.as_bytes()), docket, "{text}");
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
