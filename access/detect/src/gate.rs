//! One look at a text's bytes, to spare most cells the walk.
//!
//! Enters: a text. Leaves: whether any detector could fire in it. Never here: a detector.

use std::sync::LazyLock;

use super::secret::seed;
use super::seek::Seek;

/// Whether a walk is worth it.
pub(super) enum Gate {
    /// No detector could fire.
    Nothing,
    /// Digits and nothing else.
    Digits,
    /// Anything may be in it.
    Walk,
    /// A walk finds something only if the text has a sign of a mail address that is spelt out.
    Spelt(Signs),
}

/// Where signs of mail addresses that are spelt out may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs {
    in_blanks: bool,
    in_marks: bool,
}

impl Signs {
    /// Whether the text has one.
    pub(super) fn are_in(self, bytes: &[u8]) -> bool {
        self.in_blanks && IN_BLANKS.is_in(bytes) || self.in_marks && IN_MARKS.is_in(bytes)
    }

    fn or_nothing(self) -> Gate {
        if self.in_blanks || self.in_marks {
            Gate::Spelt(self)
        } else {
            Gate::Nothing
        }
    }
}

/// What a mail address has that is spelt out with blanks: its sign, or its point.
static IN_BLANKS: LazyLock<Seek> = LazyLock::new(|| {
    Seek::new(&[
        " at ",
        " AT ",
        " At ",
        " arroba ",
        " aroba ",
        " arobase ",
        " chiocciola ",
        " kukac ",
        " małpa ",
        " malpa ",
        " zavin",
        " собака ",
        " apenstaartje ",
        " klammeraffe ",
        " snabela ",
    ])
});

/// The same set off by brackets or lines.
static IN_MARKS: LazyLock<Seek> = LazyLock::new(|| Seek::new(MARKS));
const MARKS: &[&str] = &[
    "at)",
    "AT)",
    "At)",
    "at )",
    "at}",
    "AT}",
    "at }",
    "at>",
    "AT>",
    "at*",
    "AT*",
    "at|",
    "_at_",
    "_AT_",
    "-at-",
    "-AT-",
    "#at#",
    "(a)",
    "{a}",
    "<a>",
    "(ät)",
    "arroba)",
    "aroba)",
    "arobase)",
    "chiocciola)",
    "kukac)",
    "małpa)",
    "malpa)",
    "zavináč)",
    "zavinac)",
    "собака)",
    "chez)",
];

/// Longest text whose bytes are counted in eight bit lanes.
const LANES_MAX: usize = 255;

/// How a line of `.netrc` begins, whose password may be words.
const NETRC: &[u8] = b"machine ";

/// Shortest phrase that restores a wallet: twelve words of three letters.
const SHORTEST_PHRASE: usize = 47;

/// Counts per byte class in the lanes of one word: digits, capitals, small letters, `@` and other marks, `:` and `/`, `-`, `.`, blanks.
static LANES: [u64; 256] = lanes();

