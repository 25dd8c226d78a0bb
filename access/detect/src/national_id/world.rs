//! Personal numbers of further states: those whose layout and check digits together leave little to chance.
//!
//! Enters: a whole cell, or digits. Leaves: whether a state could have issued it. Never here: which state; one label has them all.

use super::{cut, further, later, varied};
use crate::checksum::{luhn, mod11_10, weighted};
use crate::date::is_day;

/// Longest text looked at, bytes.
const BYTES_MAX: usize = 120;

/// Whether the text is written and checked as some state's number; in digits only where the check leaves one chance in some hundred.
pub(crate) fn is_issued(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.len() {
        8..=18 => {
            let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
            digits >= 6 && (is_lettered(bytes) || further::is_lettered(bytes) || is_grouped(bytes))
        }
        30..=BYTES_MAX => is_zone(bytes),
        _ => false,
    }
}

/// Digits that pass the check of some state that gives out numbers of that length: one in four does by chance, so columns vote.
pub(crate) fn is_checked(digits: &[u8]) -> bool {
    varied(digits)
        && (further::is_checked(digits) || is_checked_here(digits) || later::is_checked(digits))
}

fn is_checked_here(digits: &[u8]) -> bool {
    match digits.len() {
        11 => {
            is_turkish(digits)
                || is_norwegian(digits)
                || is_belgian(digits)
                || is_russian(digits)
                || mod11_10(digits)
                || is_greek(digits)
        }
        12 => is_japanese(digits),
        13 => is_romanian(digits) || is_swiss(digits),
        18 => is_chinese(digits, false),
        _ => false,
    }
}

pub(super) fn figures<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let mut digits = [0; N];
    let mut places = bytes.iter();
    for slot in &mut digits {
        let byte = places.next().filter(|byte| byte.is_ascii_digit())?;
        *slot = byte - b'0';
    }
    places.next().is_none().then_some(digits)
}

/// `19710908`, `170996`: a month and a day at those places.
pub(super) fn has_day(digits: &[u8], month: usize, day: usize) -> bool {
    is_day(cut(digits, month, month + 2), cut(digits, day, day + 2))
}

pub(crate) fn is_lettered(text: &[u8]) -> bool {
    match text {
        // China: the last of eighteen may be an X.
        [body @ .., b'X' | b'x'] if body.len() == 17 => {
            figures::<17>(body).is_some_and(|digits| is_chinese(&digits, true))
        }
        // Finland: `170996-965W`.
        [day @ .., _, _, _, _, _] if text.len() == 11 => is_finnish(text, day),
        // Mexico: four letters, a day, a sex, a state, three letters, a sign, a digit.
        _ if text.len() == 18 => is_mexican(text),
        _ if text.len() == 13 => later::is_mexican_taxpayer(text),
        // Singapore, Taiwan, Hong Kong.
        [first, body @ .., last] if text.len() == 9 && last.is_ascii_uppercase() => {
            is_singaporean(*first, body, *last)
        }
        [first, body @ ..] if text.len() == 10 && first.is_ascii_uppercase() => figures::<9>(body)
            .map_or_else(
                || is_hong_kong(text),
                |digits| matches!(digits.first(), Some(1 | 2)) && is_taiwanese(*first, &digits),
            ),
        _ => false,
    }
}

/// Numbers that their groups give away: `756.1234.5678.97`, `960326/0810`, `12.345.678-5`, `112-233-445 95`, `85.07.30-033.28`.
fn is_grouped(text: &[u8]) -> bool {
    let marks: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_alphanumeric())
        .copied()
        .collect();
    let digits: Vec<u8> = text
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| byte - b'0')
        .collect();
    let letters = text
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    let lengths = || -> Vec<usize> {
        text.split(|byte| !byte.is_ascii_digit())
            .map(<[u8]>::len)
            .collect()
    };
    match (marks.as_slice(), digits.len(), letters) {
        (b"..-", 8, 0) if later::is_grouped(&marks, &lengths(), &digits) => true,
        (b"...", 13, 0) => is_swiss(&digits),
        (b"/", 10, 0) => text.get(6) == Some(&b'/') && is_czech(&digits),
        (b"..-" | b"-", 7..=9, 0 | 1) => is_chilean(text, &digits),
        (b"-- " | b"---", 11, 0) => is_russian(&digits),
        (b"..-.", 11, 0) => is_belgian(&digits),
        (b"//" | b"  " | b"/", 10 | 12, 0) => later::is_grouped(&marks, &lengths(), &digits),
        (b"----" | b"    " | b"---" | b"--" | b"..-" | b"-" | b" ", 10..=15, 0) => {
            let lengths = lengths();
            further::is_grouped(&marks, &lengths, &digits)
                || later::is_grouped(&marks, &lengths, &digits)
        }
        _ => false,
    }
}

