//! Secrets that begin with digits: the key that a disk is unlocked by (`034001-691783-…`), tokens with an account in front.
//!
//! Enters: a text and digits in it. Leaves: where the secret ends. Never here: names, columns, words beside it.

/// Groups of a disk's key, and digits in each.
const GROUPS: usize = 8;
const GROUP: usize = 6;
/// Digits of an account in front of a token.
const ACCOUNT: std::ops::RangeInclusive<usize> = 10..=20;

/// The secret that begins with the digits `bytes[at..end]`: one past its last byte.
pub(crate) fn numbered_at(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    match (end - at, bytes.get(end)?) {
        (GROUP, b'-') => disk_at(bytes, at),
        (1, b'/') => {
            let rest = bytes.get(at..)?;
            if rest.starts_with(b"1//0") {
                super::issued::issued_at(rest).map(|length| at + length)
            } else {
                account_at(rest).map(|length| at + length)
            }
        }
        _ => None,
    }
}

/// Eight groups of six digits that dashes part, and nothing joined to them.
fn disk_at(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at + GROUPS * (GROUP + 1) - 1;
    let key = bytes.get(at..end)?;
    let laid = key.iter().enumerate().all(|(place, byte)| {
        if place % (GROUP + 1) == GROUP {
            *byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    });
    let joined = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let before = at.checked_sub(1).and_then(|place| bytes.get(place));
    (laid && !joined(before) && !joined(bytes.get(end))).then_some(end)
}

/// Asana's: a kind, an account or two, and 32 or 64 hex digits: how long.
fn account_at(rest: &[u8]) -> Option<usize> {
    if !matches!(rest.first()?, b'0'..=b'2') {
        return None;
    }
    let mut place = 1;
    for _ in 0..2 {
        if rest.get(place) != Some(&b'/') {
            break;
        }
        let digits = rest.iter().skip(place + 1).take(ACCOUNT.end() + 1);
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
        if !ACCOUNT.contains(&digits) {
            return None;
        }
        place += 1 + digits;
    }
    if rest.get(place) != Some(&b':') {
        return None;
    }
    let hex = rest.iter().skip(place + 1).take(65);
    let hex = hex.take_while(|byte| byte.is_ascii_hexdigit()).count();
    let end = place + 1 + hex;
    let joined = rest.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (matches!(hex, 32 | 64) && !joined).then_some(end)
}

#[cfg(test)]
mod tests {
    use crate::walk::walk;
    use crate::{Finding, Label};

    #[test]
    fn secrets_that_begin_with_digits() {
        for text in [
            "034001-691783-677055-334885-066389-324489-367168-193771",
            "1/6127185223848124:b73f7edd20253e9d666dbe0b84930ba9",
            "2/1200185223848124/1201185223848124:b73f7edd20253e9d666dbe0b84930ba9",
            "1//00fKhvveKmhYklPqho5XaTETlscyY6YB8sr_0Pg3NhBjUnnJZrea5NEzbYqmFEf4X4lVX4XNp0yTChxcbNRzWqAwUp",
        ] {
            let mut found: Vec<Finding> = Vec::new();
            walk(text, &mut found);
            let found: Vec<_> = found
                .iter()
                .map(|one| (one.label, one.start, one.end))
                .collect();
            assert_eq!(found, [(Label::Secret, 0, text.len())], "{text}");
        }
        for text in [
            "034001-691783-677055-334885",
            "034001-691783-677055-334885-066389-324489-367168-193771-22",
            "1/2:b73f7edd20253e9d666dbe0b84930ba9",
            "1/6127185223848124:b73f7edd",
        ] {
            let mut found: Vec<Finding> = Vec::new();
            walk(text, &mut found);
            found.retain(|one| one.label == Label::Secret);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
