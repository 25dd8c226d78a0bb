//! Personal numbers of still further states, in digits and as they are grouped.
//!
//! Enters: digits without separators, or a whole cell. Leaves: whether a state could have issued it. Never here: which state; forms so
//! plain that chance fits them one time in four.

use super::world::{figures, has_day};
use super::{cut, varied};
use crate::checksum::{luhn, weighted};
use crate::date::is_day;

/// Digits that pass the check of some state: by chance one in four does, so columns vote, or a word says so.
pub(super) fn is_checked(digits: &[u8]) -> bool {
    match digits.len() {
        9 | 10 if is_birth_number(digits) => true,
        9 => is_portuguese(digits),
        10 => {
            is_bulgarian(digits)
                || is_ukrainian(digits)
                || is_hungarian_tax(digits)
                || is_utr(digits)
                || is_icelandic(digits)
                || is_danish(digits)
        }
        11 => is_baltic(digits) || is_pis(digits),
        15 => is_emirati(digits),
        12 => is_kuwaiti(digits) || is_kazakh(digits) || is_russian_tax(digits),
        13 => is_thai(digits) || is_jmbg(digits),
        14 => is_egyptian(digits),
        16 => is_indonesian(digits),
        _ => false,
    }
}

/// Digits whose layout and check leave so little to chance that a plain `ID` before them will do.
pub(crate) fn is_sure(digits: &[u8]) -> bool {
    varied(digits)
        && match digits.len() {
            11 => {
                is_baltic(digits)
                    || super::world::is_turkish(digits)
                    || super::is_pesel(digits)
                    || super::is_cpf(digits)
            }
            13 => {
                is_jmbg(digits)
                    || super::is_za_id(digits)
                    || super::world::is_romanian(digits)
                    || super::is_rrn(digits)
            }
            14 => is_egyptian(digits),
            18 => super::world::is_chinese(digits, false),
            _ => false,
        }
}

/// Numbers that their groups give away: `1-9522-08680-63-4`, `690305-05-2551`, `20-12345678-6`, `784-1990-1234567-1`.
pub(super) fn is_grouped(marks: &[u8], lengths: &[usize], digits: &[u8]) -> bool {
    match (marks, lengths) {
        (b"----" | b"    ", [1, 4, 5, 2, 1]) => is_thai(digits),
        (b"--", [6, 2, 4]) => {
            has_day(digits, 2, 4) && matches!(cut(digits, 6, 8), 1..=16 | 21..=59 | 60..=99)
        }
        (b"--", [5, 7, 1]) => matches!(digits.first(), Some(1..=8)),
        (b"--", [2, 8, 1]) => is_argentine(digits),
        (b"---", [3, 4, 7, 1]) => is_emirati(digits),
        (b"-", [6, 4]) => is_icelandic(digits) || is_danish(digits),
        (b" ", [6, 5]) => super::world::is_norwegian(digits),
        (b"..-", [3, 5, 2, 1]) => is_pis(digits),
        (b"-", [6, 5]) => is_baltic(digits) || has_day(digits, 2, 0) && cut(digits, 6, 7) <= 2,
        _ => false,
    }
}

/// Numbers that their letters give away: cells of 9 to 18 letters and digits.
pub(super) fn is_lettered(text: &[u8]) -> bool {
    match text {
        [b'A', digits @ .., last] if text.len() == 11 => {
            figures::<9>(digits).is_some() && last.is_ascii_uppercase()
        }
        [b'G', b'H', b'A', b'-', body @ .., b'-', last] => {
            figures::<9>(body).is_some() && last.is_ascii_digit()
        }
        _ if matches!(text.len(), 12 | 15) => is_german_pension(text),
        _ if text.len() == 16 || text.len() == 18 => is_british_licence(text),
        _ if text.len() == 9 => is_polish_paper(text),
        _ if text.len() == 10 => is_german_card(text),
        _ => false,
    }
}

/// Czechia and Slovakia: a day of birth, a serial of three before 1954 and of four since, which the whole is divisible by 11 with.
pub(crate) fn is_birth_number(digits: &[u8]) -> bool {
    let month = match cut(digits, 2, 4) % 50 {
        month @ 21..=32 => month - 20,
        month => month,
    };
    if !is_day(month, cut(digits, 4, 6)) {
        return false;
    }
    let number = digits
        .iter()
        .fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    match digits.len() {
        9 => cut(digits, 0, 2) < 54,
        _ => number.is_multiple_of(11),
    }
}

/// The Emirates: their number among states, a year of birth, Luhn.
fn is_emirati(digits: &[u8]) -> bool {
    digits.starts_with(&[7, 8, 4]) && matches!(cut(digits, 3, 5), 19 | 20) && luhn(digits)
}

