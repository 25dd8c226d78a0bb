//! Personal numbers that states issue, in digits.
//!
//! Enters: digit values without separators. Leaves: whether a state could have issued them. Never here: separators.

use super::checksum::{luhn, mod11_10, verhoeff, weighted};
use super::date::is_day;

pub(super) mod further;
mod later;
pub(super) mod world;

fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(*digit))
}

fn cut(digits: &[u8], from: usize, to: usize) -> u32 {
    digits.get(from..to).map_or(0, number)
}

/// Whether a digit differs from the first: `000000000` satisfies most sums.
fn varied(digits: &[u8]) -> bool {
    digits.iter().any(|digit| Some(digit) != digits.first())
}

/// US social security number: no area 000, 666 or 9xx, no group 00, no serial 0000, none of the advertised ones.
pub fn is_ssn(digits: &[u8]) -> bool {
    let (area, group, serial) = (cut(digits, 0, 3), cut(digits, 3, 5), cut(digits, 5, 9));
    let known_fake = matches!(
        (area, group, serial),
        (123, 45, 6789) | (78, 5, 1120) | (219, 9, 9999)
    );
    digits.len() == 9
        && !matches!(area, 0 | 666 | 900..)
        && group != 0
        && serial != 0
        && !known_fake
}

/// What stood behind the social security number in Medicare's numbers until 2019: how somebody came by it.
pub(crate) fn is_beneficiary_code(text: &[u8]) -> bool {
    matches!(
        text,
        [b'A'..=b'F' | b'J' | b'K' | b'M' | b'T' | b'W']
            | [b'B'..=b'F' | b'J' | b'K' | b'T' | b'W', b'A'..=b'Z' | b'1'..=b'9']
            | [b'M', b'1']
    )
}

