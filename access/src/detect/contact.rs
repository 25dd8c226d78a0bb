//! Mail addresses and telephone numbers.
//!
//! Enters: bytes around an `@`, or a run of digit groups. Leaves: where the address ends, whether the digits dial.
//! Never here: a check that asks a network.

use super::run::Run;

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
    // `user=a@b.c` and `mailto:a@b.c`: what stands before `=` or `/` is not the address.
    if let Some(cut) = bytes
        .get(start..at)?
        .iter()
        .rposition(|byte| matches!(byte, b'=' | b'/' | b'?' | b'&'))
    {
        start += cut + 1;
    }
    while start < at
        && matches!(
            bytes.get(start),
            Some(b'.' | b'-' | b'*' | b'{' | b'#' | b'$' | b'%' | b'!' | b'|')
        )
    {
        start += 1;
    }
    if start == at {
        return None;
    }
    let mut end = at + 1;
    let mut dot = None;
    let mut letters = 0;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'.' if bytes
                .get(end + 1)
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80) =>
            {
                dot = Some(end);
                letters = 0;
            }
            b'-' if bytes
                .get(end + 1)
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'-') =>
            {
                letters = 0
            }
            _ if byte.is_ascii_alphabetic() || byte >= 0x80 => letters += 1,
            b'0'..=b'9' => letters = 0,
            _ => break,
        }
        end += 1;
    }
    let dot = dot?;
    (dot > at + 1 && letters >= 2).then_some((start, end))
}

/// Whether `count` groups of the run from `first` on are a telephone number.
pub(crate) fn phone_at(run: &Run, first: usize) -> Option<usize> {
    if run.plus && first == 0 {
        return international(run);
    }
    let lengths = run.lengths(first);
    let dials = |area: usize, exchange: usize| {
        let nanp = |group: usize| {
            run.group(first + group)
                .is_some_and(|digits| matches!(digits, [2..=9, _, _]))
        };
        nanp(area) && nanp(exchange)
    };
    match lengths {
        [1, 3, 3, 4, ..] if run.group(first) == Some(&[1]) && dials(1, 2) => Some(4),
        [3, 3, 4, ..] if dials(0, 1) && (run.opened || run.same_separator(first, 3)) => Some(3),
        _ => None,
    }
}

/// A `+` number: a country code in use and E.164's lengths for it.
fn international(run: &Run) -> Option<usize> {
    let mut total = 0;
    let mut best = None;
    for group in 0..run.groups() {
        total += run.group(group).map_or(0, <[u8]>::len);
        if total > 15 {
            break;
        }
        if total >= 8 && !(group + 1 < run.groups() && total < 10 && run.tight(group)) {
            best = Some((group + 1, total));
        }
    }
    let (groups, total) = best?;
    let digits = run.digits(0, groups);
    let plausible = match digits {
        [1, area, _, _, exchange, ..] => total == 11 && *area >= 2 && *exchange >= 2,
        [7, ..] => total == 11,
        [0, ..] => false,
        _ => (8..=15).contains(&total),
    };
    plausible.then_some(groups)
}
