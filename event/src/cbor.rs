//! The items of deterministic CBOR (RFC 8949 §4.2) that events are made of, each with its shortest head.
//!
//! Enters: a value. Leaves: its bytes, behind those that were written before. Never here: which items an event has, or their order.

const UNSIGNED: u8 = 0x00;
const NEGATIVE: u8 = 0x20;
const BYTES: u8 = 0x40;
const TEXT: u8 = 0x60;
const ARRAY: u8 = 0x80;
const MAP: u8 = 0xa0;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

/// A number that is not negative.
#[inline]
pub fn unsigned(to: &mut Vec<u8>, number: u64) {
    head(to, UNSIGNED, number);
}

/// A number.
#[inline]
pub fn signed(to: &mut Vec<u8>, number: i64) {
    match u64::try_from(number) {
        Ok(number) => head(to, UNSIGNED, number),
        // -1 - n, which in two's complement is n with every bit turned.
        Err(_) => head(to, NEGATIVE, !number.cast_unsigned()),
    }
}

/// A string of bytes.
#[inline]
pub fn bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    head(to, BYTES, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

/// A text.
#[inline]
pub fn text(to: &mut Vec<u8>, text: &str) {
    head(to, TEXT, text.len() as u64);
    to.extend_from_slice(text.as_bytes());
}

/// Begins an array of so many items, which follow.
#[inline]
pub fn array(to: &mut Vec<u8>, items: usize) {
    head(to, ARRAY, items as u64);
}

/// Begins a map of so many entries, which follow: shorter keys first, equally long ones bytewise.
#[inline]
pub fn map(to: &mut Vec<u8>, entries: usize) {
    head(to, MAP, entries as u64);
}

/// True or false.
#[inline]
pub fn boolean(to: &mut Vec<u8>, value: bool) {
    to.push(if value { TRUE } else { FALSE });
}

/// The value `null`: a field that is there and holds nothing.
#[inline]
pub fn null(to: &mut Vec<u8>) {
    to.push(NULL);
}

/// Most heads are one byte: that is written where it is asked for, in other crates too.
#[inline]
fn head(to: &mut Vec<u8>, major: u8, argument: u64) {
    match argument {
        0..=23 => to.push(major | argument as u8),
        _ => longer_head(to, major, argument),
    }
}

fn longer_head(to: &mut Vec<u8>, major: u8, argument: u64) {
    let [.., a, b, c, d] = argument.to_be_bytes();
    match argument {
        0..=0xff => to.extend_from_slice(&[major | 24, d]),
        0x100..=0xffff => to.extend_from_slice(&[major | 25, c, d]),
        0x1_0000..=0xffff_ffff => to.extend_from_slice(&[major | 26, a, b, c, d]),
        _ => {
            to.push(major | 27);
            to.extend_from_slice(&argument.to_be_bytes());
        }
    }
}
