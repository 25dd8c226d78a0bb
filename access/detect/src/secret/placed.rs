//! Passwords that their place gives away: `curl -u ops:…`, a line of `.pgpass`.
//!
//! Enters: a text and a colon in it. Leaves: whether a password stands behind it. Never here: names that say so.

use crate::work::looked;

/// Longest text before the colon that is looked at, bytes.
const BEFORE_MAX: usize = 128;

/// Whether the colon at `sign` has a password behind it.
pub(super) fn is_placed(bytes: &[u8], sign: usize) -> bool {
    let joined = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_alphanumeric);
    if !joined(sign + 1) || !joined(sign.wrapping_sub(1)) {
        return false;
    }
    let Some(before) = bytes.get(sign.saturating_sub(BEFORE_MAX)..sign) else {
        return false;
    };
    let word = before
        .iter()
        .rev()
        .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'='))
        .count();
    looked(word);
    let (head, word) = before.split_at(before.len() - word);
    if word.contains(&b'/') {
        return false;
    }
    let user = [
        &b" -u "[..],
        b" --user ",
        b" -u '",
        b" -u \"",
        b" --user=",
        b" --user '",
    ]
    .iter()
    .any(|option| head.ends_with(option));
    if user {
        return !word.is_empty() && !word.contains(&b':');
    }
    let mut fields = word.split(|byte| *byte == b':');
    let mut next = || fields.next().unwrap_or_default();
    let (host, port, base, user) = (next(), next(), next(), next());
    let hosted = host.contains(&b'.') || host == b"localhost";
    let ported = (2..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit);
    hosted && ported && base.len() > 1 && user.len() > 1 && fields.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_passwords() {
        let of = |text: &str| is_placed(text.as_bytes(), text.rfind(':').unwrap());
        for text in [
            "curl -u ops:aB3dE5gH",
            "db.example.org:5432:shop:app:aB3dE5gH",
        ] {
            assert!(of(text), "{text}");
        }
        for text in [
            "at 12:30:45:07",
            "https://a.b:443/x:y",
            "ratio 3:4",
            "urn:isbn:0451450523",
            "13:89:FA:32:7B",
        ] {
            assert!(!of(text), "{text}");
        }
    }
}
