//! Secrets between tags: `<apiKey>…</apiKey>`, `<wsse:Password Type="PasswordText">…</wsse:Password>`.
//!
//! Enters: a text and a `<` in it. Leaves: where the secret begins and ends. Never here: attributes, which have a sign of equality
//! (`assigned.rs`).

use super::assigned::fits_name;
use crate::work::looked;

/// Longest name of a tag, longest rest of it and longest text in it, bytes.
const NAME_MAX: usize = 48;
const ATTRIBUTES_MAX: usize = 160;
const VALUE_MAX: usize = 512;

/// The secret in the tag that begins at `bytes[at]`: first byte and one past the last.
pub(crate) fn tagged_at(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at + 1..)?;
    let inside =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.' | b':');
    let name = rest.iter().take(NAME_MAX).take_while(inside).count();
    let gap = match rest.get(name) {
        Some(b'>') => 1,
        Some(b' ') => {
            let tail = rest.get(name..rest.len().min(name + ATTRIBUTES_MAX))?;
            memchr::memchr(b'>', tail)? + 1
        }
        _ => return None,
    };
    looked(name + gap);
    if name < 3 || rest.get(name + gap - 2) == Some(&b'/') {
        return None;
    }
    let body = rest.get(name + gap..)?;
    let length = memchr::memchr(b'<', body.get(..body.len().min(VALUE_MAX))?)?;
    // A tag that closes it, or this is a name in brackets.
    if body.get(length + 1) != Some(&b'/') {
        return None;
    }
    let text = body.get(..length)?;
    let value = text.trim_ascii();
    let from = at + 1 + name + gap + (text.len() - text.trim_ascii_start().len());
    let parted = value.iter().any(u8::is_ascii_whitespace);
    let plain = rest.get(..name)?;
    (!parted && !value.is_empty() && fits_name(plain, value)).then_some((from, from + value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_say_so() {
        let of =
            |text: &str| tagged_at(text.as_bytes(), 0).map(|(from, to)| text[from..to].to_owned());
        for (text, want) in [
            ("<password>Heron4471x</password>", Some("Heron4471x")),
            (
                "<apiKey>aB3dE5gH7jK9mN1p</apiKey>",
                Some("aB3dE5gH7jK9mN1p"),
            ),
            (
                "<wsse:Password Type=\"PasswordText\">Heron4471x</wsse:Password>",
                Some("Heron4471x"),
            ),
            (
                "<keyMaterial> Heron4471x </keyMaterial>",
                Some("Heron4471x"),
            ),
            ("<password>${env.DB_PASSWORD}</password>", None),
            ("<password/><user>Heron4471x</user>", None),
            ("<token>4096</token>", None),
            ("<user>Heron4471x</user>", None),
            ("<password> in the box below <b>", None),
            ("<key>orders_2024</key>", None),
        ] {
            assert_eq!(of(text).as_deref(), want, "{text}");
        }
    }
}