/// The machine-readable zone of a passport or a card: two or three lines of capitals, digits and `<`.
fn is_zone(text: &[u8]) -> bool {
    let fillers = text.iter().filter(|byte| **byte == b'<').count();
    let plain = text.iter().all(|byte| {
        byte.is_ascii_uppercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'<' | b' ' | b'\n' | b'\r')
    });
    plain
        && fillers >= 5
        && (text.len() >= 60 && matches!(text.first(), Some(b'P' | b'I' | b'A' | b'C' | b'V'))
            || matches!(text.len(), 30 | 36 | 44) && is_line(text))
}

/// One line of such a zone: its document and the state in front, or a number, a state, a birthday and a sex at their places.
fn is_line(text: &[u8]) -> bool {
    let place = |at: usize| text.get(at).copied().unwrap_or(0);
    let named = matches!(place(0), b'P' | b'I' | b'A' | b'C' | b'V')
        && (place(1) == b'<' || place(1).is_ascii_uppercase())
        && memchr::memmem::find(text, b"<<").is_some()
        && (2..5).all(|at| place(at).is_ascii_uppercase() || place(at) == b'<');
    let born = |at: usize| {
        text.get(at..at + 6)
            .and_then(figures::<6>)
            .is_some_and(|day| has_day(&day, 2, 4))
    };
    let sex = |at: usize| matches!(place(at), b'M' | b'F' | b'<' | b'X');
    named || born(13) && sex(20) || text.len() == 30 && born(0) && sex(7)
}

pub(super) fn is_chinese(digits: &[u8], x: bool) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some(body) = digits.get(..17) else {
        return false;
    };
    let check = (12 - weighted(body, &WEIGHTS) % 11) % 11;
    let last = digits.get(17).map_or(10, |digit| u32::from(*digit));
    let born = matches!(cut(digits, 6, 8), 19 | 20) && has_day(digits, 10, 12);
    born && check == last && (x == (digits.len() == 17))
}

fn is_finnish(text: &[u8], day: &[u8]) -> bool {
    const SIGNS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let serial = text.get(7..10).and_then(figures::<3>);
    let (Some(born), Some(serial)) = (figures::<6>(day), serial) else {
        return false;
    };
    let number = cut(&born, 0, 6) * 1000 + cut(&serial, 0, 3);
    matches!(text.get(6), Some(b'-' | b'+' | b'A'..=b'F' | b'U'..=b'Y'))
        && has_day(&born, 2, 0)
        && SIGNS.get((number % 31) as usize) == text.last()
}

fn is_mexican(text: &[u8]) -> bool {
    let (Some(letters), Some(born), Some(tail)) =
        (text.get(..4), text.get(4..10), text.get(10..16))
    else {
        return false;
    };
    let (Some(born), true) = (
        figures::<6>(born),
        letters.iter().all(u8::is_ascii_uppercase),
    ) else {
        return false;
    };
    // The alphabet has an Ñ between N and O.
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte.saturating_sub(b'A')) + 11,
    };
    let sum: u32 = text
        .iter()
        .take(17)
        .zip((2..=18).rev())
        .map(|(byte, weight)| value(*byte) * weight)
        .sum();
    has_day(&born, 2, 4)
        && matches!(tail.first(), Some(b'H' | b'M' | b'X'))
        && tail.iter().all(u8::is_ascii_uppercase)
        && text.last().map(|byte| u32::from(byte.wrapping_sub(b'0'))) == Some((10 - sum % 10) % 10)
}

fn is_singaporean(first: u8, body: &[u8], last: u8) -> bool {
    const WEIGHTS: [u32; 7] = [2, 7, 6, 5, 4, 3, 2];
    let Some(digits) = figures::<7>(body) else {
        return false;
    };
    let (offset, signs): (u32, &[u8; 11]) = match first {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    signs.get(((weighted(&digits, &WEIGHTS) + offset) % 11) as usize) == Some(&last)
}

fn is_taiwanese(first: u8, digits: &[u8]) -> bool {
    const ORDER: &[u8; 26] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(place) = ORDER.iter().position(|letter| *letter == first) else {
        return false;
    };
    let code = 10 + place as u32;
    (code / 10 + code % 10 * 9 + weighted(digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1])).is_multiple_of(10)
}

