//! Values that have letters: bank accounts, state numbers, tokens, wallets.
//!
//! Enters: a word (letters, digits, `_`) and its place. Leaves: a label and where the value ends. Never here: pure numbers.

use super::national_id::world;
use super::work::looked;
use super::{Basis, Finding, Label, crypto, health, iban, network, secret};

/// The value that begins with the word `bytes[at..end]`.
pub(super) fn word_at(bytes: &[u8], at: usize, end: usize, said: Option<Label>) -> Option<Finding> {
    let word = bytes.get(at..end)?;
    let rest = bytes.get(at..)?;
    let found = |label, end, basis| {
        Some(Finding {
            start: at,
            end,
            label,
            basis,
        })
    };
    let joined = bytes
        .get(end)
        .is_some_and(|byte| matches!(byte, b'-' | b'_'));
    if let Some(length) = iban::iban_at(rest) {
        return found(Label::Iban, at + length, Basis::Checksum);
    }
    match word.len() {
        1..=2 => {
            if let Some(length) = spaced_nino(rest) {
                return found(Label::UkNino, at + length, Basis::Form);
            }
        }
        4 if health::is_grouped_mbi(rest) => {
            return found(Label::UsMbi, at + 13, Basis::Form);
        }
        9 if !joined => {
            if is_nino(word) {
                return found(Label::UkNino, end, Basis::Form);
            }
            // One such word in ten has the check digit.
            if said == Some(Label::UsDea) && health::is_dea(word) {
                return found(Label::UsDea, end, Basis::Checksum);
            }
            if is_nif(word) {
                return found(Label::EsNif, end, Basis::Checksum);
            }
        }
        10 if !joined && is_indian_pan(word) => return found(Label::InPan, end, Basis::Form),
        11 if !joined && health::is_mbi(word) => return found(Label::UsMbi, end, Basis::Form),
        16 | 18 if !joined && is_paper(word) && world::is_lettered(word) => {
            return found(Label::NationalId, end, Basis::Form);
        }
        16 if !joined && is_codice_fiscale(word) => {
            return found(Label::ItCf, end, Basis::Checksum);
        }
        51 | 52 | 56 | 111 if !joined && secret::is_private_key(word) => {
            return found(Label::Secret, end, Basis::Checksum);
        }
        26..=90 if crypto::is_wallet(word) => return found(Label::Crypto, end, Basis::Checksum),
        _ => {}
    }
    if let Some(length) = health::mrn_at(rest) {
        return found(Label::Mrn, at + length, Basis::Form);
    }
    let said = said?;
    found(said, at + announced(rest, word, said)?, Basis::Cue)
}

/// How long the value is that begins with the word at the start of `rest`, where a word before it says what it is.
fn announced(rest: &[u8], word: &[u8], said: Label) -> Option<usize> {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = word.len() - digits;
    let fits = match said {
        Label::Passport => is_passport(word) || is_woven_passport(word),
        Label::HealthPlan => health::is_kvnr(word),
        Label::NationalId => is_paper(word),
        Label::UsDl => match licence_at(rest) {
            Some(length) => return Some(length),
            None => digits >= 4 && (6..=16).contains(&word.len()),
        },
        Label::Mrn | Label::UsBankAccount => digits >= 4 && letters <= 4 && word.len() >= 6,
        Label::Diagnosis => return icd_at(rest),
        _ => false,
    };
    fits.then_some(word.len())
}

/// A network address that begins with the hex word at `at` and goes on after a colon, dash or point.
pub(super) fn address_at(bytes: &[u8], at: usize) -> Option<Finding> {
    let rest = bytes.get(at..)?;
    if is_further_pair(bytes, at) {
        return None;
    }
    let (label, length) = match network::mac_at(rest) {
        Some(length) => (Label::Mac, length),
        None => (Label::Ip, network::ipv6_at(rest)?),
    };
    // `2001:db8::/32` is a network.
    if label == Label::Ip
        && matches!(rest.get(length..), Some([b'/', digit, ..]) if digit.is_ascii_digit())
    {
        return None;
    }
    Some(Finding {
        start: at,
        end: at + length,
        label,
        basis: Basis::Form,
    })
}

/// Whether two hex digits and a sign stand before: the rest of a fingerprint, or of a longer identifier, is no address.
fn is_further_pair(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(4).and_then(|from| bytes.get(from..at));
    let pair = |pair: &[u8]| pair.iter().all(u8::is_ascii_hexdigit);
    match before {
        Some([edge, high, low, b':' | b'-']) => {
            !edge.is_ascii_alphanumeric() && pair(&[*high, *low])
        }
        Some(_) => false,
        None => matches!(bytes.get(..at), Some([high, low, b':' | b'-']) if pair(&[*high, *low])),
    }
}

