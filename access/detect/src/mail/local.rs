//! What stands before the `@`.
//!
//! Enters: a text and where the `@` begins. Leaves: where the local part begins. Never here: the `@` itself, the host.

use super::coded::{coded, entity_before};
use crate::names::{FAMILY, GIVEN, lookup};
use crate::work::looked;

/// Longest local part (RFC 5321 §4.5.3.1.1); what is encoded counts by its characters.
const LOCAL_MAX: usize = 64;
/// Most signs of a local part that mostly part.
const SIGNS_MAX: usize = 3;
/// Shortest name of a person that is looked for in a local part.
const NAME_MIN: usize = 3;
/// Longest list of local parts in braces.
const LIST_MAX: usize = 256;

/// What a local part may have, written plainly. Without `=`, `/`, `?`, `&` and `|`: they part more than they belong.
fn is_plain(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

/// The same of all bytes.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        plain[byte] = stands_plain(byte as u8);
        byte += 1;
    }
    plain
};

const fn stands_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte >= 0x80
        || matches!(
            byte,
            b'.' | b'_' | b'-' | b'+' | b'%' | b'!' | b'#' | b'$' | b'*' | b'^' | b'~'
        )
}

/// Where the local part that ends at `end` begins.
pub(super) fn start(bytes: &[u8], end: usize) -> Option<usize> {
    match bytes.get(end.checked_sub(1)?)? {
        b'"' => return quoted(bytes, end),
        b')' => return commented(bytes, end),
        b'}' => return listed(bytes, end),
        _ => {}
    }
    let (mut start, mut left) = (end, LOCAL_MAX);
    while left > 0
        && let Some(length) = step(bytes, start, end)
    {
        start -= length;
        left -= 1;
    }
    looked(end - start + 1);
    match start.checked_sub(1).and_then(|before| bytes.get(before)) {
        Some(b'=') => start = returned(bytes, start, end).unwrap_or(start),
        Some(b'/' | b'&') => start = parted(bytes, start).unwrap_or(start),
        _ => {}
    }
    start = after_names(bytes, start);
    // Cut off inside a character.
    while bytes.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
        start += 1;
    }
    start = after_delimiter(bytes, start, end);
    while start < end
        && bytes
            .get(start)
            .is_some_and(|byte| b".-*#$%!^".contains(byte))
    {
        start += 1;
    }
    (start < end).then_some(start)
}

/// How long the character of a local part is that ends at `at`; none where the local part begins.
fn step(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let byte = *bytes.get(at.checked_sub(1)?)?;
    if is_plain(byte) {
        return Some(1);
    }
    match byte {
        b';' => entity_before(bytes, at)
            .filter(|coded| coded.ascii().is_none_or(is_plain))
            .map(|coded| coded.length),
        // `o'brien@…`: an apostrophe between letters.
        b'\'' => {
            let letter = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_alphabetic);
            (at < end && letter(at) && at >= 2 && letter(at - 2)).then_some(1)
        }
        b'\\' => {
            let slashes = bytes
                .get(..at)?
                .iter()
                .rev()
                .take(16)
                .take_while(|byte| **byte == b'\\')
                .count();
            let sign = coded(bytes, at - slashes)?;
            sign.ascii().is_none_or(is_plain).then_some(slashes)
        }
        _ => None,
    }
}

/// Past the last character that is encoded and belongs to no local part: `%3D`, `%20`, and what is left of `\u003c`.
fn after_delimiter(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut from = start;
    // `\u003cjoe`: what the escape has after its backslash was read as letters.
    if let Some(before) = start.checked_sub(1)
        && bytes.get(before) == Some(&b'\\')
        && let Some(sign) = coded(bytes, before)
        && before + sign.length <= end
    {
        from = before + sign.length;
    }
    let mut at = from;
    while let Some(local) = bytes.get(at..end)
        && let Some(place) = memchr::memchr(b'%', local)
    {
        at += place;
        match coded(bytes, at) {
            Some(sign) if at + sign.length <= end => {
                at += sign.length;
                if sign.ascii().is_some_and(|byte| !is_plain(byte)) {
                    from = at;
                }
            }
            _ => at += 1,
        }
    }
    from
}

/// `bounce+joe=example.com` before the `@`: whom a list wrote to. Where that begins, if what ends at `start` is its first half.
fn returned(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let whom = bytes.get(start..end)?;
    let dot = memchr::memrchr(b'.', whom)?;
    let top = whom.get(dot + 1..)?;
    let host = dot > 0 && top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic);
    let from = start.saturating_sub(LOCAL_MAX);
    let before = bytes.get(from..start - 1)?;
    let length = before
        .iter()
        .rev()
        .take_while(|byte| is_plain(**byte))
        .count();
    looked(length + 1);
    let list = before.get(before.len() - length..)?;
    (host && list.contains(&b'+')).then_some(start - 1 - length)
}

