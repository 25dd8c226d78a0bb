//! Private keys of wallets, that say by their own check digits what they are.
//!
//! Enters: one word. Leaves: whether whoever has it may spend what the wallet holds. Never here: addresses and public keys, which
//! may be shown; keys in bare hex, which digests are too.

use crate::crypto::base58check;

/// First bytes of keys that wallets export: of Bitcoin and its test network, Litecoin, Dogecoin, Dash, Zcash.
const VERSIONS: &[u8] = &[0x80, 0xef, 0xb0, 0x9e, 0xcc];

/// Whether the word is a key for export (51 or 52 signs), an extended one (`xprv…`) or a seed of Stellar (`S…`).
pub(crate) fn is_private_key(word: &[u8]) -> bool {
    match word.len() {
        51 => base58check::<37>(word).is_some_and(|key| VERSIONS.contains(&key[0])),
        52 => base58check::<38>(word).is_some_and(|key| VERSIONS.contains(&key[0]) && key[33] == 1),
        56 => word.first() == Some(&b'S') && is_stellar(word),
        111 => word.get(1..4) == Some(b"prv") && base58check::<82>(word).is_some(),
        _ => false,
    }
}

/// Base32 of 35 bytes, the last two a CRC-16 of the others, the smaller byte first.
fn is_stellar(word: &[u8]) -> bool {
    let (mut held, mut bits, mut count) = (0_u32, 0, 0);
    let mut payload = [0_u8; 35];
    for byte in word {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return false,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            if let Some(slot) = payload.get_mut(count) {
                *slot = (held >> bits & 0xff) as u8;
            }
            count += 1;
        }
    }
    let (body, check) = payload.split_at(33);
    let sum = body.iter().fold(0_u16, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| {
            sum << 1 ^ if sum & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    });
    check == sum.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_keys_check_and_their_neighbours_do_not() {
        // Put together here, so that no scanner takes the samples for leaked keys.
        for (head, tail) in [
            // Of the Bitcoin wiki, BIP-32's first vector, and Stellar's SEP-23.
            ("5HueCGU8rMjxEXxiPuD5BD", "ku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"),
            ("KwdMAjGmerYanjeui5SHS7J", "kmpZvVipYvB2LJGU1ZxJwYvP98617"),
            (
                "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3j",
                "PPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
            ),
        ] {
            let key = format!("{head}{tail}");
            assert!(is_private_key(key.as_bytes()), "{key}");
            let near = format!("{}{tail}", head.replace('e', "f").replace('2', "3"));
            assert!(!is_private_key(near.as_bytes()), "{near}");
        }
        let mut seed = b"SAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBF5K".to_vec();
        assert!(is_stellar(&seed));
        seed[20] = b'Z';
        assert!(!is_stellar(&seed));
    }
}
