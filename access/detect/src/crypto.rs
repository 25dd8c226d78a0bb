//! Wallet addresses.
//!
//! Enters: the bytes of one word. Leaves: whether it is an address that checks. Never here: which wallet.

use sha2::{Digest as _, Sha256};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Bitcoin (base58check or bech32) or Ethereum (`0x` and 40 hex digits).
pub fn is_wallet(word: &[u8]) -> bool {
    match word {
        [b'1' | b'3', ..] if (26..=35).contains(&word.len()) => base58check::<25>(word).is_some(),
        [b'b', b'c', b'1', rest @ ..] if (39..=87).contains(&rest.len()) => bech32(rest),
        [b'0', b'x', rest @ ..] => rest.len() == 40 && rest.iter().all(u8::is_ascii_hexdigit),
        _ => false,
    }
}

/// What a word of base 58 holds, if it is so many bytes of which the last four are their check.
pub(crate) fn base58check<const N: usize>(word: &[u8]) -> Option<[u8; N]> {
    let mut payload = [0_u8; N];
    for byte in word {
        let mut carry = BASE58.iter().position(|letter| letter == byte)? as u32;
        for slot in payload.iter_mut().rev() {
            carry += u32::from(*slot) * 58;
            *slot = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    let (body, check) = payload.split_at(N.checked_sub(4)?);
    Sha256::digest(Sha256::digest(body))
        .starts_with(check)
        .then_some(payload)
}

/// The checksum of BIP-173 or BIP-350 for the human-readable part `bc`.
fn bech32(data: &[u8]) -> bool {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let mut sum = 1_u32;
    let mut push = |value: u32| {
        let top = sum >> 25;
        sum = ((sum & 0x1ff_ffff) << 5) ^ value;
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
    };
    for value in [3, 3, 0, 2, 3] {
        push(value);
    }
    for byte in data {
        match BECH32.iter().position(|letter| letter == byte) {
            Some(value) => push(value as u32),
            None => return false,
        }
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_addresses_check_and_their_neighbours_do_not() {
        for good in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ] {
            assert!(is_wallet(good.as_bytes()), "{good}");
        }
        for bad in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "0x52908400098527886E0F7030069857D2E4169EE",
            "",
        ] {
            assert!(!is_wallet(bad.as_bytes()), "{bad}");
        }
    }
}
