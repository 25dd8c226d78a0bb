//! Keys, tokens and passwords that show by their form.
//!
//! Enters: a text and a place in it. Leaves: where the secret begins and ends. Never here: entropy alone; that needs a name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::hint::Bar;
use super::work::looked;
pub(crate) use assigned::{announced_at, assigned_at, followed_at};
pub(crate) use call::called_at;
pub(crate) use code::{code_at, keyed_at};
pub(crate) use drawn::drawn;
pub use drawn::entropy;
pub(crate) use hook::is_plain_address;
pub(crate) use issued::may_be_issued;
pub(crate) use line::lined_at;
pub(crate) use numbered::numbered_at;
pub(crate) use option::optioned_at;
pub(crate) use placed::{basic_at, jarred_at};
pub(crate) use tag::tagged_at;
pub(crate) use unset::is_no_value;
pub(crate) use wallet::is_private_key;

mod assigned;
mod call;
mod code;
pub(crate) mod coined;
mod drawn;
mod ends;
mod hook;
mod issued;
pub(crate) mod line;
mod numbered;
mod option;
pub(crate) mod phrase;
mod placed;
pub(crate) mod seed;
mod tag;
mod unset;
mod wallet;

/// A secret whose first byte is `bytes[at]`: one past its last byte.
pub fn secret_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let length = match rest.first()? {
        b'-' => private_key(rest),
        b'$' => issued::crypted_at(rest),
        b'{' => issued::stored_at(rest),
        b'P' if rest.starts_with(b"PuTTY-User-Key-File-") => putty(rest),
        b'e' if rest.starts_with(b"eyJ") => jwt(rest).or_else(|| issued::issued_at(rest)),
        _ => issued::issued_at(rest),
    }?;
    Some(at + length)
}

/// A secret by its whole layout, that begins with the word `bytes[at..end]`: one past its last byte.
pub fn shaped_at(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    // `https://api.telegram.org/bot123456:A…/sendMessage`
    if let Some(number) = rest.strip_prefix(b"bot")
        && bytes.get(end) == Some(&b':')
        && number.first().is_some_and(u8::is_ascii_digit)
    {
        return issued::bot_at(number, end - at - 3).map(|length| at + 3 + length);
    }
    if bytes.get(at..end).is_some_and(issued::is_named) {
        return Some(end);
    }
    let length = if rest.first().is_some_and(u8::is_ascii_digit) && bytes.get(end) == Some(&b':') {
        issued::bot_at(rest, end - at).or_else(|| issued::shaped_at(rest, end - at))
    } else {
        issued::shaped_at(rest, end - at)
    }?;
    Some(at + length)
}

/// `-----BEGIN … PRIVATE KEY-----` to its end line, or to the end of the text if that is cut off.
fn private_key(rest: &[u8]) -> Option<usize> {
    let body = rest.strip_prefix(b"-----BEGIN ")?;
    let title = memchr::memmem::find(body.get(..body.len().min(TITLE_MAX))?, b"-----")?;
    looked(title);
    let said = |words: &[u8]| {
        body.get(..title)
            .is_some_and(|title| memchr::memmem::find(title, words).is_some())
    };
    let private = said(b"PRIVATE KEY") || said(b"OpenVPN Static key");
    if !private {
        return None;
    }
    let end = memchr::memmem::find(body, b"-----END ").and_then(|end| {
        let tail = body.get(end + 9..)?;
        Some(end + 9 + memchr::memmem::find(tail, b"-----")? + 5)
    });
    Some(end.map_or(rest.len(), |end| rest.len() - body.len() + end))
}