/// A century, a day of birth, a serial, a check.
fn is_kuwaiti(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    matches!(digits.first(), Some(2 | 3))
        && has_day(digits, 3, 5)
        && 11 - sum == cut(digits, 11, 12)
}

/// Denmark: a day of birth, a serial, and until 2007 a sum.
fn is_danish(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    has_day(digits, 2, 0) && sum.is_multiple_of(11)
}

/// Portugal's taxpayers who are persons.
fn is_portuguese(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let want = if rest < 2 { 0 } else { 11 - rest };
    matches!(digits, [1..=3, ..] | [4, 5, ..]) && want == cut(digits, 8, 9)
}

/// Germany's pensions: an area, a day of birth, the first letter of the name, a serial, a check; `57141202L768`, in groups too.
fn is_german_pension(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 12] = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let mut signs = [0_u8; 12];
    let mut count = 0;
    for byte in text.iter().filter(|byte| **byte != b' ') {
        let Some(slot) = signs.get_mut(count) else {
            return false;
        };
        *slot = *byte;
        count += 1;
    }
    let [head @ .., letter, _, _, _] = &signs;
    let (Some(born), Some(tail)) = (figures::<8>(head), figures::<3>(&signs[9..])) else {
        return false;
    };
    if !letter.is_ascii_uppercase() || !has_day(&born, 4, 2) && cut(&born, 2, 4) < 50 {
        return false;
    }
    let place = letter - b'A' + 1;
    let middle = [place / 10, place % 10];
    let digits = born.iter().chain(&middle).chain(&tail[..2]);
    let sum: u32 = digits
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .map(|part| part / 10 + part % 10)
        .sum();
    count == 12 && sum % 10 == u32::from(tail[2])
}

