//! Payment card numbers.
//!
//! Enters: a run of digits. Leaves: whether a card network could have issued it. Never here: separators.

use super::checksum::luhn;

/// Whether the digits are a card number: a network's prefix, one of its lengths, Luhn.
pub fn is_card(digits: &[u8]) -> bool {
    (network_takes(digits) || ranged(digits))
        && luhn(digits)
        && digits.iter().any(|digit| *digit != digits[0])
}

/// Visa's old numbers of thirteen digits: like too many article numbers, so only where a whole column is of cards.
pub(super) fn is_short_visa(digits: &[u8]) -> bool {
    digits.len() == 13 && digits.first() == Some(&4) && luhn(digits)
}

/// UATP's, airlines' own: of fifteen digits that begin with 1, so only where a whole column is of cards.
pub(super) fn is_uatp(digits: &[u8]) -> bool {
    digits.len() == 15 && digits.first() == Some(&1) && luhn(digits)
}

/// Verve (Nigeria) and Elo (Brazil), which have ranges of six digits inside other networks' prefixes.
fn ranged(digits: &[u8]) -> bool {
    let Some(head) = digits.get(..6) else {
        return false;
    };
    let prefix = head
        .iter()
        .fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    let verve = matches!(prefix, 506_099..=506_198 | 507_865..=507_964 | 650_002..=650_027);
    let elo = matches!(
        prefix,
        504_175 | 506_699..=506_778 | 509_000..=509_999 | 627_780 | 636_297 | 636_368
    );
    match digits.len() {
        16 => verve || elo,
        18 | 19 => verve,
        _ => false,
    }
}

/// Whether the last digit is right for the number of an article in trade (GTIN of twelve to fourteen digits).
fn is_article(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1, 3].iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    sum.is_multiple_of(10)
}

/// Prefixes and lengths per ISO/IEC 7812 as the networks publish them: beside those of the world those of Korea (94), Denmark (5019),
/// India (60, 508, 353 to 358, 817, 820), Indonesia, Uzbekistan, Armenia, Belarus, Vietnam, Turkey, Mexico, Argentina, Egypt.
fn network_takes(digits: &[u8]) -> bool {
    let Some(head) = digits.get(..6) else {
        return false;
    };
    let prefix = head
        .iter()
        .fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    let four = prefix / 100;
    let debit = matches!(
        four,
        5018 | 5020 | 5038 | 5612 | 5893 | 6304 | 6390 | 6759 | 6761..=6763
    );
    match digits.len() {
        12 | 13 => debit && !is_article(digits),
        14 => matches!(prefix / 1000, 300..=305 | 309 | 360..=369 | 380..=399) || debit,
        15 => matches!(prefix / 10_000, 34 | 37) || matches!(four, 1800 | 2131) || debit,
        16 => {
            matches!(prefix / 100_000, 4)
                || matches!(prefix / 10_000, 51..=55 | 60 | 62 | 65 | 94)
                || matches!(four, 2221..=2720 | 3528..=3589 | 2200..=2204 | 5019)
                || matches!(four, 1946 | 8600 | 9051 | 9112 | 9704 | 9792 | 9860)
                || matches!(prefix / 1000, 644..=649 | 508 | 353..=358 | 817 | 820)
                || matches!(prefix, 502_275 | 589_562 | 639_484 | 501_105 | 507_803)
                || debit
        }
        17 | 18 => matches!(prefix / 10_000, 62) || matches!(four, 3528..=3589 | 6011) || debit,
        19 => {
            matches!(prefix / 100_000, 4)
                || four == 9704
                || matches!(prefix / 10_000, 62 | 65)
                || matches!(four, 3528..=3589 | 6011)
                || matches!(prefix / 1000, 644..=649)
                || debit
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_airlines_begin_with_1() {
        let digits = |text: &str| text.bytes().map(|byte| byte - b'0').collect::<Vec<u8>>();
        assert!(is_uatp(&digits("122049334592151")));
        assert!(!is_uatp(&digits("122049334592152")));
        assert!(!is_uatp(&digits("222049334592151")));
    }

    #[test]
    fn a_card_needs_network_length_and_luhn() {
        let cases = [
            ("4111111111111111", true),
            ("2221000000000009", true),
            ("2720990000000007", true),
            ("378282246310005", true),
            ("30569309025904", true),
            ("3530111333300000", true),
            ("6011111111111117", true),
            ("4111111111111112", false),
            ("0111111111111116", false),
            ("9999999999999995", false),
            ("1700000000000000", false),
            ("411111111111111", false),
            // Verve.
            ("5061224564266667", true),
            ("506109537946931430", true),
            ("5060980000000009", false),
            // Elo.
            ("5041753903832065", true),
            ("6363689532438536", true),
            ("5041743903832066", false),
            ("636368953243853600", false),
            // Of one country each: Korea, Denmark, India, Vietnam, Uzbekistan.
            ("9420123412341235", true),
            ("5019717010103742", true),
            ("6069811234567894", true),
            ("9704123412341232", true),
            ("8600123412341239", true),
            ("9800123412341235", false),
            // A debit card of thirteen digits, and an article that begins alike.
            ("5038000000088", true),
            ("5038000000336", false),
            ("", false),
        ];
        for (text, card) in cases {
            let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
            assert_eq!(is_card(&digits), card, "{text}");
        }
    }
}