/// The block of base64 lines that begins at the dashes `rest` begins with and is no private key: a certificate, a signature, what is public.
/// One past its last byte. Read line by line to the first that is none: a text of nothing but beginnings is read once.
pub(crate) fn open_block(rest: &[u8]) -> Option<usize> {
    let body = rest.strip_prefix(b"-----BEGIN ")?;
    let title = memchr::memmem::find(body.get(..body.len().min(TITLE_MAX))?, b"-----")?;
    looked(title);
    if memchr::memmem::find(body.get(..title)?, b"PRIVATE").is_some() {
        return None;
    }
    let mut at = rest.len() - body.len() + title + 5;
    let mut full = 0;
    loop {
        let left = rest.get(at..)?;
        let near = left.get(..left.len().min(BLOCK_LINE_MAX))?;
        let mark = memchr::memmem::find(near, b"-----END ");
        let (length, is_last) = match (mark, memchr::memchr(b'\n', near)) {
            (Some(mark), Some(line)) if mark < line => (mark, true),
            (_, Some(line)) => (line, false),
            (Some(mark), None) => (mark, true),
            (None, None) if near.len() == left.len() => (left.len(), true),
            (None, None) => return None,
        };
        looked(length);
        let line = left.get(..length)?.trim_ascii();
        full += u32::from(matches!(line.len(), 60..=76));
        // `Version: GnuPG v2`
        let head = line.contains(&b':') && line.len() < 60;
        let is_block = head
            || line
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte));
        if !is_block {
            return None;
        }
        at += length;
        if is_last {
            return (full >= 2).then_some(at);
        }
        // The line's end.
        at += 1;
    }
}

/// PuTTY's file of a key to its last line, or to the end of the text if that is cut off.
fn putty(rest: &[u8]) -> Option<usize> {
    looked(rest.len().min(KEY_FILE_MAX));
    let body = rest.get(..rest.len().min(KEY_FILE_MAX))?;
    memchr::memmem::find(body, b"Private-Lines:")?;
    let mac = memchr::memmem::find(body, b"Private-MAC: ");
    let end = mac.map(|mac| {
        let tail = body.get(mac + 13..).unwrap_or_default();
        mac + 13
            + tail
                .iter()
                .take_while(|byte| byte.is_ascii_hexdigit())
                .count()
    });
    Some(end.unwrap_or(body.len()))
}

/// Three base64url parts of which the first is a JOSE header.
fn jwt(rest: &[u8]) -> Option<usize> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // Cheap where no full stop is near; what has one is a header, or ends the look here.
    memchr::memchr(b'.', rest.get(..rest.len().min(JOSE_MAX + 1))?)?;
    let part = |from: usize, most: usize| {
        rest.iter()
            .skip(from)
            .take(most)
            .take_while(|byte| allowed(byte))
            .count()
    };
    let header = part(0, JOSE_MAX);
    looked(header);
    if rest.get(header) != Some(&b'.') {
        return None;
    }
    let decoded = URL_SAFE_NO_PAD.decode(rest.get(..header)?).ok()?;
    let names = [&b"\"alg\""[..], b"\"typ\""];
    if !names
        .iter()
        .any(|name| memchr::memmem::find(&decoded, name).is_some())
    {
        return None;
    }
    if memchr::memmem::find(&decoded, b"\"enc\"").is_some() {
        // Encrypted: five parts, of which the second may be empty.
        let inside = |byte: &&u8| allowed(byte) || **byte == b'.';
        let length = rest.iter().take_while(inside).count();
        looked(length);
        let body = rest.get(..length)?;
        let parts = body.iter().filter(|byte| **byte == b'.').count();
        return (parts == 4 && length >= header + 40).then_some(length);
    }
    let payload = part(header + 1, usize::MAX);
    let signature = match rest.get(header + 1 + payload) {
        Some(b'.') => 1 + part(header + payload + 2, usize::MAX),
        _ => 0,
    };
    looked(payload + signature);
    (payload >= 4).then_some(header + 1 + payload + signature)
}

/// Longest header of a token, bytes.
const JOSE_MAX: usize = 1024;
/// Longest file of a key, bytes.
const KEY_FILE_MAX: usize = 16384;
/// Longest title of a private key, bytes.
const TITLE_MAX: usize = 128;
/// Longest line of such a block, bytes, with what it is set in by.
const BLOCK_LINE_MAX: usize = 256;
/// Longest URL looked into, bytes.
const URL_MAX: usize = 2048;