const fn lanes() -> [u64; 256] {
    let mut lanes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        lanes[byte] = match byte as u8 {
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 1 << 8,
            b'a'..=b'z' | 0x80..=0xff => 1 << 16,
            // What hardly any cell without a secret or an address has.
            b'@' | b'=' | b'%' | b'&' | b'\\' | b'[' | b'$' => 1 << 24,
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
    if is_identifier(bytes) {
        return Gate::Nothing;
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
    // Of all bytes, of which there are no more than a lane counts; none is of the fourth class.
    let known = u16::from(digits) + u16::from(uppers) + u16::from(lowers) + u16::from(colons);
    let known = known + u16::from(dashes) + u16::from(points) + u16::from(blanks);
    let others = length - usize::from(known);
    let in_marks = others >= 2 || dashes >= 2;
    if digits == 0 {
        // A name needs two words, a private key its dashes, a spelt-out address its sign and its point.
        return if (uppers >= 2 && (blanks >= 1 || length >= 24))
            || colons > 0 && blanks > 0
            || bytes.starts_with(NETRC)
            || uppers == 0
                && length >= SHORTEST_PHRASE
                && (blanks >= 11 || others >= 11 || dashes >= 11)
                && seed::may_be_phrase(bytes)
        {
            Gate::Walk
        } else {
            let in_blanks = blanks >= 4 || blanks >= 2 && has_inner_point(bytes);
            Signs {
                in_blanks,
                in_marks,
            }
            .or_nothing()
        };
    }
    if uppers == 0 && lowers == 0 {
        // Fewer digits than the shortest address or identity; a date; a decimal too short for a card number.
        let decimal = points == 1 && dashes <= 1 && usize::from(digits + points + dashes) == length;
        let nothing =
            digits < 6 || (decimal && whole_digits(bytes) < 14) || points == 2 && is_place(bytes);
        return if nothing { Gate::Nothing } else { Gate::Walk };
    }
    // Codes such as `A12`, `SKU-ABC-1234`: fewer digits than any number has that needs no words around it, no hardware address, and
    // too short for a token.
    let alone = blanks == 0 && colons == 0 && length < 20 && points < 2 && dashes < 5;
    // So short a text is looked through sooner than walked. Of the signs all but two have a mark that is counted among the others.
    let marked =
        || others > 0 && in_marks && IN_MARKS.is_in(bytes) || dashes >= 2 && has_dashed(bytes);
    if alone && (digits < 4 || (digits == 4 && dashes > 0)) && !marked() {
        return Gate::Nothing;
    }
    Gate::Walk
}

/// A sign that dashes set off.
fn has_dashed(bytes: &[u8]) -> bool {
    bytes
        .windows(4)
        .any(|four| matches!(four, b"-at-" | b"-AT-"))
}

/// A point inside a word.
fn has_inner_point(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'.', bytes).any(|point| {
        let next = bytes.get(point + 1);
        next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    })
}

/// Most digits of a decimal in which no detector finds anything, and most before its point.
const DECIMAL_DIGITS_MAX: usize = 11;
const WHOLE_MAX: usize = 3;

/// `52.520008, -13.404954`: two decimals that a comma parts, as places are written.
pub(super) fn is_place(bytes: &[u8]) -> bool {
    let Some(comma) = memchr::memchr(b',', bytes) else {
        return false;
    };
    let (one, other) = bytes.split_at(comma);
    let other = other.strip_prefix(b",").unwrap_or(other);
    is_degree(one) && is_degree(other.strip_prefix(b" ").unwrap_or(other))
}

/// `-13.404954`
fn is_degree(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |text: &[u8]| {
        text.iter()
            .fold(true, |all, byte| all & byte.is_ascii_digit())
    };
    let whole = whole_digits(text);
    let (before, behind) = text.split_at(whole);
    let behind = behind.strip_prefix(b".").unwrap_or_default();
    (1..=WHOLE_MAX).contains(&whole)
        && !behind.is_empty()
        && whole + behind.len() <= DECIMAL_DIGITS_MAX
        && digits(before)
        && digits(behind)
}

/// Digits before the point.
fn whole_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte != b'.').count()
}

/// Dates, UUIDs and digests, told by their length and a byte or two before all their bytes are looked at.
fn is_identifier(bytes: &[u8]) -> bool {
    match bytes.len() {
        36 if bytes.get(8) == Some(&b'-') => is_uuid(bytes),
        32 | 40 | 56 | 64 | 96 | 128 => is_hex(bytes),
        10..=40 if bytes.get(4) == Some(&b'-') => is_date(bytes),
        _ => false,
    }
}

/// `2025-06-01`, alone or before a time of day.
fn is_date(bytes: &[u8]) -> bool {
    let &[a, b, c, d, b'-', e, f, b'-', g, h, ref rest @ ..] = bytes else {
        return false;
    };
    let day = [a, b, c, d, e, f, g, h].iter().all(u8::is_ascii_digit);
    let time = |byte: &u8| {
        matches!(
            byte,
            b'0'..=b':' | b'.' | b'+' | b'-' | b' ' | b'Z' | b'U' | b'T' | b'C'
        )
    };
    day && match rest {
        [] => true,
        [b' ' | b'T', rest @ ..] => rest.iter().all(time),
        _ => false,
    }
}

// No early end in the two below: so the compiler compares many bytes at once.

/// Eight, four, four, four and twelve hex digits.
pub(super) fn is_uuid(bytes: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23]
        .iter()
        .all(|place| bytes.get(*place) == Some(&b'-'));
    // Counted in a byte, which so few cannot fill.
    let others = |bytes: &[u8]| {
        bytes.iter().fold(0_u8, |others, byte| {
            let hex = byte.is_ascii_digit() | matches!(*byte | 0x20, b'a'..=b'f');
            others + u8::from(!hex)
        })
    };
    bytes.len() == 36 && dashes && others(bytes) == 4
}

/// Digests in lower case.
fn is_hex(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |all, byte| {
        all & (byte.is_ascii_digit() | matches!(byte, b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_signs_but_two_have_a_mark_of_no_class_of_its_own() {
        for sign in MARKS {
            let counted = sign.bytes().any(|byte| LANES[usize::from(byte)] == 0);
            assert_ne!(counted, has_dashed(sign.as_bytes()), "{sign}");
        }
    }

    #[test]
    fn signs_are_found_wherever_they_stand() {
        for sign in MARKS {
            let text = format!("a longer text before it {sign} and behind it, too");
            assert!(IN_MARKS.is_in(sign.as_bytes()) && IN_MARKS.is_in(text.as_bytes()));
        }
        assert!(!IN_MARKS.is_in(b"what has (none) of them, and -attends- to it"));
    }
}
