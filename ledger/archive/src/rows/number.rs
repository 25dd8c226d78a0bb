//! Whether canonical bytes hold a number that no column holds.
//!
//! Enters: canonical bytes (deterministic CBOR, RFC 8949 §4.2). Leaves: whether a number of 64 bits has its top bit set. Never here: what the
//! number is of; a text, a body or a digest taken for a number, as a search for its bytes would.

/// Whether a row must be tried to tell: a number beyond 63 bits, or bytes that are not written as firn writes them.
pub(super) fn exceeds_columns(canonical: &[u8]) -> bool {
    let mut rest = canonical;
    while let [head, behind @ ..] = rest {
        let Some((argument, behind)) = argument(head & 0x1f, behind) else {
            return true;
        };
        rest = match head >> 5 {
            0 | 1 if i64::try_from(argument).is_err() => return true,
            // Bytes and texts are stepped over.
            2 | 3 => match usize::try_from(argument)
                .ok()
                .and_then(|length| behind.get(length..))
            {
                Some(behind) => behind,
                None => return true,
            },
            // Lists, maps and tags are followed by what is in them; a float's bytes are its argument.
            _ => behind,
        };
    }
    false
}

/// The number that a head begins, and what stands behind it. None where it has no definite length or is cut off.
fn argument(info: u8, behind: &[u8]) -> Option<(u64, &[u8])> {
    let bytes = match info {
        0..=23 => return Some((u64::from(info), behind)),
        24..=27 => 1usize << (info - 24),
        _ => return None,
    };
    let (number, behind) = behind.split_at_checked(bytes)?;
    let number = number
        .iter()
        .fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    Some((number, behind))
}

#[cfg(test)]
mod tests {
    use super::exceeds_columns;

    #[test]
    fn large_numbers_are_found_wherever_they_stand_and_nothing_else_is() {
        let large = [0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0];
        let below = [0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let negative = [0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0];
        let listed = |number: &[u8]| [&[0x82, 0x61, b'x'], number].concat();
        let mapped = |number: &[u8]| [&[0xa1, 0x61, b'n'], number].concat();
        for number in [large, negative] {
            assert!(exceeds_columns(&number));
            assert!(exceeds_columns(&listed(&number)));
            assert!(exceeds_columns(&mapped(&number)));
        }
        for harmless in [
            below.to_vec(),
            listed(&below),
            // The same bytes in a body, in a text, and in a float.
            [&[0x49][..], &large].concat(),
            [&[0x58, 9][..], &large].concat(),
            [&[0x63][..], "\u{1b}\u{80}".as_bytes()].concat(),
            vec![0xfb, 0x1b, 0x80, 0, 0, 0, 0, 0, 0],
            vec![],
        ] {
            assert!(!exceeds_columns(&harmless), "{harmless:02x?}");
        }
    }

    #[test]
    fn what_is_not_canonical_is_left_to_a_row() {
        for odd in [&[0x5f][..], &[0x1b, 0], &[0x42, 1], &[0x1c]] {
            assert!(exceeds_columns(odd), "{odd:02x?}");
        }
    }
}