/// A URL with a password, around the `://` at `at`: first byte and one past the last.
pub fn credential_url(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let body = bytes.get(at + 3..)?;
    let body = body.get(..body.len().min(URL_MAX))?;
    let closes =
        |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`');
    let authority = body
        .iter()
        .position(|byte| *byte == b'/' || closes(*byte))
        .unwrap_or(body.len());
    looked(authority + 1);
    let sign = match memchr::memrchr(b'@', body.get(..authority)?) {
        Some(sign) => sign,
        None => return hook::hook_at(bytes, at, body, authority),
    };
    let scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
    let mut start = at;
    while start > 0 && bytes.get(start - 1).is_some_and(|byte| scheme(*byte)) {
        start -= 1;
    }
    looked(at - start);
    let end = body
        .iter()
        .position(|byte| closes(*byte))
        .unwrap_or(body.len());
    // `https://10cad05151c248e01fe60917c829d909@o849413.ingest.example/1`: the user is the key.
    let Some(colon) = body.get(..sign)?.iter().position(|byte| *byte == b':') else {
        let key = drawn(body.get(..sign)?) >= Bar::Key && sign >= KEY_MIN;
        return (start < at && key).then_some((start, at + 3 + end));
    };
    let hidden = unset::is_no_value(body.get(colon + 1..sign)?);
    (start < at && colon + 1 < sign && !hidden).then_some((start, at + 3 + end))
}