/// `A123456(7)`.
fn is_hong_kong(text: &[u8]) -> bool {
    let [letter, body @ .., b'(', check, b')'] = text else {
        return false;
    };
    let Some(digits) = figures::<6>(body) else {
        return false;
    };
    let sum = 36 * 9 + (u32::from(letter - b'A') + 10) * 8 + weighted(&digits, &[7, 6, 5, 4, 3, 2]);
    let want = (11 - sum % 11) % 11;
    match check {
        b'A' => want == 10,
        digit => u32::from(digit.wrapping_sub(b'0')) == want,
    }
}

fn is_swiss(digits: &[u8]) -> bool {
    digits.len() == 13
        && digits.starts_with(&[7, 5, 6])
        && weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

fn is_czech(digits: &[u8]) -> bool {
    let number = digits
        .iter()
        .fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    let month = cut(digits, 2, 4) % 50;
    number.is_multiple_of(11)
        && is_day(
            if month > 20 { month - 20 } else { month },
            cut(digits, 4, 6),
        )
}

/// Seven or eight digits and a check digit or K behind a dash.
fn is_chilean(text: &[u8], digits: &[u8]) -> bool {
    let [.., b'-', check] = text else {
        return false;
    };
    let body = digits
        .get(..digits.len() - usize::from(check.is_ascii_digit()))
        .unwrap_or_default();
    let sum: u32 = body
        .iter()
        .rev()
        .zip([2, 3, 4, 5, 6, 7].iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    let want = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        rest => b'0' + u8::try_from(rest).unwrap_or(0),
    };
    (7..=8).contains(&body.len()) && check.to_ascii_uppercase() == want
}

fn is_russian(digits: &[u8]) -> bool {
    digits.len() == 11
        && weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100 == cut(digits, 9, 11)
}

fn is_belgian(digits: &[u8]) -> bool {
    let body = cut(digits, 0, 9);
    let check = cut(digits, 9, 11);
    digits.len() == 11
        && has_day(digits, 2, 4)
        && (97 - body % 97 == check
            || 97 - (2_000_000_000 + u64::from(body)) % 97 == u64::from(check))
}

pub(super) fn is_turkish(digits: &[u8]) -> bool {
    let sum = |from: usize, to: usize, step: usize| -> u32 {
        digits
            .iter()
            .take(to)
            .skip(from)
            .step_by(step)
            .map(|digit| u32::from(*digit))
            .sum()
    };
    let tenth = (sum(0, 9, 2) * 7 + 100 - sum(1, 8, 2)) % 10;
    digits.len() == 11
        && digits.first() != Some(&0)
        && tenth == cut(digits, 9, 10)
        && sum(0, 10, 1) % 10 == cut(digits, 10, 11)
}

pub(super) fn is_norwegian(digits: &[u8]) -> bool {
    digits.len() == 11
        && is_day(cut(digits, 2, 4), cut(digits, 0, 2) % 40)
        && weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn is_greek(digits: &[u8]) -> bool {
    digits.len() == 11 && has_day(digits, 2, 0) && luhn(digits)
}

fn is_japanese(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let want = if sum <= 1 { 0 } else { 11 - sum };
    digits.len() == 12 && want == cut(digits, 11, 12)
}

pub(super) fn is_romanian(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    digits.len() == 13
        && matches!(digits.first(), Some(1..=8))
        && has_day(digits, 3, 5)
        && (if sum == 10 { 1 } else { sum }) == cut(digits, 12, 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_what_its_state_publishes_as_an_example_and_no_neighbour() {
        for text in [
            "11010519491231002X",
            "131052-308T",
            "HEGG560427MVZRRL04",
            "S0000001I",
            "A123456789",
            "G123456(A)",
            "756.9217.0769.85",
            "12.345.678-5",
            "112-233-445 95",
            "85.07.30-033.28",
            "736028/5163",
        ] {
            assert!(is_issued(text), "{text}");
        }
        for text in [
            "11010519491231002",
            "131052-308U",
            "S0000001J",
            "756.9217.0769.86",
            "12.345.678-6",
            "A123456780",
        ] {
            assert!(!is_issued(text), "{text}");
        }
        let digits = |text: &str| -> Vec<u8> { text.bytes().map(|byte| byte - b'0').collect() };
        assert!(is_checked(&digits("10000000146")));
        assert!(!is_turkish(&digits("10000000147")));
    }
}
