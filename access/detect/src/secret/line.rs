//! Passwords in lines of configuration and commands, behind a word that means one there: `requirepass …`, `tacacs-server key …`,
//! `net use Z: … /user:corp\svc …`, `echo '…' | sudo -S`.
//!
//! Enters: a text and a word in it. Leaves: where the password begins and ends. Never here: names with a sign of equality behind them
//! (`assigned.rs`); options (`option.rs`); prose.

use super::assigned::{is_password, quoted_at};
use super::unset::is_no_value;
use crate::hint::Bar;
use crate::work::looked;

/// Longest line that is looked at, bytes.
const LINE_MAX: usize = 160;
/// Shortest password, and shortest that is printed for a program to read.
const LEAST: usize = 6;
const PRINTED_LEAST: usize = 4;
/// Longest key in prose, bytes.
const KEY_MAX: usize = 256;

/// Where behind its word a password stands.
enum Place {
    /// Right behind it.
    Next,
    /// Behind those words on its line.
    Behind(&'static [&'static [u8]]),
    /// Behind the name behind it: `setx NAME …`, `net user NAME …`.
    Second,
    /// Behind the name of a user, which a slash began: `/user:corp\svc …`.
    Login,
    /// Behind the name of a user and a slash, up to the sign before a database: `sqlplus scott/…@orcl`.
    Slash,
    /// Behind the word and perhaps a link, if it looks drawn: `the API key is …`.
    Drawn,
    /// It is printed into what reads a password.
    Piped,
}

/// Words that mean a password on their lines, in small letters.
const WORDS: &[(&[u8], Place)] = &[
    (b"requirepass", Place::Next),
    (b"masterauth", Place::Next),
    (b"bindpw", Place::Next),
    (b"rootpw", Place::Next),
    (b"rocommunity", Place::Next),
    (b"rwcommunity", Place::Next),
    (b"unseal", Place::Next),
    (b"isakmp", Place::Behind(&[b" key "])),
    (b"tacacs", Place::Behind(&[b" key "])),
    (b"radius", Place::Behind(&[b" key ", b" shared-secret "])),
    (
        b"snmp",
        Place::Behind(&[
            b" version 1 ",
            b" version 2c ",
            b" version 3 auth ",
            b" version 3 priv ",
            b" community ",
        ]),
    ),
    (b"digest", Place::Behind(&[b" md5 ", b" sha "])),
    (
        b"authentication",
        Place::Behind(&[b" md5 ", b" key-string "]),
    ),
    (
        b"shared",
        Place::Behind(&[
            b"-key ascii-text ",
            b"-key local ",
            b"-key remote ",
            b"-key address ",
            b"-key ",
            b"-secret ",
        ]),
    ),
    (b"key", Place::Drawn),
    (b"auth_pass", Place::Next),
    (b"sqlplus", Place::Slash),
    (b"expdp", Place::Slash),
    (b"impdp", Place::Slash),
    (b"sqlldr", Place::Slash),
    (b"rman", Place::Slash),
    (b"setx", Place::Second),
    (b"net", Place::Second),
    (b"user", Place::Login),
    (b"echo", Place::Piped),
    (b"printf", Place::Piped),
];

/// Lengths of the words by their first letters, a bit each: most words are told by this look-up that they are none.
static LENGTHS: [u16; 26] = lengths();

