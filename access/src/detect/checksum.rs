//! Check digits, over digit values 0–9.
//!
//! Enters: digits or characters. Leaves: whether they check. Never here: shapes, prefixes, lengths.

/// Luhn (ISO/IEC 7812-1): payment cards, NPI, Canadian SIN.
pub fn luhn(digits: &[u8]) -> bool {
    let mut sum = 0_u32;
    for (place, &digit) in digits.iter().rev().enumerate() {
        let digit = u32::from(digit);
        sum += match place % 2 {
            0 => digit,
            _ if digit > 4 => 2 * digit - 9,
            _ => 2 * digit,
        };
    }
    sum.is_multiple_of(10)
}

/// ISO 7064 mod 97-10 over the characters of an IBAN, its first four moved to the end.
pub fn iban_mod97(compact: &[u8]) -> bool {
    if compact.len() < 5 {
        return false;
    }
    let (head, tail) = compact.split_at(4);
    let mut rest = 0_u32;
    for &byte in tail.iter().chain(head) {
        rest = match byte {
            b'0'..=b'9' => rest * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(byte - b'A') + 10,
            b'a'..=b'z' => rest * 100 + u32::from(byte - b'a') + 10,
            _ => return false,
        } % 97;
    }
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn luhn_takes_the_networks_test_numbers_and_no_neighbour_of_them() {
        for good in [
            "4111111111111111",
            "378282246310005",
            "6011111111111117",
            "5555555555554444",
        ] {
            assert!(luhn(&digits(good)), "{good}");
            let mut bad = digits(good);
            bad[3] = (bad[3] + 1) % 10;
            assert!(!luhn(&bad), "{good}, one digit changed");
        }
    }

    #[test]
    fn mod97_takes_the_registry_examples() {
        for good in [
            "DE89370400440532013000",
            "GB29NWBK60161331926819",
            "FR1420041010050500013M02606",
        ] {
            assert!(iban_mod97(good.as_bytes()), "{good}");
        }
        assert!(!iban_mod97(b"DE88370400440532013000"));
        assert!(!iban_mod97(b"DE"));
    }
}
