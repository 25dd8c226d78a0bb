//! Check digits, over digit values 0–9.
//!
//! Enters: digits or characters. Leaves: whether they check. Never here: shapes, prefixes, lengths.

/// Luhn (ISO/IEC 7812-1): payment cards, NPI, Canadian SIN.
pub fn luhn(digits: &[u8]) -> bool {
    /// A digit doubled, its digits added.
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let mut sum = 0_u32;
    for (place, &digit) in digits.iter().rev().enumerate() {
        sum += u32::from(match place % 2 {
            0 => digit,
            _ => DOUBLED.get(usize::from(digit)).copied().unwrap_or(0),
        });
    }
    sum.is_multiple_of(10)
}

/// The sum of digits times weights, place by place.
pub fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum()
}

/// Verhoeff: the dihedral group D5, as Aadhaar uses it.
pub fn verhoeff(digits: &[u8]) -> bool {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const PERMUTED: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let mut check = 0_u8;
    for (place, &digit) in digits.iter().rev().enumerate() {
        let permuted = PERMUTED
            .get(place % 8)
            .and_then(|row| row.get(usize::from(digit)));
        let next = permuted.and_then(|by| TIMES.get(usize::from(check))?.get(usize::from(*by)));
        match next {
            Some(next) => check = *next,
            None => return false,
        }
    }
    check == 0
}

/// ISO 7064 mod 11,10, as the German tax number uses it.
pub fn mod11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let mut product = 10_u32;
    for &digit in body {
        let sum = (u32::from(digit) + product) % 10;
        product = 2 * (if sum == 0 { 10 } else { sum }) % 11;
    }
    (11 - product) % 10 == u32::from(*check)
}

/// ISO 7064 mod 97-10 over the characters of an IBAN, its first four moved to the end.
pub fn iban_mod97(compact: &[u8]) -> bool {
    if compact.len() < 5 {
        return false;
    }
    let (head, tail) = compact.split_at(4);
    let mut rest = 0_u64;
    for &byte in tail.iter().chain(head) {
        rest = match byte {
            b'0'..=b'9' => rest * 10 + u64::from(byte - b'0'),
            b'A'..=b'Z' => rest * 100 + u64::from(byte - b'A') + 10,
            b'a'..=b'z' => rest * 100 + u64::from(byte - b'a') + 10,
            _ => return false,
        };
        // One division for every dozen characters or so; the next step multiplies by 100 at most.
        if rest > u64::MAX / 200 {
            rest %= 97;
        }
    }
    rest % 97 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    fn neighbours_fail(text: &str, check: fn(&[u8]) -> bool) {
        assert!(check(&digits(text)), "{text}");
        for place in 0..text.len() {
            let mut bad = digits(text);
            bad[place] = (bad[place] + 1) % 10;
            assert!(!check(&bad), "{text} with digit {place} changed");
        }
    }

    #[test]
    fn a_changed_digit_fails_every_check() {
        for card in [
            "4111111111111111",
            "378282246310005",
            "6011111111111117",
            "5555555555554444",
        ] {
            neighbours_fail(card, luhn);
        }
        neighbours_fail("234123412346", verhoeff);
        neighbours_fail("86095742719", mod11_10);
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