const fn lengths() -> [u16; 26] {
    let mut lengths = [0; 26];
    let mut at = 0;
    while at < WORDS.len() {
        let word = WORDS[at].0;
        lengths[(word[0] - b'a') as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
}

/// Words of those that stand in prose too, and are heeded for these lines.
pub(crate) fn words() -> impl Iterator<Item = &'static [u8]> {
    WORDS
        .iter()
        .map(|(word, _)| *word)
        .filter(|word| !matches!(*word, b"user"))
}

/// The password that the word `bytes[at..end]` tells of on its line: first byte and one past the last.
pub(crate) fn lined_at(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let word = bytes.get(at..end)?;
    let letter = word.first()?.wrapping_sub(b'a');
    let lengths = LENGTHS.get(usize::from(letter))?;
    if word.len() >= 16 || lengths >> word.len() & 1 == 0 {
        return None;
    }
    let (_, place) = WORDS.iter().find(|(known, _)| *known == word)?;
    let rest = bytes.get(end..bytes.len().min(end + LINE_MAX))?;
    let line = rest.split(|byte| *byte == b'\n').next()?;
    looked(line.len());
    let from = match place {
        Place::Next => 1,
        Place::Behind(signs) => signs.iter().find_map(|sign| {
            let place = memchr::memmem::find(line, sign)?;
            // What is joined to the word stands right behind it.
            let keyed = !matches!(word, b"digest" | b"authentication") || line.starts_with(b"-key");
            (keyed && (!sign.starts_with(b"-") || place == 0)).then_some(place + sign.len())
        })?,
        Place::Second => second(word, line)?,
        Place::Login => login(bytes, at, line)?,
        Place::Slash => return slashed(line).map(|(from, to)| (end + from, end + to)),
        Place::Drawn => return drawn_key(bytes, at, end),
        Place::Piped => return piped(line).map(|(from, to)| (end + from, end + to)),
    };
    (line.get(from - 1) == Some(&b' ')).then_some(())?;
    let from = from + sort(line.get(from..)?);
    value(bytes, end + from)
}

/// The kind of encryption before a password: `7 `.
fn sort(rest: &[u8]) -> usize {
    match rest {
        [b'0'..=b'9', b' ', ..] => 2,
        _ => 0,
    }
}

/// The password that begins at `at`, perhaps in quotes.
fn value(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (from, to) = quoted_at(bytes, at);
    let value = bytes.get(from..to)?;
    (value.len() >= LEAST && is_password(value) && !is_no_value(value)).then_some((from, to))
}

/// Between the slash and the sign of the first word that has both.
fn slashed(line: &[u8]) -> Option<(usize, usize)> {
    let sign = memchr::memchr(b'@', line)?;
    let head = line.get(..sign)?;
    let slash = memchr::memchr(b'/', head)?;
    let value = head.get(slash + 1..)?;
    let named = slash > 1 && line.get(slash - 1).is_some_and(u8::is_ascii_alphanumeric);
    let whole = !value
        .iter()
        .any(|byte| byte.is_ascii_whitespace() || *byte == b'/');
    (named && whole && value.len() >= PRINTED_LEAST && !is_no_value(value))
        .then_some((slash + 1, sign))
}

/// The key behind the word `bytes[at..end]`, where the word before it says what it is for.
fn drawn_key(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let before = bytes.get(at.saturating_sub(12)..at)?;
    let told = [
        "api ",
        "access ",
        "use ",
        "secret ",
        "encryption ",
        "master ",
        "license ",
        "licence ",
        "auth ",
        "signing ",
    ]
    .iter()
    .any(|told| {
        let from = before.len().saturating_sub(told.len());
        before
            .get(from..)
            .is_some_and(|tail| tail.eq_ignore_ascii_case(told.as_bytes()))
    });
    let rest = bytes.get(end..)?;
    let link = [&b" is: "[..], b" is ", b" = ", b" "]
        .into_iter()
        .find(|link| rest.starts_with(link))?;
    let from = end + link.len();
    let length = rest.get(link.len()..)?.iter().take(KEY_MAX);
    let length = length
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'=')
        })
        .count();
    let value = bytes.get(from..from + length)?;
    looked(length);
    (told && super::drawn::drawn(value) >= Bar::Key).then_some((from, from + length))
}

/// Behind a name that says that it is one, or behind that of a user of Windows.
fn second(word: &[u8], line: &[u8]) -> Option<usize> {
    let mut words = line.get(1..)?.split(|byte| *byte == b' ');
    if word == b"net" {
        let what = words.next()?;
        if what == b"use" {
            return share(line);
        }
        let user = what == b"user";
        let name = words.next()?;
        return (user && !name.starts_with(b"/")).then_some(1 + 5 + name.len() + 1);
    }
    let name = words.next()?;
    super::assigned::is_telling(name).then_some(1 + name.len() + 1)
}

/// Before `/user:`, where a drive is mapped with the password in between: `net use Z: \\fs\share … /user:corp\svc`.
fn share(line: &[u8]) -> Option<usize> {
    let head = line.get(..memchr::memmem::find(line, b" /user:")?)?;
    let from = memchr::memrchr(b' ', head)? + 1;
    let value = head.get(from..)?;
    (!value.contains(&b'\\') && !value.ends_with(b":") && !value.starts_with(b"/")).then_some(from)
}

