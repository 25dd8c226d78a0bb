//! Tokens without a prefix that their layout tells, and passwords as `crypt` stores them.
//!
//! Enters: bytes at a word's start. Leaves: how long the token is there. Never here: prefixes; a word that only looks drawn.

use super::{base64, dashed, dotted, hashed, hex, hex_dashed, lower, upper};

/// Forms without a prefix, that begin with the word `rest[..word]`: how long.
pub(in crate::secret) fn shaped_at(rest: &[u8], word: usize) -> Option<usize> {
    let body = rest.get(..word)?;
    let after = rest.get(word..)?;
    let run = |from: usize, allowed: fn(u8) -> bool, most: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        rest.iter()
            .take(most + 1)
            .take_while(|byte| allowed(**byte))
            .count()
    };
    // Mailchimp: 32 hex digits and its data centre.
    if word == 32 && after.starts_with(b"-us") && body.iter().all(|byte| hex(*byte)) {
        let digits = run(word + 3, |byte| byte.is_ascii_digit(), 3);
        return (1..=2).contains(&digits).then_some(word + 3 + digits);
    }
    if word == 32 && after.first() == Some(&b'-') && body.iter().all(|byte| hex(*byte)) {
        // Mailgun: 32, 8 and 8 hex digits.
        let tail = run(word + 1, hex_dashed, 18);
        let parted = rest.get(word + 9) == Some(&b'-');
        return (tail == 17 && parted).then_some(word + 18);
    }
    // Ghost's administrators: an id of 24 hex digits and a key of 64.
    if word == 24 && after.first() == Some(&b':') && body.iter().all(|byte| hex(*byte)) {
        return (run(word + 1, hex, 65) == 64).then_some(word + 65);
    }
    if let Some(whole) = of_one_word(body) {
        return whole.then_some(word);
    }
    // What a node joins a Kubernetes cluster with.
    if word == 6 && after.first() == Some(&b'.') && body.iter().all(|byte| lower(*byte)) {
        return is_bootstrap(rest).then_some(word + 17);
    }
    // Airtable.
    if word == 17 && body.starts_with(b"pat") && after.first() == Some(&b'.') {
        let tail = run(word + 1, hex, 64);
        return (tail == 64).then_some(word + 65);
    }
    // Terraform Cloud.
    if word == 14 && after.starts_with(b".atlasv1.") {
        let tail = run(word + 9, dashed, 80);
        return (tail >= 60).then_some(word + 9 + tail);
    }
    // Firebase Cloud Messaging.
    if word == 11 && body.starts_with(b"AAAA") && after.first() == Some(&b':') {
        let tail = run(word + 1, dashed, 200);
        return (tail >= 100).then_some(word + 1 + tail);
    }
    // Discord's bots.
    if (23..=28).contains(&word)
        && matches!(body.first(), Some(b'M' | b'N' | b'O'))
        && after.first() == Some(&b'.')
    {
        let (middle, tail) = (run(word + 1, dashed, 7), run(word + 8, dashed, 60));
        return (middle == 6 && rest.get(word + 7) == Some(&b'.') && (25..=45).contains(&tail))
            .then_some(word + 8 + tail);
    }
    // Azure: client secrets of an application.
    if word >= 5 && after.first() == Some(&b'~') && matches!(body, [.., b'0'..=b'9', b'Q']) {
        let tail = run(word + 1, |byte| dotted(byte) || byte == b'~', 40);
        return (word == 5 && (31..=36).contains(&tail)).then_some(word + 1 + tail);
    }
    None
}

/// `abcdef.0123456789abcdef`: digits in both parts, or the first is a word and the second a file's or a host's.
fn is_bootstrap(rest: &[u8]) -> bool {
    let digits = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let (Some(head), Some(tail)) = (rest.get(..6), rest.get(7..23)) else {
        return false;
    };
    let ends = !rest
        .get(23)
        .is_some_and(|byte| dashed(*byte) || *byte == b'.');
    let (first, second) = (digits(head), digits(tail));
    ends && tail.iter().all(|byte| lower(*byte))
        && (2..=13).contains(&second)
        && first < 6
        && first + second >= 3
}