/// A secret that begins at `at`, where a word or dashes begin.
pub(super) fn secret_at(bytes: &[u8], at: usize) -> Option<Finding> {
    let end = secret::secret_at(bytes, at)?;
    Some(Finding {
        start: at,
        end,
        label: Label::Secret,
        basis: Basis::Form,
    })
}

/// A run of 40 base64 characters, or of 86 and its padding, around the word that ended at `end` and began at `at`: looked at once, from its first word.
pub(super) fn key_at(bytes: &[u8], at: usize, end: usize) -> Option<Finding> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+');
    let start = at
        - bytes
            .get(..at)?
            .iter()
            .rev()
            .take(40)
            .take_while(|byte| matches!(byte, b'/' | b'+'))
            .count();
    let before = start.checked_sub(1).and_then(|place| bytes.get(place));
    if before.is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/')
    }) {
        return None;
    }
    let stop = end
        + bytes
            .get(end..)?
            .iter()
            .take(secret::KEY_OF_64 + 1)
            .take_while(|byte| inside(byte))
            .count();
    looked(stop - start);
    let run = bytes.get(start..stop)?;
    if bytes.get(stop..stop + 2) == Some(b"==") && secret::is_key_of_64(bytes, start, stop) {
        return Some(Finding {
            start,
            end: stop + 2,
            label: Label::Secret,
            basis: Basis::Form,
        });
    }
    let after = bytes
        .get(stop)
        .is_some_and(|byte| matches!(byte, b'.' | b'-' | b'_'));
    (!after && secret::is_key_of_40(run) && !secret::is_told_open(bytes, start)).then_some(
        Finding {
            start,
            end: stop,
            label: Label::Secret,
            basis: Basis::Form,
        },
    )
}

/// UK national insurance number: HMRC's prefixes, six digits, A to D.
pub(super) fn is_nino(word: &[u8]) -> bool {
    match word {
        [a, b, digits @ .., suffix] => {
            nino_prefix(*a, *b)
                && digits.len() == 6
                && digits.iter().all(u8::is_ascii_digit)
                && matches!(suffix, b'A'..=b'D')
        }
        _ => false,
    }
}

fn nino_prefix(a: u8, b: u8) -> bool {
    a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && !b"DFIQUV".contains(&a)
        && !b"DFIQUVO".contains(&b)
        && !matches!(
            &[a, b],
            b"BG" | b"GB" | b"NK" | b"KN" | b"TN" | b"NT" | b"ZZ"
        )
}

/// `AB 12 34 56 C`.
fn spaced_nino(rest: &[u8]) -> Option<usize> {
    let [
        a,
        b,
        b' ',
        c,
        d,
        b' ',
        e,
        f,
        b' ',
        g,
        h,
        b' ',
        suffix,
        after @ ..,
    ] = rest
    else {
        return None;
    };
    let digits = [c, d, e, f, g, h].iter().all(|byte| byte.is_ascii_digit());
    let joined = after.first().is_some_and(u8::is_ascii_alphanumeric);
    (digits && nino_prefix(*a, *b) && matches!(suffix, b'A'..=b'D') && !joined).then_some(13)
}