fn is_bulgarian(digits: &[u8]) -> bool {
    let month = match cut(digits, 2, 4) {
        month @ 21..=32 => month - 20,
        month @ 41..=52 => month - 40,
        month => month,
    };
    is_day(month, cut(digits, 4, 6))
        && weighted(digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == cut(digits, 9, 10)
}

/// Days since 1899 in front, and a sum with a weight of -1.
fn is_ukrainian(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
    (5_000..=42_000).contains(&cut(digits, 0, 5)) && sum % 11 % 10 == cut(digits, 9, 10)
}

fn is_hungarian_tax(digits: &[u8]) -> bool {
    digits.first() == Some(&8)
        && weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == cut(digits, 9, 10)
}

/// The United Kingdom's taxpayers: the check digit stands in front.
fn is_utr(digits: &[u8]) -> bool {
    const CHECKS: [u32; 11] = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let sum = weighted(digits, &[0, 6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    CHECKS.get(sum as usize) == Some(&cut(digits, 0, 1))
}

fn is_icelandic(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
    has_day(digits, 2, 0) && sum.is_multiple_of(11) && matches!(digits.last(), Some(0 | 8 | 9))
}

/// Lithuania and Estonia: sex and century, a day, two sums of which the second stands in for a 10.
fn is_baltic(digits: &[u8]) -> bool {
    let first = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let check = match first {
        10 => weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10,
        _ => first,
    };
    matches!(digits.first(), Some(1..=8)) && has_day(digits, 3, 5) && check == cut(digits, 10, 11)
}

fn is_pis(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let want = if sum < 2 { 0 } else { 11 - sum };
    varied(digits) && digits.first() == Some(&1) && want == cut(digits, 10, 11)
}

fn is_kazakh(digits: &[u8]) -> bool {
    let sum = match weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11 {
        10 => weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11,
        sum => sum,
    };
    has_day(digits, 2, 4) && matches!(digits.get(6), Some(1..=6)) && sum == cut(digits, 11, 12)
}

fn is_russian_tax(digits: &[u8]) -> bool {
    let tenth = weighted(digits, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    let last = weighted(digits, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    tenth == cut(digits, 10, 11) && last == cut(digits, 11, 12)
}

fn is_thai(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.len() == 13
        && matches!(digits.first(), Some(1..=8))
        && (11 - sum) % 10 == cut(digits, 12, 13)
}

/// The states that were Yugoslavia.
fn is_jmbg(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let want = if sum <= 1 { 0 } else { 11 - sum };
    has_day(digits, 2, 0) && matches!(digits.get(4), Some(0 | 9)) && want == cut(digits, 12, 13)
}

/// Century, day of birth, governorate.
fn is_egyptian(digits: &[u8]) -> bool {
    matches!(digits.first(), Some(2 | 3))
        && has_day(digits, 3, 5)
        && matches!(cut(digits, 7, 9), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
}

/// Province, regency and district; day of birth, of women with 40 added.
fn is_indonesian(digits: &[u8]) -> bool {
    let day = match cut(digits, 6, 8) {
        day @ 41..=71 => day - 40,
        day => day,
    };
    matches!(cut(digits, 0, 2), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
        && cut(digits, 2, 4) > 0
        && is_day(cut(digits, 8, 10), day)
        && cut(digits, 12, 16) > 0
}

/// A person's: those of firms begin with 3.
fn is_argentine(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let want = if sum == 0 { 0 } else { 11 - sum };
    matches!(cut(digits, 0, 2), 20 | 23 | 24 | 27) && want == cut(digits, 10, 11)
}

/// Five letters of the family name, filled with 9; a decade, a month (of women with 50 added), a day, a year; initials and three more.
fn is_british_licence(text: &[u8]) -> bool {
    let Some((name, rest)) = text.split_at_checked(5) else {
        return false;
    };
    let Some((born, tail)) = rest.split_at_checked(6) else {
        return false;
    };
    let letters = name
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let filled = name.iter().skip(letters).all(|byte| *byte == b'9');
    let Some(born) = figures::<6>(born) else {
        return false;
    };
    let month = cut(&born, 1, 3);
    let initials = tail
        .iter()
        .take(2)
        .all(|byte| byte.is_ascii_uppercase() || *byte == b'9');
    letters >= 1
        && filled
        && initials
        && is_day(
            if month > 50 { month - 50 } else { month },
            cut(&born, 3, 5),
        )
        && tail.iter().all(u8::is_ascii_alphanumeric)
}

/// Poland: three letters and six digits of an identity card, two and seven of a passport; the first digit is the check.
fn is_polish_paper(text: &[u8]) -> bool {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        _ => u32::from(byte - b'A') + 10,
    };
    let letters = text
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let plain = text.iter().skip(letters).all(u8::is_ascii_digit);
    if !matches!(letters, 2 | 3) || !plain {
        return false;
    }
    let mut weights = [7, 3, 1].iter().cycle();
    let sum: u32 = text
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != letters)
        .map(|(_, byte)| value(byte) * weights.next().copied().unwrap_or(0))
        .sum();
    text.get(letters)
        .is_some_and(|check| sum % 10 == value(check))
}

/// Germany's cards and passports with their check digit: no vowels, and weights of 7, 3 and 1.
fn is_german_card(text: &[u8]) -> bool {
    const SIGNS: &[u8] = b"0123456789CFGHJKLMNPRTVWXYZ";
    let Some((check, body)) = text.split_last() else {
        return false;
    };
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        _ => u32::from(byte.wrapping_sub(b'A')) + 10,
    };
    let letters = body.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let sum: u32 = body
        .iter()
        .zip([7, 3, 1].iter().cycle())
        .map(|(byte, weight)| value(byte) * weight)
        .sum();
    (2..=8).contains(&letters)
        && body.first().is_some_and(u8::is_ascii_uppercase)
        && body.iter().all(|byte| SIGNS.contains(byte))
        && check.is_ascii_digit()
        && sum % 10 == value(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_numbers_with_their_check_and_no_neighbour() {
        let digits = |text: &str| -> Vec<u8> { text.bytes().map(|byte| byte - b'0').collect() };
        for text in [
            "7523169263",      // Bulgaria
            "5857182903",      // Czechia
            "505620536",       // before 1954
            "1955839661",      // the United Kingdom
            "38001085718",     // Baltic
            "0101006500006",   // Serbia
            "1101700230708",   // Thailand
            "2760118081",      // Ukraine
            "246813571",       // Portugal
            "784199012345676", // the Emirates
        ] {
            assert!(is_checked(&digits(text)), "{text}");
        }
        for text in [
            "7523169264",
            "5857182904",
            "38001085719",
            "0101006500007",
            "1101700230709",
        ] {
            assert!(!is_checked(&digits(text)), "{text}");
        }
        assert!(is_egyptian(&digits("26304011270279")) && !is_egyptian(&digits("20240101123045")));
        assert!(
            is_indonesian(&digits("3174021006010038"))
                && !is_indonesian(&digits("5123450000000008"))
        );
    }

    #[test]
    fn letters_and_groups_give_numbers_away() {
        for text in [
            "A049599241R",
            "GHA-502271260-3",
            "FAIRF501186M98BJ",
            "L01X00T471",
            "15070649C103",
            "15 070649 C 103",
        ] {
            assert!(is_lettered(text.as_bytes()), "{text}");
        }
        for text in [
            "B049599241R",
            "GHA-502271260",
            "ABCDE991386M98BJ",
            "AB1234567",
            "L01X00T472",
        ] {
            assert!(!is_lettered(text.as_bytes()), "{text}");
        }
    }
}
