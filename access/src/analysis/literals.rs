//! What a string literal says, by Snowflake's rules.
//!
//! Enters: the text between single quotes as it was written. Leaves: the text it stands for, or nothing where two readings
//! are possible. Never here: a guess; a literal that could mean two things is opaque to whoever needs its content.
//!
//! Snowflake documents `\'` `\"` `\\` `\b` `\f` `\n` `\r` `\t` `\0`, octal `\ooo`, hexadecimal `\xhh`, Unicode `\uhhhh`, and
//! says that before any other letter the backslash is ignored. It does not say what too few digits mean, which byte or
//! character a code beyond ASCII is, or what half a surrogate pair becomes: those literals are opaque.

use std::iter::Peekable;
use std::str::Chars;

/// The text of a literal; none where it can be read in two ways.
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // The tokenizer lets a quote stand inside only where it is doubled.
            '\'' if chars.peek() == Some(&'\'') => {
                chars.next();
                text.push('\'');
            }
            '\\' => text.push(escaped(&mut chars)?),
            other => text.push(other),
        }
    }
    Some(text)
}

fn escaped(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    Some(match chars.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'x' => ascii(digits(chars, 16, 2)?)?,
        'u' => char::from_u32(digits(chars, 16, 4)?)?,
        first @ '0'..='7' => octal(first, chars)?,
        other => other,
    })
}

/// `\0` alone is NUL; any other octal code has three digits.
fn octal(first: char, chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    let alone = !chars.peek().is_some_and(|c| c.is_digit(8));
    if first == '0' && alone {
        return Some('\0');
    }
    let rest = digits(chars, 8, 2)?;
    ascii(first.to_digit(8)? * 64 + rest)
}

fn digits(chars: &mut Peekable<Chars<'_>>, radix: u32, count: usize) -> Option<u32> {
    let mut value = 0;
    for _ in 0..count {
        value = value * radix + chars.next()?.to_digit(radix)?;
    }
    Some(value)
}

/// Beyond ASCII it is a byte to one reader and a character to another.
fn ascii(code: u32) -> Option<char> {
    char::from_u32(code).filter(char::is_ascii)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::decode;

    #[test]
    fn every_documented_form_is_decoded_exactly() {
        for (raw, text) in [
            ("plain", "plain"),
            ("it''s", "it's"),
            (r"it\'s", "it's"),
            (r#"\""#, "\""),
            (r"\\x2a", r"\x2a"),
            (r"\b\f\n\r\t\0", "\u{8}\u{c}\n\r\t\0"),
            (r"\163\163n", "ssn"),
            (r"\0", "\0"),
            (r"\0z", "\0z"),
            (r"\08", "\08"),
            (r"\012", "\n"),
            (r"/* \x2a/", "/* */"),
            (r"\x0A\x0a", "\n\n"),
            (r"\u000a", "\n"),
            (r"\u00e9\u26c4", "é⛄"),
            // No others are escapes: neither Postgres' nor MySQL's.
            (r"\a\Z\v\e\U\q\%\_\8", "aZveUq%_8"),
            ("a\\\nb", "a\nb"),
        ] {
            assert_eq!(decode(raw).as_deref(), Some(text), "{raw}");
        }
    }

    #[test]
    fn what_has_two_readings_is_opaque() {
        for raw in [
            r"\12",
            r"\1",
            r"\7x",
            r"\00",
            r"\01x",
            r"\x",
            r"\x2",
            r"\x2g",
            r"\xe9",
            r"\351",
            r"\777",
            r"\u12",
            r"\u12g4",
            r"\ud83d",
            r"\ud83d\ude00",
            "\\",
        ] {
            assert_eq!(decode(raw), None, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_every_way_to_write_it(text in "[ -~\\n\\t]{0,40}") {
            let doubled = text.replace('\\', "\\\\").replace('\'', "''");
            let hexadecimal: String = text.bytes().map(|b| format!("\\x{b:02x}")).collect();
            let octal: String = text.bytes().map(|b| format!("\\{b:03o}")).collect();
            let unicode: String = text.bytes().map(|b| format!("\\u{b:04X}")).collect();
            for raw in [doubled, hexadecimal, octal, unicode] {
                prop_assert_eq!(decode(&raw), Some(text.clone()));
            }
        }
    }
}
