//! Mail addresses: plain, quoted, encoded, escaped, spelt out.
//!
//! Enters: a text and the place of what is, or stands for, the `@`. Leaves: where the address begins and ends. Never here: what leads
//! the walk to that place; a check that asks a network.

use coded::coded;
use host::host;

use crate::gate::is_uuid;
use crate::work::looked;

mod coded;
mod host;
mod local;
mod spelt;

pub(super) use spelt::{around as spelt_around, is_sign, signs};

/// Accounts of services: what they have before a path is a place to copy to, or a repository.
const SERVICES: &[&[u8]] = &[
    b"git",
    b"hg",
    b"svn",
    b"gitlab",
    b"root",
    b"deploy",
    b"deployer",
    b"ubuntu",
    b"debian",
    b"centos",
    b"ec2-user",
    b"core",
    b"vagrant",
    b"pi",
    b"jenkins",
    b"ansible",
    b"backup",
    b"postgres",
    b"www-data",
    b"admin",
];
/// Fewest bytes before the `@` that a machine makes for one message; a UUID has more.
const MESSAGE_MIN: usize = 24;
/// Longest name of a host without a point.
const HOST_MAX: usize = 64;
/// Longest address in brackets in place of a host's name (`IPv6:` and eight groups).
const LITERAL_MAX: usize = 46;

/// The address around the plain `@` at `at`: first byte and one past the last.
pub(super) fn plain_around(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = local::start(bytes, at).filter(|start| !is_masked(bytes, *start, at))?;
    if bytes.get(at + 1) == Some(&b'[') {
        return literal(bytes, at + 1).map(|end| (start, end));
    }
    let Some(host) = host(bytes, at + 1, false) else {
        return inside(bytes, start, at);
    };
    if host.end == bytes.len() && start > 0 && bytes.get(..at).is_some_and(local::is_whole) {
        return Some((0, host.end));
    }
    (!is_remote(bytes, start, at, host.end)).then_some((start, host.end))
}

/// Whether the part before an `@` is made by a machine for one message, as a UUID or long and a third of it digits:
/// `<c905c4e4-…@mx.example.com>`.
pub(super) fn is_message(local: &[u8]) -> bool {
    if local.len() < MESSAGE_MIN {
        return false;
    }
    let digits = local.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = local
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    is_uuid(local) || digits * 3 >= local.len() && letters * 2 <= local.len()
}

/// Whether the text ends where a header names a message: `Message-ID: <`.
pub(super) fn is_message_next(before: &[u8]) -> bool {
    const HEADERS: &[&[u8]] = &[b"message-id", b"in-reply-to", b"references", b"content-id"];
    let near = before
        .get(before.len().saturating_sub(24)..)
        .unwrap_or_default();
    let near = near.strip_suffix(b"<").unwrap_or(near).trim_ascii_end();
    near.strip_suffix(b":").is_some_and(|near| {
        let small = near.to_ascii_lowercase();
        HEADERS.iter().any(|header| small.ends_with(header))
    })
}

/// `maria.rossi@intranet`: an address inside a firm's own network, told by the name of a person in it.
fn inside(bytes: &[u8], start: usize, at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at + 1..)?;
    let length = rest
        .iter()
        .take(HOST_MAX)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
        .count();
    let host = rest.get(..length)?;
    // A digest, a version.
    let letters = host.first().is_some_and(u8::is_ascii_alphabetic)
        && !(host.iter().all(u8::is_ascii_hexdigit) && host.iter().any(u8::is_ascii_digit));
    let ends = match rest.get(length..)? {
        [] => true,
        [b'.', next, ..] => !next.is_ascii_alphanumeric() && *next < 0x80,
        [next, ..] => next.is_ascii_whitespace() || b".,;\"')>]}|".contains(next),
    };
    let user = bytes.get(start..at)?;
    let parted = user.iter().any(|byte| matches!(byte, b'.' | b'_' | b'-'));
    let whole = (2..HOST_MAX).contains(&length) && letters && ends;
    (whole && parted && local::has_name(user)).then_some((start, at + 1 + length))
}

/// The address around an `@` that `bytes[at..]` begins with in some encoding.
pub(super) fn coded_around(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let sign = coded(bytes, at).filter(|sign| sign.is('@'))?;
    let start = local::start(bytes, at)?;
    let host = host(bytes, at + sign.length, false)?;
    // `=40` and `\100` are numbers more often than signs.
    (!sign.weak || host.is_known(bytes)).then_some((start, host.end))
}

/// `[192.0.2.7]`, `[IPv6:2001:db8::1]` at `open`: one past the bracket.
fn literal(bytes: &[u8], open: usize) -> Option<usize> {
    let inside = bytes.get(open + 1..)?;
    let named = inside
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"ipv6:"));
    let from = if named { 5 } else { 0 };
    let of_address = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    let length = inside
        .iter()
        .skip(from)
        .take(LITERAL_MAX)
        .take_while(of_address)
        .count();
    let closed = inside.get(from + length) == Some(&b']');
    (closed && length >= 3 && (named || length >= 7)).then_some(open + from + length + 2)
}

/// `j***@example.com`: a mask was here already.
fn is_masked(bytes: &[u8], start: usize, at: usize) -> bool {
    const LEFT_MAX: usize = 3;
    let local = bytes.get(start..at).unwrap_or_default();
    let stars = local.iter().filter(|byte| **byte == b'*').count();
    let left = local.iter().filter(|byte| byte.is_ascii_alphanumeric());
    stars >= 2 && left.count() <= LEFT_MAX
}

/// `git@host:org/x.git`, `ssh://ann@host:22/x`, `root@host:/tmp/`: an account and a path, or a service's.
fn is_remote(bytes: &[u8], start: usize, at: usize, end: usize) -> bool {
    let user = bytes.get(start..at).unwrap_or_default();
    let shell = [
        &b"ssh://"[..],
        b"git://",
        b"sftp://",
        b"scp://",
        b"rsync://",
    ];
    let before = bytes.get(..start).unwrap_or_default();
    if shell.iter().any(|scheme| before.ends_with(scheme)) {
        return true;
    }
    if let Some([b':', path @ ..]) = bytes.get(end..) {
        let path = path
            .split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b';'))
            .next()
            .unwrap_or_default();
        looked(path.len());
        if path.ends_with(b".git") || path.starts_with(b"/") || path.starts_with(b"~/") {
            return true;
        }
    }
    let scheme = before.ends_with(b"://");
    if !(scheme || bytes.get(end) == Some(&b':')) || !SERVICES.contains(&user) {
        return false;
    }
    let Some([b':', path @ ..]) = bytes.get(end..) else {
        return scheme;
    };
    let path = path
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    scheme || path.contains(&b'/') || path.ends_with(b".git")
}

#[cfg(test)]
mod tests;
