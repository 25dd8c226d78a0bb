//! Names that tell of a secret by themselves, wherever they stand: of a tag, of an argument, before a blank.
//!
//! Enters: a name and a value. Leaves: whether the one promises the other. Never here: signs of equality (`assigned.rs`).

use super::{promised, suits, value_end};
use crate::hint::Bar;

/// Whether a value is what a name, written with capitals and signs, promises.
pub(in crate::secret) fn fits_name(name: &[u8], value: &[u8]) -> bool {
    let (small, capitals) = small(name);
    promised(&small, None, capitals).is_some_and(|promise| suits(promise, value, true))
}

/// The value that begins at `at`, perhaps in quotes: its first byte and one past its last, without them.
pub(in crate::secret) fn quoted_at(bytes: &[u8], at: usize) -> (usize, usize) {
    let quote = bytes
        .get(at)
        .copied()
        .filter(|mark| matches!(mark, b'"' | b'\''));
    let from = at + usize::from(quote.is_some());
    (from, value_end(bytes, from, quote))
}

/// The value that follows the name `bytes[at..end]` without a sign: `configure set aws_secret_access_key …`.
pub(crate) fn followed_at(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let (from, to) = quoted_at(bytes, end + 1);
    let value = bytes.get(from..to)?;
    (crate::secret::drawn(value) >= Bar::Key && fits_name(bytes.get(at..end)?, value))
        .then_some((from, to))
}

/// Whether a name, written so, promises a secret.
pub(in crate::secret) fn is_telling(name: &[u8]) -> bool {
    let (small, capitals) = small(name);
    promised(&small, None, capitals).is_some()
}

/// A name in small letters and digits, and whether it was of capitals and lines.
fn small(name: &[u8]) -> (Vec<u8>, bool) {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let capitals = name.contains(&b'_') && !name.iter().any(u8::is_ascii_lowercase);
    (letters.map(u8::to_ascii_lowercase).collect(), capitals)
}