/// Whether a word whose length or marks are an issuer's is a token of his; nothing where they are nobody's.
fn of_one_word(body: &[u8]) -> Option<bool> {
    let count = |of: fn(&u8) -> bool| body.iter().filter(|byte| of(byte)).count();
    let mixed = || count(u8::is_ascii_digit) >= 4 && count(u8::is_ascii_lowercase) >= 4;
    match body.len() {
        // Azure's search, functions and registries.
        52 if body.get(42..46) == Some(b"AzSe") => Some(mixed()),
        // MaxMind.
        40 if body.ends_with(b"_mmk") => Some(mixed()),
        // ngrok.
        49 if body.get(27) == Some(&b'_') => Some(mixed() && count(u8::is_ascii_uppercase) >= 4),
        // RapidAPI.
        50 if body.get(10..13) == Some(b"msh") && body.get(35..38) == Some(b"jsn") => Some(mixed()),
        // Azure's keys that say so, and those of its builds.
        84 if memchr::memmem::find(body, b"JQQJ99").is_some() => Some(true),
        84 if memchr::memmem::find(body, b"AZDO").is_some() => Some(mixed()),
        // ClickUp: `pk_`, an account, 32 letters and digits.
        40..=46 if body.starts_with(b"pk_") => {
            let account = body.iter().skip(3).take_while(|byte| byte.is_ascii_digit());
            let account = account.count();
            let tail = body.get(4 + account..).unwrap_or_default();
            Some(account >= 4 && tail.len() == 32 && tail.iter().all(|byte| upper(*byte)))
        }
        _ => None,
    }
}

/// A password's hash as `crypt` and its successors write it, at a `$`: how long.
pub(in crate::secret) fn crypted_at(rest: &[u8]) -> Option<usize> {
    const KINDS: &[&[u8]] = &[
        b"$2a$",
        b"$2b$",
        b"$2y$",
        b"$2x$",
        b"$1$",
        b"$5$",
        b"$6$",
        b"$y$",
        b"$7$",
        b"$apr1$",
        b"$argon2",
        b"$pbkdf2",
        b"$scrypt$",
        b"$P$",
        b"$H$",
        b"$S$",
        b"$wp$",
        b"$gy$",
        b"$sha1$",
        b"$md5",
        b"$bcrypt",
        b"$8$",
        b"$9$",
        b"$krb5",
        b"$DCC2$",
        b"$NTLM",
    ];
    if !KINDS.iter().any(|kind| rest.starts_with(kind)) {
        return None;
    }
    let inside = |byte: &&u8| base64(**byte) || matches!(**byte, b'$' | b',' | b'*');
    let length = rest.iter().take(2400).take_while(inside).count();
    (length >= 24).then_some(length)
}

/// A password's hash as directories and frameworks store it, at a `{`: `{SSHA}…`, `{bcrypt}$2a$…`.
pub(in crate::secret) fn stored_at(rest: &[u8]) -> Option<usize> {
    const SCHEMES: &[&[u8]] = &[
        b"SSHA",
        b"SHA",
        b"SMD5",
        b"MD5",
        b"CRYPT",
        b"BCRYPT",
        b"BLF-CRYPT",
        b"PBKDF2",
        b"ARGON2",
        b"SCRYPT",
        b"SCRAM-SHA",
        b"X-NT",
    ];
    let body = rest.strip_prefix(b"{")?;
    if !body.first()?.is_ascii_alphabetic() {
        return None;
    }
    let length = memchr::memchr(b'}', body.get(..body.len().min(20))?)?;
    let scheme = body.get(..length)?.to_ascii_uppercase();
    if !SCHEMES.iter().any(|known| scheme.starts_with(known)) {
        return None;
    }
    let tail = body.get(length + 1..)?.iter().take(400);
    let tail = tail.take_while(|byte| hashed(**byte)).count();
    (tail >= 20).then_some(length + 2 + tail)
}