/// A 40 character key of the base64 alphabet, as AWS issues: mixed case, digits, many different characters, no hex.
pub fn is_key_of_40(run: &[u8]) -> bool {
    if run.len() != 40 {
        return false;
    }
    let mut seen = [false; 128];
    let (mut uppers, mut lowers, mut digits) = (0, 0, 0);
    for byte in run {
        uppers += u32::from(byte.is_ascii_uppercase());
        lowers += u32::from(byte.is_ascii_lowercase());
        digits += u32::from(byte.is_ascii_digit());
        if let Some(slot) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    let different = seen.iter().filter(|seen| **seen).count();
    let slashes = run.iter().filter(|byte| **byte == b'/').count();
    uppers >= 4 && lowers >= 4 && digits >= 1 && different >= 18 && slashes <= 6
}

/// Characters of 64 bytes in base64, without their padding.
pub(crate) const KEY_OF_64: usize = 86;
/// Longest text before such a key that is looked at for what it says, bytes.
const SAID_MAX: usize = 32;

/// Whether the run `bytes[start..stop]` before its `==` is a key of 64 bytes, as Azure's storage has them. Digests and signatures of
/// other kinds have that length too, so nothing before it may say that it is one.
pub(crate) fn is_key_of_64(bytes: &[u8], start: usize, stop: usize) -> bool {
    const OTHERS: &[&[u8]] = &[
        b"sha",
        b"hash",
        b"digest",
        b"integrity",
        b"checksum",
        b"etag",
        b"sign",
        b"sig",
        b"ed25519",
        b"public",
        b"pub",
        b"mac",
    ];
    let Some(run) = bytes.get(start..stop) else {
        return false;
    };
    let before = bytes
        .get(start.saturating_sub(SAID_MAX)..start)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let drawn = run.len() == KEY_OF_64
        && run.iter().any(u8::is_ascii_digit)
        && run.iter().any(u8::is_ascii_uppercase)
        && run.iter().any(u8::is_ascii_lowercase)
        && entropy(run) >= 4.5;
    let alone = !bytes
        .get(stop + 2)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
    let other = OTHERS
        .iter()
        .any(|word| memchr::memmem::find(&before, word).is_some());
    drawn && alone && !other
}

/// Whether what stands right before `bytes[start]` says that it is no key: of a click, a page, a digest.
pub(crate) fn is_told_open(bytes: &[u8], start: usize) -> bool {
    const OPEN: &[&[u8]] = &[
        b"clid=",
        b"cursor",
        b"page",
        b"sha",
        b"hash",
        b"digest",
        b"etag",
        b"checksum",
        b"integrity",
        b"sitekey",
        b"render=",
        b"commit",
        b"public",
        b"pub",
    ];
    let before = bytes
        .get(start.saturating_sub(16)..start)
        .unwrap_or_default();
    !before.is_empty() && {
        let before = before.to_ascii_lowercase();
        OPEN.iter()
            .any(|word| memchr::memmem::find(&before, word).is_some())
    }
}

/// Fewest characters of a key that is the user of a URL.
const KEY_MIN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    /// Joined here, so that no scanner takes the sample for a leaked key.
    fn sample(prefix: &str, length: usize) -> String {
        let body: String = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8"
            .chars()
            .cycle()
            .take(length)
            .collect();
        format!("{prefix}{body}")
    }

    #[test]
    fn issued_tokens_end_where_their_issuer_says() {
        for (prefix, length) in [
            ("ghp_", 36),
            ("AIza", 35),
            ("sk_live_", 24),
            ("xoxb-1234567890-", 24),
            ("npm_", 36),
        ] {
            let token = sample(prefix, length);
            let text = format!("{token} was leaked");
            assert_eq!(secret_at(text.as_bytes(), 0), Some(token.len()), "{prefix}");
        }
        let short = sample("ghp_", 20);
        assert_eq!(secret_at(short.as_bytes(), 0), None);
        assert_eq!(secret_at(b"sk-learn", 0), None);
    }

    #[test]
    fn tokens_keys_and_urls() {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256"}"#);
        let token = format!("{header}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
        assert_eq!(
            secret_at(format!("{token};").as_bytes(), 0),
            Some(token.len())
        );
        assert_eq!(secret_at(b"eyJhbGciOi.x.y", 0), None);
        let pem = "-----BEGIN RSA PRIVATE KEY----- abc -----END RSA PRIVATE KEY-----";
        assert_eq!(
            secret_at(format!("{pem} rest").as_bytes(), 0),
            Some(pem.len())
        );
        assert_eq!(secret_at(b"-----BEGIN PRIVATE KEY----- abc", 0), Some(31));
        assert_eq!(secret_at(b"-----BEGIN PUBLIC KEY----- abc", 0), None);
        let url = b"to mongodb+srv://app:p#w!@db1.example.net/prod now";
        assert_eq!(credential_url(url, 14), Some((3, 46)));
        assert_eq!(credential_url(b"https://example.net/a@b", 5), None);
    }

    #[test]
    fn keys_of_64_bytes_unless_something_says_a_digest() {
        let key = "JEewLP+G/k+QqX8EeZkQnaJIMSfbJHjSRcxl87oxU3jDeazokkGx6apeSZyyp0ehwyV+jbe4CO0cxCkS7xD09A";
        for (before, is_key) in [
            ("", true),
            ("storage: ", true),
            ("sha512: ", false),
            ("\"integrity\": \"", false),
            ("Signature ", false),
        ] {
            let text = format!("{before}{key}==");
            let (start, stop) = (before.len(), before.len() + key.len());
            assert_eq!(
                is_key_of_64(text.as_bytes(), start, stop),
                is_key,
                "{before}"
            );
        }
        let plain = format!("{}==", "A".repeat(86));
        assert!(!is_key_of_64(plain.as_bytes(), 0, 86));
    }

    #[test]
    fn keys_look_drawn_and_names_do_not() {
        for (cell, bar) in [
            ("ONg7Re9M1kYoqvDbT03AhPfv3RKPtru4", Bar::Drawn),
            ("Mid-server-q4AIyEWtdaBfCfqY11mZgPeE", Bar::Drawn),
            ("10c9d4db15fbfed455073a144651da60", Bar::Key),
            ("OAMRL2RW3UMJ5HNGZA7IUAAXLHQ7WQ6X", Bar::Woven),
            ("k3v9qz1m7t0x5r2w8y4b6n", Bar::Woven),
            ("7b0f4d4e-6a1b-4c5f-9a57-0e1b5d0c2f11", Bar::Unique),
            ("customer-2024-000123", Bar::Any),
            ("exports/2026/orders_000123.csv", Bar::Any),
            ("Tunnel?459", Bar::Coined),
            ("kestrel88", Bar::Coined),
            ("KIT-4471-B", Bar::Any),
            ("20240101000000000123", Bar::Any),
            ("OrderLineItemStatus2", Bar::Coined),
            ("aB3dE5", Bar::Coined),
        ] {
            assert_eq!(drawn(cell.as_bytes()), bar, "{cell}");
        }
    }

    #[test]
    fn keys_of_40_are_not_hashes() {
        assert!(is_key_of_40(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        assert!(!is_key_of_40(b"da39a3ee5e6b4b0d3255bfef95601890afd80709"));
        assert!(!is_key_of_40(b"aaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAA11"));
    }
}