/// Spanish NIF (eight digits) or NIE (X, Y or Z and seven) with the letter of the remainder by 23.
pub(super) fn is_nif(word: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let [first, middle @ .., letter] = word else {
        return false;
    };
    let head = match first {
        b'0'..=b'9' => u32::from(first - b'0'),
        b'X'..=b'Z' => u32::from(first - b'X'),
        _ => return false,
    };
    if middle.len() != 7 || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = middle
        .iter()
        .fold(head, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    LETTERS.get((number % 23) as usize) == Some(letter)
}

/// Indian PAN: three letters, a holder type, the name's letter, four digits, a letter.
fn is_indian_pan(word: &[u8]) -> bool {
    match word {
        [a, b, c, kind, name, digits @ .., check] => {
            [a, b, c, name, check]
                .iter()
                .all(|byte| byte.is_ascii_uppercase())
                && b"PCHFATBLJG".contains(kind)
                && digits.len() == 4
                && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// Italian codice fiscale: its layout and its check letter.
fn is_codice_fiscale(word: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let layout = word.iter().enumerate().all(|(place, byte)| match place {
        0..=5 | 8 | 11 | 15 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte),
    });
    if word.len() != 16 || !layout {
        return false;
    }
    let value = |byte: u8| {
        u32::from(if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte - b'A'
        })
    };
    let sum: u32 = word
        .iter()
        .take(15)
        .enumerate()
        .map(|(place, byte)| match place % 2 {
            0 => ODD.get(value(*byte) as usize).copied().unwrap_or(0),
            _ => value(*byte),
        })
        .sum();
    word.last()
        .is_some_and(|check| u32::from(check - b'A') == sum % 26)
}

/// One or two letters and six to eight digits, or nine digits.
pub(super) fn is_passport(word: &[u8]) -> bool {
    let letters = word
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let digits = word
        .iter()
        .skip(letters)
        .filter(|byte| byte.is_ascii_digit())
        .count();
    letters + digits == word.len()
        && match letters {
            0 => digits == 9,
            1 => (7..=8).contains(&digits),
            2 => (6..=7).contains(&digits),
            _ => false,
        }
}

/// Germany's and the Netherlands' passports, France's: eight or nine capitals and digits, two digits at least.
fn is_woven_passport(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    matches!(word.len(), 8 | 9) && word.iter().all(plain) && (2..word.len()).contains(&digits)
}

/// A state's number with letters, as a word before it allows: capitals and five digits at least.
fn is_paper(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (7..=18).contains(&word.len()) && word.iter().all(plain) && (5..word.len()).contains(&digits)
}

/// A driver's licence whose digits dashes part: `Y514-4772-8772`, `A123-456-78-901-0`.
fn licence_at(rest: &[u8]) -> Option<usize> {
    let [first, a, b, c, b'-', tail @ ..] = rest else {
        return None;
    };
    if !first.is_ascii_uppercase() || ![a, b, c].iter().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let inside = |byte: &&u8| byte.is_ascii_digit() || **byte == b'-';
    let length = tail.iter().take(16).take_while(inside).count();
    let tail = tail.get(..length)?;
    let digits = tail.iter().filter(|byte| byte.is_ascii_digit()).count();
    let ends = tail.last().is_some_and(u8::is_ascii_digit);
    ((6..=11).contains(&digits) && ends).then_some(5 + length)
}

/// A diagnosis code at the text's start: one past its last byte. A full stop that ends the sentence is not of it.
fn icd_at(rest: &[u8]) -> Option<usize> {
    let inside = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == b'.';
    let length = rest.iter().take(8).take_while(|byte| inside(byte)).count();
    let word = rest.get(..length)?;
    let word = word.strip_suffix(b".").unwrap_or(word);
    health::is_icd10(word).then_some(word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str, said: Option<Label>) -> Option<(Label, usize)> {
        let end = text
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        word_at(text.as_bytes(), 0, end, said).map(|found| (found.label, found.end))
    }

    #[test]
    fn words_by_their_form() {
        let cases = [
            ("AB123456C", Some((Label::UkNino, 9))),
            ("AB 12 34 56 C,", Some((Label::UkNino, 13))),
            ("QD123456E", None),
            ("GB123456A", None),
            ("12345678Z", Some((Label::EsNif, 9))),
            ("X1234567L", Some((Label::EsNif, 9))),
            ("12345678A", None),
            ("ABCPE1234F", Some((Label::InPan, 10))),
            ("RSSMRA85T10A562S", Some((Label::ItCf, 16))),
            ("RSSMRA85T10A562T", None),
            ("1EG4TE5MK73", Some((Label::UsMbi, 11))),
            ("GB29 NWBK 6016 1331 9268 19", Some((Label::Iban, 27))),
            ("1Z999AA10123456784", None),
            ("MOLX850312MDFRPN05", Some((Label::NationalId, 18))),
        ];
        for (text, want) in cases {
            assert_eq!(label(text, None), want, "{text}");
        }
    }

    #[test]
    fn announced_words_may_be_plainer() {
        assert_eq!(
            label("C12345678.", Some(Label::Passport)),
            Some((Label::Passport, 9))
        );
        assert_eq!(label("C12345678", None), None);
        assert_eq!(
            label("E11.9.", Some(Label::Diagnosis)),
            Some((Label::Diagnosis, 5))
        );
        for (text, said, length) in [
            ("N2XH7PQAW,", Label::Passport, 9),
            ("31KX70552", Label::Passport, 9),
            ("B250-1184-9930, ph", Label::UsDl, 14),
            ("S1234567D.", Label::NationalId, 9),
            ("Q407182532", Label::HealthPlan, 10),
        ] {
            assert_eq!(label(text, Some(said)), Some((said, length)), "{text}");
        }
        assert_eq!(label("Q407182533", Some(Label::HealthPlan)), None);
        assert_eq!(label("CANCELLED", Some(Label::Passport)), None);
        assert_eq!(label("D1234567", Some(Label::UsDl)), Some((Label::UsDl, 8)));
    }
}
