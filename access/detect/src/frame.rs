//! What stands around the value in every cell of a column: `Name: …`, `… (SSN)`.
//!
//! Enters: one cell. Leaves: the value, and the words that name it. Never here: what the words promise.

use super::birth;

/// Longest words around a value, bytes.
const WORDS_MAX: usize = 32;
/// Longest letters in front of a code.
const PREFIX_MAX: usize = 4;

/// The value, and the words in front of it or in brackets after it.
pub(super) fn unframed(text: &str) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    if bytes.last() == Some(&b')')
        && let Some((value, words)) = text.rsplit_once(" (")
        && let words = words.trim_end_matches(')')
        && is_words(words)
        && !value.is_empty()
    {
        return (value.trim_end(), Some(words));
    }
    // `512448271 - SSN`, `512448271, ssn`, `512448271 [SSN]`.
    if let Some(last) = bytes.iter().rposition(u8::is_ascii_digit)
        && let Some((value, rest)) = text.split_at_checked(last + 1)
        && let words = rest.trim_matches([' ', '-', ',', '/', '[', ']', ':', '=', '(', ')', '|'])
        && rest.len() > words.len()
        && is_words(words)
        && is_number(value)
    {
        return (value, Some(words));
    }
    if let Some((words, value)) = text.split_once(": ")
        && is_words(words)
        && !value.is_empty()
    {
        return (value.trim_start(), Some(words));
    }
    // `SSN 078051120`, `card number 4111…`, `DOB=1950-01-31`, `SSN#078…`: words and a value without any.
    if let Some(digit) = bytes.iter().position(u8::is_ascii_digit)
        && let Some((rest, value)) = text.split_at_checked(digit)
        && let words = rest.trim_matches([' ', '#', '.', ':', '-', '=', '[', ']', '(', '|', '/'])
        && rest.len() > words.len()
        && is_words(words)
        && (is_number(value) || birth::year(value).is_some())
    {
        // `SS# 512448271`: two letters that say nothing without the sign.
        let social = words.eq_ignore_ascii_case("ss") && rest.contains('#');
        return (value, Some(if social { "SSN" } else { words }));
    }
    (text, None)
}

/// `CS-2026-123456`: few capitals that a dash joins to digits are of a code, unless they say what the digits are.
pub(super) fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let letters = bytes
        .iter()
        .take(PREFIX_MAX + 1)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    (1..=PREFIX_MAX).contains(&letters)
        && matches!(bytes.get(letters..), Some([b'-', next, ..]) if next.is_ascii_alphanumeric())
}

/// Five digits at least, and nothing but what stands between digits.
fn is_number(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 5
        && value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b" -./()+".contains(&byte))
}

fn is_words(words: &str) -> bool {
    (2..=WORDS_MAX).contains(&words.len())
        && words.chars().all(|character| {
            character.is_alphabetic() || matches!(character, ' ' | '.' | '-' | '_' | '#')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_around_a_value_are_told_from_it() {
        let cases = [
            ("512448271 (SSN)", ("512448271", Some("SSN"))),
            ("Name: Zoe Quux", ("Zoe Quux", Some("Name"))),
            (
                "card number 4111111111111111",
                ("4111111111111111", Some("card number")),
            ),
            ("DOB 1950-01-31", ("1950-01-31", Some("DOB"))),
            ("512448271 - SSN", ("512448271", Some("SSN"))),
            ("SSN#512448271", ("512448271", Some("SSN"))),
            ("SS# 512448271", ("512448271", Some("SSN"))),
            ("SS 512448271", ("512448271", Some("SS"))),
            ("Zoe Quux (contact)", ("Zoe Quux", Some("contact"))),
            ("PO4876870", ("PO4876870", None)),
            ("(212) 555-0100", ("(212) 555-0100", None)),
            ("ul. Długa 12", ("ul. Długa 12", None)),
            ("Zoe Quux", ("Zoe Quux", None)),
        ];
        for (text, want) in cases {
            assert_eq!(unframed(text), want, "{text}");
        }
    }
}
