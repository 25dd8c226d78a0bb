//! Accounts of banks elsewhere than in the United States, as people write them.
//!
//! Enters: a whole cell. Leaves: whether it is written like an account. Never here: IBANs; whether the account exists.

use super::checksum::weighted;

/// `56-05-05 72099001`, `BLZ 295 628 87 Kto. 33014105`, `HDFC0174950 445333863342`, `BSB 062-000 1234 5678`.
pub(super) fn is_account(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if !(8..=30).contains(&digits) || bytes.len() > 48 {
        return false;
    }
    is_sorted(bytes) || is_named(text) || is_indian(bytes)
}

/// A Mexican CLABE: seventeen digits and a check digit.
pub(super) fn is_clabe(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7];
    let sum: u32 = digits
        .iter()
        .take(17)
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight % 10)
        .sum();
    digits.len() == 18
        && weighted(digits.get(..3).unwrap_or_default(), &[1, 1, 1]) > 0
        && digits.last().map(|check| u32::from(*check)) == Some((10 - sum % 10) % 10)
}

/// A British sort code and eight digits.
fn is_sorted(bytes: &[u8]) -> bool {
    let (Some(code), Some(rest)) = (bytes.get(..8), bytes.get(8..)) else {
        return false;
    };
    let code = code.iter().enumerate().all(|(place, byte)| match place {
        2 | 5 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let number = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"/"));
    code && number.is_some_and(|number| number.len() == 8 && number.iter().all(u8::is_ascii_digit))
}

/// Words that banks put before their codes and numbers.
fn is_named(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "BLZ ", "BSB ", "Kto", "C/C ", "Ag. ", "IFSC", "普通 ", "当座 ", "Konto ",
    ];
    let lettered = text
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
    lettered && WORDS.iter().any(|word| text.contains(word))
}

/// An Indian branch code and its account.
fn is_indian(bytes: &[u8]) -> bool {
    let (Some(bank), Some(branch), Some([b' ', number @ ..])) =
        (bytes.get(..4), bytes.get(4..11), bytes.get(11..))
    else {
        return false;
    };
    bank.iter().all(u8::is_ascii_uppercase)
        && branch.first() == Some(&b'0')
        && branch.iter().all(u8::is_ascii_alphanumeric)
        && (9..=18).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_from_codes() {
        for text in [
            "56-05-05 72099001",
            "BLZ 295 628 87 Kto. 33014105",
            "HDFC0174950 445333863342",
            "BSB 062-000 1234 5678",
        ] {
            assert!(is_account(text), "{text}");
        }
        for text in [
            "56-05-05",
            "2026-11-29 12345678",
            "4-05-05 7209900",
            "ABC 12345678",
        ] {
            assert!(!is_account(text), "{text}");
        }
        let clabe: Vec<u8> = b"032180000118359719"
            .iter()
            .map(|byte| byte - b'0')
            .collect();
        assert!(is_clabe(&clabe));
        assert!(!is_clabe(&clabe[1..]));
    }
}
