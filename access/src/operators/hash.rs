//! Keyed, joinable hashes: equal values stay equal, under one tenant's one tag.
//!
//! Enters: a key and a value. Leaves: 128 bits as base32 for text, an integer that fits where the value fitted.
//! Never here: an unkeyed hash (nine digits are enumerated in minutes).

/// RFC 4648's alphabet.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// 128 bits in base32.
const TEXT_LENGTH: usize = 26;

/// The keyed hash of a text, 26 characters.
pub(super) fn text(key: &[u8; 32], value: &[u8]) -> String {
    let digest = blake3::keyed_hash(key, value);
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    let mut bits = u128::from_be_bytes(head);
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
    let digest = blake3::keyed_hash(key, &value.to_be_bytes());
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    i128::from_be_bytes(head) & ceiling(value)
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
