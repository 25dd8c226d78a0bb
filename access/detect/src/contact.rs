//! Mail addresses and telephone numbers.
//!
//! Enters: bytes around an `@`, or a run of digit groups. Leaves: where the address ends, whether the digits dial.
//! Never here: a check that asks a network.

use super::mail;
use super::run::Run;

/// The mail address around the `@` at `at`: first byte and one past the last.
pub fn email_around(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    mail::plain_around(bytes, at)
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
    // `+48.8566+2.3522` is a place.
    if run.separator(0) == b'.' && run.length(1) >= 4 && run.length(0) <= 3 {
        return None;
    }
    let mut best = None;
    // `+44 (0)20 …`: the zero is dialled at home only.
    let mut digits = [0_u8; 15];
    let mut total = 0;
    for group in 0..run.groups() {
        let of_group = run.group(group)?;
        if group > 0 && of_group == [0] && run.separator(group) == b')' {
            continue;
        }
        let Some(slots) = digits.get_mut(total..total + of_group.len()) else {
            break;
        };
        slots.copy_from_slice(of_group);
        total += of_group.len();
        if total >= 8 && digits.get(..total).is_some_and(is_e164) {
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
            ("+44 (0)20 7946 0958", Some(5)),
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