/// `ann/joe`, `ann&joe` before the `@` and nothing but a blank or a quote before that: where it begins.
fn parted(bytes: &[u8], start: usize) -> Option<usize> {
    let from = start.saturating_sub(LOCAL_MAX);
    let before = bytes.get(from..start - 1)?;
    let word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let length = before.iter().rev().take_while(word).count();
    looked(length + 1);
    let begins = start - 1 - length;
    let free = match begins.checked_sub(1).and_then(|place| bytes.get(place)) {
        None => true,
        Some(byte) => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b','),
    };
    let letter = bytes.get(begins).is_some_and(u8::is_ascii_alphabetic);
    (length > 0 && letter && free).then_some(begins)
}

/// `maria|rossi`, `anna.k=work` before the `@`: a sign that mostly parts belongs where the name of a person is before it. Where that
/// begins.
fn after_names(bytes: &[u8], mut start: usize) -> usize {
    let word = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || **byte >= 0x80 || matches!(byte, b'.' | b'_' | b'-' | b'+')
    };
    for _ in 0..SIGNS_MAX {
        let Some(sign) = start.checked_sub(1) else {
            break;
        };
        if !bytes.get(sign).is_some_and(|byte| is_sign(*byte)) {
            break;
        }
        let before = bytes.get(sign.saturating_sub(LOCAL_MAX)..sign);
        let before = before.unwrap_or_default();
        let length = before.iter().rev().take_while(word).count();
        looked(length + 1);
        let named = before.get(before.len() - length..).is_some_and(has_name);
        if !named {
            break;
        }
        start = sign - length;
    }
    start
}

/// What the standard allows in a local part and texts part with.
const fn is_sign(byte: u8) -> bool {
    matches!(
        byte,
        b'=' | b'?' | b'|' | b'/' | b'&' | b'\'' | b'`' | b'{' | b'}'
    )
}

/// Whether one of its words is the name of a person.
pub(super) fn has_name(local: &[u8]) -> bool {
    local
        .split(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80)
        .any(|word| word.len() >= NAME_MIN && lookup(word) & (GIVEN | FAMILY) != 0)
}

/// Whether a text up to the `@` at `end` may be a local part and nothing else, whatever signs it has: one without a key.
pub(super) fn is_whole(local: &[u8]) -> bool {
    const KEYS: &[&[u8]] = &[
        b"email",
        b"mail",
        b"e",
        b"m",
        b"u",
        b"q",
        b"to",
        b"cc",
        b"bcc",
        b"from",
        b"user",
        b"username",
        b"login",
        b"rcpt",
        b"addr",
        b"address",
        b"uid",
        b"cn",
        b"contact",
        b"sender",
        b"recipient",
        b"account",
        b"owner",
        b"id",
        b"key",
        b"name",
    ];
    let fits = |byte: &u8| is_plain(*byte) || is_sign(*byte);
    let mut parts = local.rsplit(|byte| *byte == b'=').skip(1);
    let keyed = parts.any(|key| {
        let word = key.rsplit(|byte| !byte.is_ascii_alphanumeric()).next();
        word.is_some_and(|word| KEYS.iter().any(|known| known.eq_ignore_ascii_case(word)))
    });
    local.len() <= LOCAL_MAX
        && local.first().is_some_and(u8::is_ascii_alphanumeric)
        && !keyed
        && local.iter().all(fits)
        && local.iter().filter(|byte| **byte == b'/').count() <= 1
}

/// `"joe x"` that ends at `end`: its first byte.
fn quoted(bytes: &[u8], end: usize) -> Option<usize> {
    let close = end - 1;
    let from = close.saturating_sub(LOCAL_MAX + 16);
    let slashes = |place: usize| {
        let before = bytes.get(from..place).unwrap_or_default();
        before
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count()
    };
    // Inside another text's quotes these are escaped themselves.
    let escaped = slashes(close) % 2;
    let mut at = close;
    while let Some(place) = memchr::memrchr(b'"', bytes.get(from..at)?) {
        looked(at - from - place);
        at = from + place;
        if slashes(at) % 2 == escaped {
            let inside = at + 1 < close - escaped;
            return inside.then_some(at);
        }
    }
    None
}

/// `pete(his account)` that ends at `end`: its first byte.
fn commented(bytes: &[u8], end: usize) -> Option<usize> {
    let from = end.saturating_sub(LOCAL_MAX);
    let open = from + memchr::memrchr(b'(', bytes.get(from..end)?)?;
    looked(end - open);
    (open > 0 && bytes.get(open - 1) != Some(&b')')).then(|| start(bytes, open))?
}

/// `{ann,joe}` that ends at `end`: its first byte.
fn listed(bytes: &[u8], end: usize) -> Option<usize> {
    let from = end.saturating_sub(LIST_MAX);
    let open = from + memchr::memrchr(b'{', bytes.get(from..end)?)?;
    looked(end - open);
    let names = bytes.get(open + 1..end - 1)?;
    let fits = |byte: &u8| is_plain(*byte) || matches!(byte, b',' | b'|' | b' ');
    (names.contains(&b',') && names.iter().all(fits)).then_some(open)
}
