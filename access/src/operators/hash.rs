//! Keyed, joinable hashes: equal values stay equal, under one tenant's one tag.
//!
//! Enters: a key and a value. Leaves: 128 bits as base32 for text, an integer that fits where the value fitted.
//! Never here: an unkeyed hash (nine digits are enumerated in minutes).

use crate::mask::semi::{Kind, leaves};

/// RFC 4648's alphabet.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// 128 bits in base32.
const TEXT_LENGTH: usize = 26;

/// 128 bits of the keyed hash.
pub(super) fn bytes(key: &[u8; 32], value: &[u8]) -> [u8; 16] {
    let digest = blake3::keyed_hash(key, value);
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    head
}

/// The keyed hash of a text, 26 characters.
pub(super) fn text(key: &[u8; 32], value: &[u8]) -> String {
    let mut bits = u128::from_be_bytes(bytes(key, value));
    let mut word = [b'A'; TEXT_LENGTH];
    for place in word.iter_mut().rev() {
        *place = BASE32.get((bits & 31) as usize).copied().unwrap_or(b'A');
        bits >>= 5;
    }
    word.iter().map(|byte| char::from(*byte)).collect()
}

/// The keyed hash of a number: never negative, and inside the narrowest signed integer that holds the number itself.
/// Snowflake narrows a column's integers chunk by chunk; so the hash fits whatever width a chunk has, and is the
/// same in all of them.
pub(super) fn integer(key: &[u8; 32], value: i128) -> i128 {
    i128::from_be_bytes(bytes(key, &value.to_be_bytes())) & ceiling(value)
}

/// The largest number of the narrowest signed integer that holds `value`, at most 63 bits.
pub(super) fn ceiling(value: i128) -> i128 {
    if i8::try_from(value).is_ok() {
        i128::from(i8::MAX)
    } else if i16::try_from(value).is_ok() {
        i128::from(i16::MAX)
    } else if i32::try_from(value).is_ok() {
        i128::from(i32::MAX)
    } else {
        i128::from(i64::MAX)
    }
}

/// The JSON text with every string hashed and every number null; member names stay. What is not JSON is hashed whole.
pub(super) fn json(key: &[u8; 32], value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut from = 0;
    let mut loose = false;
    leaves(value, |leaf| {
        let raw = value.get(leaf.start..leaf.end).unwrap_or("");
        out.push_str(value.get(from..leaf.start).unwrap_or(""));
        from = leaf.end;
        match leaf.kind {
            Kind::String => out.push_str(&text(key, raw.as_bytes())),
            Kind::Name => out.push_str(raw),
            Kind::Number => {
                // A sign before it would make it no JSON.
                if out.ends_with('-') {
                    out.pop();
                }
                out.push_str("null");
            }
            Kind::Loose => loose = true,
        }
    });
    if loose {
        return format!("\"{}\"", text(key, value.as_bytes()));
    }
    out.push_str(value.get(from..).unwrap_or(""));
    out
}
