//! Numbers of health care.
//!
//! Enters: digit values, or the bytes of one word. Leaves: whether they are such a number. Never here: context.

use super::checksum::{luhn, weighted};

/// US provider number: 1 or 2 in front, Luhn over `80840` and the number.
pub fn is_npi(digits: &[u8]) -> bool {
    if digits.len() != 10 || !matches!(digits.first(), Some(1 | 2)) {
        return false;
    }
    let mut whole = [8, 0, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (to, from) in whole.iter_mut().skip(5).zip(digits) {
        *to = *from;
    }
    luhn(&whole)
}

/// Germany's insured: a letter and nine digits, the last a check of the letter's place and the others, doubled in turn.
pub fn is_kvnr(word: &[u8]) -> bool {
    let [letter, digits @ .., check] = word else {
        return false;
    };
    if !letter.is_ascii_uppercase() || digits.len() != 8 {
        return false;
    }
    let place = letter - b'A' + 1;
    let head = [place / 10, place % 10];
    let body = digits.iter().map(|byte| byte.wrapping_sub(b'0'));
    let (mut sum, mut whole) = (0, check.is_ascii_digit());
    for (at, digit) in head.into_iter().chain(body).enumerate() {
        whole &= digit < 10;
        let part = u32::from(digit % 10) * if at % 2 == 0 { 1 } else { 2 };
        sum += part / 10 + part % 10;
    }
    whole && sum % 10 == u32::from(check - b'0')
}

/// New Zealand's patients: three letters without I and O, three digits, their check modulo 11.
pub fn is_nhi(word: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let [body @ .., check] = word else {
        return false;
    };
    if body.len() != 6 || !check.is_ascii_digit() {
        return false;
    }
    let mut sum = 0;
    for (at, byte) in body.iter().enumerate() {
        let value = if at < 3 {
            LETTERS
                .iter()
                .position(|letter| letter == byte)
                .map(|place| place + 1)
        } else {
            byte.is_ascii_digit().then(|| usize::from(byte - b'0'))
        };
        let Some(value) = value else {
            return false;
        };
        sum += value * (7 - at);
    }
    sum % 11 != 0 && (11 - sum % 11) % 10 == usize::from(check - b'0')
}

/// US drug enforcement number: registrant type, a letter or 9, and 1-3-5 + 2·(2-4-6).
pub fn is_dea(word: &[u8]) -> bool {
    let [kind, letter, digits @ ..] = word else {
        return false;
    };
    if digits.len() != 7 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    if !b"ABCDEFGHJKLMPRSTUX".contains(kind) || !(letter.is_ascii_uppercase() || *letter == b'9') {
        return false;
    }
    let digit = |place: usize| digits.get(place).map_or(0, |byte| u32::from(byte - b'0'));
    (digit(0) + digit(2) + digit(4) + 2 * (digit(1) + digit(3) + digit(5))) % 10 == digit(6)
}

/// US Medicare beneficiary number, eleven characters, each place with its own alphabet (CMS).
pub fn is_mbi(word: &[u8]) -> bool {
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
    let digit = |byte: u8| byte.is_ascii_digit();
    let either = |byte: u8| letter(byte) || digit(byte);
    let &[a, b, c, d, e, f, g, h, i, j, k] = word else {
        return false;
    };
    matches!(a, b'1'..=b'9')
        && letter(b)
        && either(c)
        && digit(d)
        && letter(e)
        && either(f)
        && digit(g)
        && letter(h)
        && letter(i)
        && digit(j)
        && digit(k)
}

/// The same in its groups, `1EG4-TE5-MK73`, at the text's start.
pub fn is_grouped_mbi(text: &[u8]) -> bool {
    let &[a, b, c, d, b'-', e, f, g, b'-', h, i, j, k, ref rest @ ..] = text else {
        return false;
    };
    !rest
        .first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && is_mbi(&[a, b, c, d, e, f, g, h, i, j, k])
}

/// Brazil's number of a person in public health: fifteen digits, mod 11.
pub fn is_cns(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 15] = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    digits.len() == 15
        && matches!(digits.first(), Some(1 | 2 | 7..=9))
        && weighted(digits, &WEIGHTS).is_multiple_of(11)
}

/// A diagnosis code of ICD-10-CM: letter, digit, digit or A/B, then a point and up to four more.
pub fn is_icd10(word: &[u8]) -> bool {
    let [chapter, first, second, rest @ ..] = word else {
        return false;
    };
    let category = chapter.is_ascii_uppercase()
        && *chapter != b'U'
        && first.is_ascii_digit()
        && (second.is_ascii_digit() || matches!(second, b'A' | b'B'));
    category
        && match rest {
            [] => true,
            [b'.', code @ ..] => {
                (1..=4).contains(&code.len())
                    && code
                        .iter()
                        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            }
            _ => false,
        }
}

/// A diagnosis code written without its point (`E1165`): like too many other codes, so only under a name that says so.
pub fn is_icd10_unpointed(word: &[u8]) -> bool {
    let [head @ .., _] = word else {
        return false;
    };
    let (category, code) = word.split_at(word.len().min(3));
    head.len() >= 2
        && code.len() <= 4
        && is_icd10(category)
        && code
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// A medical record number that says so: `MRN-00123456`, `MRN1234567`, `MR00123456`.
pub fn mrn_at(bytes: &[u8]) -> Option<usize> {
    let rest = bytes
        .strip_prefix(b"MR")
        .or_else(|| bytes.strip_prefix(b"mr"))?;
    let (rest, named) = match rest {
        [b'N' | b'n', rest @ ..] => (rest, true),
        _ => (rest, false),
    };
    let rest = match rest {
        [b'-' | b'#' | b':' | b' ', rest @ ..] if named => rest,
        [b'-', rest @ ..] => rest,
        _ => rest,
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let joined = rest.get(digits).is_some_and(u8::is_ascii_alphanumeric);
    let fits = if named { 5..=12 } else { 7..=10 };
    (!joined && fits.contains(&digits)).then_some(bytes.len() - rest.len() + digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_and_their_neighbours() {
        assert!(is_npi(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 3]));
        assert!(!is_npi(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 4]));
        assert!(is_dea(b"AB1234563") && !is_dea(b"AB1234564") && !is_dea(b"QD1234563"));
        assert!(is_mbi(b"1EG4TE5MK73") && !is_mbi(b"1SG4TE5MK73") && !is_mbi(b"0EG4TE5MK73"));
        for good in ["E11.9", "I10", "C50.911", "O09.91", "Z21", "C7A.00"] {
            assert!(is_icd10(good.as_bytes()), "{good}");
        }
        for bad in ["U07.1", "E1", "E11.", "E11.12345", "11.9", "E119"] {
            assert!(!is_icd10(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn patients_of_new_zealand() {
        // ZAC5361 is the example of its standard.
        assert!(is_nhi(b"ZAC5361") && !is_nhi(b"ZAC5362") && !is_nhi(b"ZAI5361"));
        assert!(!is_nhi(b"ZAC536") && !is_nhi(b"zac5361") && !is_nhi(b""));
    }

    #[test]
    fn record_numbers_say_their_name() {
        let cases = [
            ("MRN-00123456", Some(12)),
            ("MRN1234567)", Some(10)),
            ("MR00123456", Some(10)),
            ("MR1234", None),
            ("MRSA", None),
            ("MRN-1234567X", None),
        ];
        for (text, end) in cases {
            assert_eq!(mrn_at(text.as_bytes()), end, "{text}");
        }
    }
}
