//! Secrets that people make up, or are told: passwords, phrases of words, lists of codes to come back in by.
//!
//! Enters: a whole cell. Leaves: whether it is written like one. Never here: whether its column's name speaks for it, without which none of
//! these counts.

/// Fewest and most characters of a password.
const PASSWORD: std::ops::RangeInclusive<usize> = 6..=64;
/// Fewest and most words of a phrase; shortest and longest of them, bytes.
const PHRASE: std::ops::RangeInclusive<usize> = 3..=24;
const WORD: std::ops::RangeInclusive<usize> = 2..=12;
/// Fewest and most characters of a code that is one of several.
const CODE: std::ops::RangeInclusive<usize> = 4..=40;

/// A password as people make them up: a small letter, and a digit or a sign that no name and no path has.
pub(crate) fn is_coined(cell: &[u8]) -> bool {
    let any = |of: fn(&u8) -> bool| cell.iter().any(of);
    let sign = |byte: &u8| b"!$%^&*#~+=?<>|@".contains(byte);
    let path = cell
        .iter()
        .filter(|byte| matches!(byte, b'/' | b'.' | b':' | b'-' | b'_'))
        .count();
    PASSWORD.contains(&cell.len())
        && any(u8::is_ascii_lowercase)
        && (any(u8::is_ascii_digit) || any(sign))
        && path <= 1
}

/// What people are given to keep: a code of a keypad, a phrase, groups of letters, codes to come back in by.
pub(crate) fn is_kept(cell: &[u8]) -> bool {
    is_keyed(cell) || is_phrase(cell) || is_spaced(cell) || are_codes(cell)
}

/// The same inside prose: long enough for one, and of words none but with a digit behind them.
pub(crate) fn is_made_up(value: &[u8]) -> bool {
    let value = value.strip_suffix(b".").unwrap_or(value);
    let any = |of: fn(&u8) -> bool| value.iter().any(of);
    (PASSWORD.contains(&value.len()))
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_digit)
        && value.iter().all(u8::is_ascii_graphic)
        && !any(|byte| matches!(byte, b'/' | b'@' | b'(' | b')'))
}

/// What is typed into a keypad: `A7156`, `1103#`, `56-25-25`.
fn is_keyed(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = cell.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let signs = cell
        .iter()
        .filter(|byte| matches!(byte, b'#' | b'*' | b'-'))
        .count();
    (4..=10).contains(&cell.len())
        && digits >= 3
        && letters <= 2
        && digits + letters + signs == cell.len()
}

/// Codes in three groups or more of the same length, parted by dashes: `nutq-2dmv-dvyt`.
pub(crate) fn is_grouped(cell: &[u8]) -> bool {
    let mut groups = cell.split(|byte| *byte == b'-');
    let first = groups.next().map_or(0, <[u8]>::len);
    let mut count = 1;
    let even = groups.all(|group| {
        count += 1;
        group.len() == first && group.iter().all(u8::is_ascii_alphanumeric)
    });
    even && count >= 3
        && (4..=6).contains(&first)
        && cell.iter().any(u8::is_ascii_digit)
        && cell.iter().any(u8::is_ascii_alphabetic)
}

/// Groups of the same length parted by blanks, as apps show keys and passwords: `irmx enwz uapv gatg`, `4KDX VPPT BG6M 6CYT`.
fn is_spaced(cell: &[u8]) -> bool {
    let mut groups = cell.split(|byte| *byte == b' ');
    let first = groups.next().map_or(0, <[u8]>::len);
    let mut count = 1;
    let even = groups.all(|group| {
        count += 1;
        group.len() == first && group.iter().all(u8::is_ascii_alphanumeric)
    });
    even && count >= 3 && (4..=8).contains(&first) && cell.iter().any(u8::is_ascii_alphabetic)
}

/// Several words of small letters or capitals at their beginning, parted by one sign or blank: `saddle walnut ferry ember`.
fn is_phrase(cell: &[u8]) -> bool {
    let parts = |byte: &u8| matches!(byte, b' ' | b'-' | b'.' | b'_');
    let Some(sign) = cell.iter().find(|byte| parts(byte)) else {
        return false;
    };
    let mut count = 0;
    let words = cell.split(|byte| byte == sign).all(|word| {
        count += 1;
        WORD.contains(&word.len())
            && word
                .iter()
                .skip(1)
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && word.first().is_some_and(u8::is_ascii_alphanumeric)
            && word.iter().any(u8::is_ascii_lowercase)
    });
    words && PHRASE.contains(&count) && cell.len() >= 12
}

/// Codes one after the other, each with a digit: `cecfd-2d286 d6575-059fb`.
fn are_codes(cell: &[u8]) -> bool {
    let parts = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'|');
    let codes = cell.split(parts).filter(|code| !code.is_empty());
    let mut count = 0;
    let all = codes.fold(true, |all, code| {
        count += 1;
        let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        all && CODE.contains(&code.len())
            && code.iter().all(inside)
            && code.iter().any(u8::is_ascii_digit)
    });
    all && count >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_told_and_listed() {
        for (cell, coined, phrase, codes) in [
            ("Tunnel?459", true, false, false),
            ("E!bmpQZWiMAcJn?R", true, false, false),
            ("kestrel88", true, false, false),
            ("KIT-4471-B", false, false, false),
            ("19170495", false, false, false),
            ("orders/2026/a1", false, false, false),
            ("saddle walnut ferry ember pebble", false, true, false),
            ("Correct-Horse-Battery-Staple", false, true, false),
            ("Quarter, in full", false, false, false),
            ("cecfd-2d286 d6575-059fb", false, false, true),
            ("48213375,90021837", false, false, true),
            ("none left", false, false, false),
        ] {
            let of = cell.as_bytes();
            let found = (is_coined(of), is_phrase(of), are_codes(of));
            assert_eq!(found, (coined, phrase, codes), "{cell}");
        }
    }
}
