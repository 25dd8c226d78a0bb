//! One look at a text's bytes, to spare most cells the walk.
//!
//! Enters: a text. Leaves: whether any detector could fire in it. Never here: a detector.

/// Whether a walk is worth it.
pub(super) enum Gate {
    /// No detector could fire.
    Nothing,
    /// Digits and nothing else.
    Digits,
    /// Anything may be in it.
    Walk,
}

/// Longest text whose bytes are counted in eight bit lanes.
const LANES_MAX: usize = 255;

/// Counts per byte class in the lanes of one word: digits, capitals, small letters, `@`, `:` and `/`, `-`, `.`, blanks.
static LANES: [u64; 256] = lanes();

const fn lanes() -> [u64; 256] {
    let mut lanes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        lanes[byte] = match byte as u8 {
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 1 << 8,
            b'a'..=b'z' | 0x80..=0xff => 1 << 16,
            b'@' => 1 << 24,
            b':' | b'/' => 1 << 32,
            b'-' => 1 << 40,
            b'.' => 1 << 48,
            b' ' => 1 << 56,
            _ => 0,
        };
        byte += 1;
    }
    lanes
}

/// Looks at the bytes once and says whether a walk is worth it.
pub(super) fn gate(bytes: &[u8]) -> Gate {
    if bytes.len() > LANES_MAX {
        return Gate::Walk;
    }
    let lanes = bytes
        .iter()
        .fold(0_u64, |sum, byte| sum + LANES[usize::from(*byte)]);
    let [digits, uppers, lowers, ats, colons, dashes, points, blanks] = lanes.to_le_bytes();
    let length = bytes.len();
    if ats > 0 {
        return Gate::Walk;
    }
    if usize::from(digits) == length {
        return Gate::Digits;
    }
    if digits == 0 {
        // A name needs two words, a private key its dashes.
        return if uppers >= 2 && (blanks >= 1 || length >= 24) {
            Gate::Walk
        } else {
            Gate::Nothing
        };
    }
    if uppers == 0 && lowers == 0 {
        // Fewer digits than the shortest address or identity; a date; a decimal too short for a card number.
        let decimal = points == 1 && dashes <= 1 && usize::from(digits + points + dashes) == length;
        let nothing = digits < 6 || is_date(bytes) || (decimal && whole_digits(bytes) < 14);
        return if nothing { Gate::Nothing } else { Gate::Walk };
    }
    let stamp = is_date(bytes) && blanks <= 2 && uppers <= 2 && lowers == 0;
    if stamp || is_uuid(bytes, dashes) || is_hex(bytes) {
        return Gate::Nothing;
    }
    // Codes such as `A12`, `SKU-ABC-1234`: fewer digits than any number has that needs no words around it, no hardware address, and
    // too short for a token.
    let alone = blanks == 0 && colons == 0 && length < 20 && points < 2 && dashes < 5;
    if alone && (digits < 4 || (digits == 4 && dashes > 0)) {
        return Gate::Nothing;
    }
    Gate::Walk
}

/// Digits before the point.
fn whole_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte != b'.').count()
}

/// `2025-06-01`, alone or before a time of day.
fn is_date(bytes: &[u8]) -> bool {
    let &[a, b, c, d, b'-', e, f, b'-', g, h, ref rest @ ..] = bytes else {
        return false;
    };
    let day = [a, b, c, d, e, f, g, h].iter().all(u8::is_ascii_digit);
    day && match rest {
        [] => true,
        [b' ' | b'T', time @ ..] => time
            .iter()
            .all(|byte| byte.is_ascii_digit() || b":.+- ZUTC".contains(byte)),
        _ => false,
    }
}

/// Eight, four, four, four and twelve hex digits.
pub(super) fn is_uuid(bytes: &[u8], dashes: u8) -> bool {
    dashes == 4
        && bytes.len() == 36
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Digests in lower case.
fn is_hex(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 32 | 40 | 56 | 64 | 96 | 128)
        && bytes
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
