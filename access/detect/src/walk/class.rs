//! What each byte is to the walk.
//!
//! Enters: a byte. Leaves: its class, a bit. Never here: what it means.

pub(super) const DIGIT: u8 = 1;
pub(super) const UPPER: u8 = 2;
pub(super) const LOWER: u8 = 4;
pub(super) const LINE: u8 = 8;
pub(super) const MARK: u8 = 16;
/// What words are made of.
pub(super) const WORD: u8 = DIGIT | UPPER | LOWER | LINE;

/// What each byte is. Bytes beyond ASCII are letters.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' | 0x80..=0xff => LOWER,
            b'_' => LINE,
            b'@' | b'+' | b'(' | b':' | b'-' | b'=' | b'%' | b'&' | b'\\' | b'[' | b'{' | b'<'
            | b'$' => MARK,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

pub(super) fn class(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}
