//! Format-preserving tokens: FF1 (SP 800-38G) over the digits and letters of a value.
//!
//! Enters: a text or an integer. Leaves: one of the same length and alphabet, equal for equal values, or none where there are too
//! few values to hide among. Never here: FF3 (withdrawn); a token for fewer than a million possible values.

use aes::Aes256;
use fpe::ff1::{FF1, FlexibleNumeralString};
use zeroize::Zeroizing;

/// Fewest possible values (SP 800-38G revision 1).
const DOMAIN_MIN: u64 = 1_000_000;
/// Longest text that is tokenised.
const LENGTH_MAX: usize = 256;
/// Most encryptions until one lands in the integer's own range; each does with a chance of one in ten or better.
const WALKS_MAX: usize = 512;

/// FF1 with one key, for digits and for digits and letters.
pub(super) struct Tokens {
    digits: FF1<Aes256>,
    alphanumeric: FF1<Aes256>,
}

impl Tokens {
    /// None if the cipher refuses the radix, which it does not.
    pub fn new(key: &Zeroizing<[u8; 32]>) -> Option<Self> {
        Some(Self {
            digits: FF1::new(key.as_slice(), 10).ok()?,
            alphanumeric: FF1::new(key.as_slice(), 36).ok()?,
        })
    }

    /// The token of a text: digits become digits where there are no letters, else letters and digits mix; separators and the case of
    /// each place stay.
    pub fn text(&self, text: &str) -> Option<String> {
        let count = text.bytes().filter(u8::is_ascii_alphanumeric).count();
        let lettered = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let radix: u64 = if lettered { 36 } else { 10 };
        let enough = u32::try_from(count).is_ok_and(|count| {
            radix
                .checked_pow(count)
                .is_none_or(|domain| domain >= DOMAIN_MIN)
        });
        if !text.is_ascii() || text.len() > LENGTH_MAX || !enough {
            return None;
        }
        let numerals: Vec<u16> = text.bytes().filter_map(numeral).collect();
        let cipher = if lettered {
            &self.alphanumeric
        } else {
            &self.digits
        };
        let token = encrypt(cipher, numerals)?;
        let mut token = token.into_iter();
        text.bytes()
            .map(|byte| match numeral(byte) {
                None => Some(char::from(byte)),
                Some(_) => {
                    let letter = char::from_digit(u32::from(token.next()?), 36)?;
                    Some(if byte.is_ascii_lowercase() {
                        letter
                    } else {
                        letter.to_ascii_uppercase()
                    })
                }
            })
            .collect()
    }

    /// The token of an integer: as many digits, the same sign, and no wider a type. Found by walking the cycle, so that no two
    /// integers share one.
    pub fn integer(&self, value: i128) -> Option<i128> {
        let digits = value.unsigned_abs().to_string();
        let least = 10_u128.checked_pow(u32::try_from(digits.len()).ok()?.checked_sub(1)?)?;
        // Snowflake's numbers have 38 digits at most; a token of 39 may not fit 128 bits.
        if !(7..=38).contains(&digits.len()) || value.unsigned_abs() < least {
            return None;
        }
        let mut numerals: Vec<u16> = digits.bytes().map(|byte| u16::from(byte - b'0')).collect();
        for _ in 0..WALKS_MAX {
            numerals = encrypt(&self.digits, numerals)?;
            let token = numerals
                .iter()
                .fold(0_u128, |sum, digit| sum * 10 + u128::from(*digit));
            let token = i128::try_from(token).ok()?;
            let token = if value < 0 { -token } else { token };
            if token.unsigned_abs() >= least && width(token) == width(value) {
                return Some(token);
            }
        }
        None
    }
}

/// Bits of the narrowest signed integer that holds the value.
fn width(value: i128) -> u32 {
    let bits = 129
        - value
            .unsigned_abs()
            .saturating_sub(u128::from(value < 0))
            .leading_zeros();
    bits.next_power_of_two().max(8)
}

fn numeral(byte: u8) -> Option<u16> {
    char::from(byte)
        .to_digit(36)
        .and_then(|digit| u16::try_from(digit).ok())
}

fn encrypt(cipher: &FF1<Aes256>, numerals: Vec<u16>) -> Option<Vec<u16>> {
    cipher
        .encrypt(&[], &FlexibleNumeralString::from(numerals))
        .ok()
        .map(Into::into)
}
