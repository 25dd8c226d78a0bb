//! Mail addresses and telephone numbers.
//!
//! Enters: bytes around an `@`, or a run of digit groups. Leaves: where the address ends, whether the digits dial.
//! Never here: a check that asks a network.

use super::run::Run;
use super::work::looked;

/// Longest local part (RFC 5321 §4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// The mail address around the `@` at `at`: first byte and one past the last.
pub fn email_around(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let local = |byte: u8| {
        byte.is_ascii_alphanumeric() || b".!#$%&*+-/=?^_{|}~".contains(&byte) || byte >= 0x80
    };
    let floor = at.saturating_sub(LOCAL_MAX);
    let mut start = at;
    while start > floor && local(*bytes.get(start - 1)?) {
        start -= 1;
    }
    looked(at - start + 1);
    // Cut off inside a character.
    while bytes.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
        start += 1;
    }
    // `user=a@b.c` and `mailto:a@b.c`: what stands before `=` or `/` is not the address.
    if let Some(cut) = bytes
        .get(start..at)?
        .iter()
        .rposition(|byte| matches!(byte, b'=' | b'/' | b'?' | b'&'))
    {
        start += cut + 1;
    }
    while start < at
        && bytes
            .get(start)
            .is_some_and(|byte| b".-*{#$%!|".contains(byte))
    {
        start += 1;
    }
    if start == at {
        return None;
    }
    domain_end(bytes, at + 1).map(|end| (start, end))
}

/// One past the last byte of a domain name with a dot and a top level of two letters or more.
fn domain_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut end = from;
    let mut dot = None;
    let mut letters = 0;
    while let Some(&byte) = bytes.get(end) {
        let next = bytes.get(end + 1).copied().unwrap_or(b' ');
        let goes_on = next.is_ascii_alphanumeric() || next >= 0x80;
        match byte {
            b'.' if goes_on => {
                dot = Some(end);
                letters = 0;
            }
            b'-' if goes_on || next == b'-' => letters = 0,
            b'0'..=b'9' => letters = 0,
            _ if byte.is_ascii_alphabetic() || byte >= 0x80 => letters += 1,
            _ => break,
        }
        end += 1;
    }
    looked(end - from + 1);
    (dot? > from && letters >= 2).then_some(end)
}

/// Whether `groups` of the run from `first` on are a telephone number: how many groups.
pub(crate) fn phone_at(run: &Run, first: usize) -> Option<usize> {
    if run.plus && first == 0 {
        return international(run);
    }
    let nanp = |group: usize| {
        run.group(first + group)
            .is_some_and(|digits| matches!(digits, [2..=9, _, _]))
    };
    match run.lengths(first) {
        [1, 3, 3, 4, ..] if run.group(first) == Some(&[1]) && nanp(1) && nanp(2) => Some(4),
        [3, 3, 4, ..] if nanp(0) && nanp(1) && parted_like_a_phone(run, first) => Some(3),
        _ => None,
    }
}

/// `(212) 555-0100`, `212-555-0100`, `212.555.0100`, `212 555 0100`, `212 555-0100`.
fn parted_like_a_phone(run: &Run, first: usize) -> bool {
    let pair = (run.separator(first), run.separator(first + 1));
    match pair {
        (b')', _) => true,
        (b'/', _) | (_, b'/') => false,
        (one, other) => one == other || (one == b' ' && other == b'-'),
    }
}

/// A `+` number: a country code in use and E.164's lengths. The longest reading that fits.
fn international(run: &Run) -> Option<usize> {
    let mut best = None;
    let mut total = 0;
    for group in 0..run.groups() {
        total += run.group(group).map_or(0, <[u8]>::len);
        if total > 15 {
            break;
        }
        if (8..=15).contains(&total) && is_e164(run.digits(0, group + 1)) {
            best = Some(group + 1);
        }
    }
    best
}

/// Whether digits with their country code could dial.
pub fn is_e164(digits: &[u8]) -> bool {
    match digits {
        [1, area, _, _, exchange, ..] => digits.len() == 11 && *area >= 2 && *exchange >= 2,
        [7, ..] => digits.len() == 11,
        [3, 3, ..] => digits.len() == 11,
        [3, 4, ..] => digits.len() == 11,
        [4, 4, ..] => matches!(digits.len(), 11 | 12),
        [4, 9, ..] => (9..=14).contains(&digits.len()),
        [0, ..] | [] => false,
        _ => (8..=15).contains(&digits.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_begin_and_end_where_they_do() {
        let cases = [
            ("a@b.cd", Some("a@b.cd")),
            (
                "to joe.x+tag@mail.example.co.uk.",
                Some("joe.x+tag@mail.example.co.uk"),
            ),
            ("user=joe@example.org src=1", Some("joe@example.org")),
            ("<joe@example.org>", Some("joe@example.org")),
            ("mailto:joe@example.org", Some("joe@example.org")),
            ("lodash@4.17.21", None),
            ("@types/node@1.2.3", None),
            ("joe@localhost", None),
            ("a@.com", None),
            ("@b.cd", None),
            ("žofie@příklad.cz", Some("žofie@příklad.cz")),
            (
                &format!("x{}@b.cd", "é".repeat(40)),
                Some(&format!("{}@b.cd", "é".repeat(32))),
            ),
            (
                &format!("{}y@b.cd", "é".repeat(40)),
                Some(&format!("{}y@b.cd", "é".repeat(31))),
            ),
        ];
        for (text, want) in cases {
            let found = text
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'@')
                .find_map(|(at, _)| {
                    email_around(text.as_bytes(), at).map(|(start, end)| &text[start..end])
                });
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn telephone_numbers_by_their_groups() {
        let cases = [
            ("(212) 555-0100", Some(3)),
            ("212-555-0100", Some(3)),
            ("212.555.0100", Some(3)),
            ("+1 212 555 0100", Some(4)),
            ("+12125550100", Some(1)),
            ("1-212-555-0100", Some(4)),
            ("+44 7911 123456", Some(3)),
            ("+49 151 12345678", Some(3)),
            ("+33 6 12 34 56 78", Some(6)),
            ("+34 612345678", Some(2)),
            ("+447911123456", Some(1)),
            ("112-555-0100", None),
            ("212-155-0100", None),
            ("212/555/0100", None),
            ("+1 212 155 0100", None),
            ("+5", None),
            ("2125550100", None),
        ];
        for (text, want) in cases {
            let run = Run::at(text.as_bytes(), 0).unwrap();
            assert_eq!(phone_at(&run, 0), want, "{text}");
        }
    }
}