/// Behind `/user:corp\svc`, where a drive is mapped or a program run so.
fn login(bytes: &[u8], at: usize, line: &[u8]) -> Option<usize> {
    let slashed = at.checked_sub(1).and_then(|place| bytes.get(place)) == Some(&b'/');
    if !slashed || line.first() != Some(&b':') {
        return None;
    }
    let before = bytes.get(at.saturating_sub(LINE_MAX)..at)?;
    let told = [&b"net use"[..], b"runas", b"cmdkey"]
        .iter()
        .any(|command| memchr::memmem::find(before, command).is_some());
    let name = memchr::memchr(b' ', line)?;
    let rest = line.get(name + 1..)?;
    let passed = [&b"/savecred "[..], b"/pass:", b"/netonly "]
        .iter()
        .find(|option| rest.starts_with(option))
        .map_or(0, |option| option.len());
    // An option with the password joined to it is told by its own name.
    (told && passed != 6).then_some(name + 1 + passed)
}

/// What is printed into `sudo -S`, `chpasswd` and others: all of it, or what stands behind the user's name.
fn piped(line: &[u8]) -> Option<(usize, usize)> {
    let pipe = memchr::memchr(b'|', line)?;
    let (printed, reader) = line.split_at(pipe);
    let reads = |command: &[u8]| memchr::memmem::find(reader, command).is_some();
    let named = reads(b"chpasswd");
    let reading = named
        || [
            &b"sudo -S"[..],
            b"--password-stdin",
            b"passwd --stdin",
            b"cryptsetup",
            b"su -c",
            b"smbpasswd -s",
        ]
        .iter()
        .any(|command| reads(command));
    if !reading {
        return None;
    }
    let printed = printed.trim_ascii_end();
    let printed = printed.strip_suffix(b"\\n").unwrap_or(printed);
    let options = [&b" -n "[..], b" -e ", b" "];
    let mut from = options.iter().find(|gap| printed.starts_with(gap))?.len();
    let quote = printed.get(from).copied();
    let quoted = matches!(quote, Some(b'\'' | b'"'));
    from += usize::from(quoted);
    let tail = printed.get(from..)?;
    let mut to = match quote {
        Some(mark) if quoted => from + memchr::memchr(mark, tail)?,
        _ => printed.len(),
    };
    if named {
        from += memchr::memchr(b':', printed.get(from..to)?)? + 1;
    }
    if printed.get(from..to)?.ends_with(b"\\n") {
        to -= 2;
    }
    let value = printed.get(from..to)?;
    let whole = !value.iter().any(u8::is_ascii_whitespace);
    (value.len() >= PRINTED_LEAST && whole && !is_no_value(value)).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use crate::Label;
    use crate::walk::tests::labelled;

    fn secrets(text: &str) -> Vec<&str> {
        labelled(text, Label::Secret)
    }

    #[test]
    fn lines_that_hold_a_password() {
        for text in [
            "requirepass Heron4471x",
            "auth_pass Heron4471x",
            "sqlplus scott/Heron4471x@orcl",
            "set bindpw \"Heron4471x\"",
            "crypto isakmp key Heron4471x address 0.0.0.0",
            "tacacs-server key 7 Heron4471x",
            "radius-server host 10.0.0.1 auth-port 1812 key Heron4471x",
            "snmp-server host 10.1.1.4 version 2c Heron4471x",
            "ip ospf message-digest-key 1 md5 Heron4471x",
            "ntp authentication-key 1 md5 Heron4471x",
            "set security ike policy p pre-shared-key ascii-text \"Heron4471x\"",
            "setx API_TOKEN Heron4471x",
            "net user bob Heron4471x /add",
            "net use Z: \\\\fs\\share Heron4471x /user:corp\\svc",
            "net use Z: \\\\fs\\share /user:corp\\svc Heron4471x",
            "echo 'Heron4471x' | sudo -S apt update",
            "echo \"root:Heron4471x\" | chpasswd",
        ] {
            assert_eq!(secrets(text), ["Heron4471x"], "{text}");
        }
        for text in [
            "requirepass ${REDIS_PASSWORD} 10",
            "the radius of the key ring is 14mm",
            "unseal the letter of 12th",
            "setx PATH C:\\tools2",
            "net user growth 14pct /year",
            "echo 'Heron4471x' | tee notes1",
            "/user:corp\\svc Heron4471x",
            "the digest of item 3 md5 e75307e22021a584",
        ] {
            let found = secrets(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