/// US individual taxpayer number: 9xx and the groups in use.
pub fn is_itin(digits: &[u8]) -> bool {
    digits.len() == 9
        && digits.first() == Some(&9)
        && matches!(cut(digits, 3, 5), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// US employer number: a campus prefix in use.
pub fn is_ein(digits: &[u8]) -> bool {
    digits.len() == 9
        && !matches!(
            cut(digits, 0, 2),
            0 | 7..=9 | 17..=19 | 28..=29 | 49 | 69..=70 | 78..=79 | 89 | 96..=97
        )
}

/// US bank routing number: a Federal Reserve prefix and 3-7-1.
pub fn is_aba(digits: &[u8]) -> bool {
    digits.len() == 9
        && matches!(cut(digits, 0, 2), 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// UK NHS number: mod 11.
pub fn is_nhs(digits: &[u8]) -> bool {
    digits.len() == 10
        && varied(digits)
        && weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Canadian social insurance number: Luhn, no 0 or 8 in front.
pub fn is_sin(digits: &[u8]) -> bool {
    digits.len() == 9 && !matches!(digits.first(), Some(0 | 8)) && varied(digits) && luhn(digits)
}

/// Brazilian CPF: two mod 11 digits.
pub fn is_cpf(digits: &[u8]) -> bool {
    let check = |weights: &[u32]| weighted(digits, weights) * 10 % 11 % 10;
    digits.len() == 11
        && varied(digits)
        && check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]) == cut(digits, 9, 10)
        && check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) == cut(digits, 10, 11)
}

/// Brazilian CNPJ: two mod 11 digits.
pub fn is_cnpj(digits: &[u8]) -> bool {
    let check = |weights: &[u32]| match weighted(digits, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    digits.len() == 14
        && varied(digits)
        && check(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == cut(digits, 12, 13)
        && check(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == cut(digits, 13, 14)
}

/// Indian Aadhaar: Verhoeff, no 0 or 1 in front.
pub fn is_aadhaar(digits: &[u8]) -> bool {
    digits.len() == 12 && digits.first().is_some_and(|digit| *digit >= 2) && verhoeff(digits)
}

/// Polish PESEL: a date with its century in the month, and a weighted sum.
pub fn is_pesel(digits: &[u8]) -> bool {
    let month = cut(digits, 2, 4);
    digits.len() == 11
        && is_day(month % 20, cut(digits, 4, 6))
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// German tax number: mod 11,10, and one digit that stands two or three times among the first ten.
pub fn is_steuer_id(digits: &[u8]) -> bool {
    let mut times = [0_u8; 10];
    for digit in digits.iter().take(10) {
        if let Some(times) = times.get_mut(usize::from(*digit)) {
            *times += 1;
        }
    }
    let repeated = times.iter().filter(|times| **times > 1).count();
    digits.len() == 11
        && digits.first() != Some(&0)
        && repeated == 1
        && times.iter().all(|times| *times <= 3)
        && mod11_10(digits)
}

/// French NIR: sex, year, month, department, and mod 97 in the last two digits.
pub fn is_nir(digits: &[u8]) -> bool {
    let body = digits
        .iter()
        .take(13)
        .fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    digits.len() == 15
        && matches!(digits.first(), Some(1 | 2))
        && matches!(cut(digits, 3, 5), 1..=12 | 20 | 30..=42 | 50..=99)
        && 97 - body % 97 == u64::from(cut(digits, 13, 15))
}

/// Dutch BSN: the eleven test.
pub fn is_bsn(digits: &[u8]) -> bool {
    let positive = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    let last = cut(digits, 8, 9);
    digits.len() == 9 && varied(digits) && positive >= last && (positive - last).is_multiple_of(11)
}

/// Swedish personnummer, without its century: a date and Luhn.
pub fn is_personnummer(digits: &[u8]) -> bool {
    let body = match digits.len() {
        12 if matches!(cut(digits, 0, 2), 18..=20) => digits.get(2..).unwrap_or_default(),
        10 => digits,
        _ => return false,
    };
    let day = cut(body, 4, 6);
    is_day(cut(body, 2, 4), if day > 60 { day - 60 } else { day }) && luhn(body)
}

/// Australian tax file number: a weighted sum, mod 11.
pub fn is_tfn(digits: &[u8]) -> bool {
    digits.len() == 9
        && varied(digits)
        && weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

/// Australian Medicare number: 2 to 6 in front, a weighted sum in the ninth digit.
pub fn is_au_medicare(digits: &[u8]) -> bool {
    matches!(digits.len(), 10 | 11)
        && matches!(digits.first(), Some(2..=6))
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == cut(digits, 8, 9)
}

/// South African identity number: a date, citizenship, Luhn.
pub fn is_za_id(digits: &[u8]) -> bool {
    digits.len() == 13
        && is_day(cut(digits, 2, 4), cut(digits, 4, 6))
        && cut(digits, 10, 11) <= 2
        && luhn(digits)
}

/// Korean resident number: a date, a century digit, a weighted sum.
pub fn is_rrn(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    digits.len() == 13
        && is_day(cut(digits, 2, 4), cut(digits, 4, 6))
        && matches!(cut(digits, 6, 7), 1..=8)
        && (11 - sum % 11) % 10 == cut(digits, 12, 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_what_its_state_publishes_as_an_example_and_no_neighbour() {
        type Case = (&'static str, fn(&[u8]) -> bool, &'static str);
        let cases: &[Case] = &[
            ("ABA", is_aba, "021000021"),
            ("NHS", is_nhs, "9434765919"),
            ("SIN", is_sin, "046454286"),
            ("CPF", is_cpf, "52998224725"),
            ("CNPJ", is_cnpj, "11222333000181"),
            ("Aadhaar", is_aadhaar, "234123412346"),
            ("PESEL", is_pesel, "44051401359"),
            ("Steuer-ID", is_steuer_id, "86095742719"),
            ("NIR", is_nir, "255081416802538"),
            ("BSN", is_bsn, "111222333"),
            ("personnummer", is_personnummer, "8112189876"),
            ("TFN", is_tfn, "123456782"),
            ("Medicare", is_au_medicare, "2123456701"),
            ("ZA", is_za_id, "8001015009087"),
        ];
        for (name, check, text) in cases {
            let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
            if *name == "SIN" {
                assert!(!check(&digits), "0 in front is not issued");
                continue;
            }
            assert!(check(&digits), "{name} {text}");
            let mut bad = digits.clone();
            bad[4] = (bad[4] + 1) % 10;
            assert!(!check(&bad), "{name} {text}, one digit changed");
            assert!(!check(&digits[1..]), "{name} {text}, one digit short");
        }
    }

    #[test]
    fn ssn_and_itin_ranges() {
        let cases = [
            ("078051121", true, false),
            ("078051120", false, false),
            ("000121234", false, false),
            ("666121234", false, false),
            ("900121234", false, false),
            ("912701234", false, true),
            ("123004567", false, false),
            ("123450000", false, false),
            ("12345678", false, false),
        ];
        for (text, ssn, itin) in cases {
            let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
            assert_eq!((is_ssn(&digits), is_itin(&digits)), (ssn, itin), "{text}");
        }
    }
}
