//! Postal addresses, mainly those of the United States.
//!
//! Enters: a text and a place in it. Leaves: where an address ends. Never here: whether it exists.

use super::names::{STREET, lookup};

/// Most words between the house number and the street's last word.
const STREET_WORDS_MAX: usize = 5;
/// Most words of a city.
const CITY_WORDS_MAX: usize = 4;

/// An address that begins with the house number at `at`, whose digits end at `digits_end`: one past its last byte.
pub fn address_at(bytes: &[u8], at: usize, digits_end: usize) -> Option<usize> {
    if digits_end - at > 6 || bytes.get(digits_end) != Some(&b' ') {
        return None;
    }
    let mut next = digits_end + 1;
    let mut street = None;
    for place in 0..STREET_WORDS_MAX {
        let word = word_at(bytes, next)?;
        let capital = word
            .first()
            .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
        if !(capital || (place > 0 && word.first().is_some_and(u8::is_ascii_digit))) {
            break;
        }
        let end = next + word.len();
        if place > 0 && lookup(word.strip_suffix(b".").unwrap_or(word)) & STREET != 0 {
            street = Some(end);
        }
        next = end;
        if bytes.get(next) != Some(&b' ') {
            break;
        }
        next += 1;
    }
    let end = street.map_or(next, |end| unit_end(bytes, end));
    match (street, region_end(bytes, end)) {
        (_, Some(end)) => Some(end),
        (Some(_), None) => Some(end),
        (None, None) => None,
    }
}

/// A military or box address that begins with the word at `at`: `PSC 1234, Box 5678, APO AE 09012`, `P.O. Box 12`.
pub fn box_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let starts = |prefix: &str| rest.starts_with(prefix.as_bytes());
    if starts("PO Box ") || starts("P.O. Box ") {
        let digits_from = at + if starts("PO") { 7 } else { 9 };
        let digits = digits(bytes, digits_from);
        let end = digits_from + digits;
        return (digits > 0).then(|| region_end(bytes, end).unwrap_or(end));
    }
    let ship = ["USS ", "USNS ", "USNV ", "USCGC "]
        .iter()
        .any(|prefix| starts(prefix));
    if !(starts("PSC ") || starts("Unit ") || ship) {
        return None;
    }
    // The military region ends it: `APO|FPO|DPO`, `AE|AA|AP`, five digits.
    let window = rest.get(..rest.len().min(64))?;
    let post = [&b"APO "[..], b"FPO ", b"DPO "]
        .iter()
        .find_map(|post| memchr::memmem::find(window, post))?;
    let zip = at + post + 7;
    let state = rest.get(post + 4..post + 6)?;
    (matches!(state, b"AE" | b"AA" | b"AP") && digits(bytes, zip) >= 5).then_some(zip + 5)
}

/// ` Apt. 12`, `, Suite 300`, ` #4` after a street.
fn unit_end(bytes: &[u8], end: usize) -> usize {
    let skip = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b' '), _) => 1,
        (Some(b','), Some(b' ')) => 2,
        _ => return end,
    };
    let from = end + skip;
    if bytes.get(from) == Some(&b'#') {
        let digits = digits(bytes, from + 1);
        return if digits > 0 { from + 1 + digits } else { end };
    }
    let Some(word) = word_at(bytes, from) else {
        return end;
    };
    let kinds = [
        "apt", "apt.", "suite", "ste", "ste.", "unit", "floor", "fl.", "room", "flat",
    ];
    let after = from + word.len();
    if !kinds
        .iter()
        .any(|kind| word.eq_ignore_ascii_case(kind.as_bytes()))
        || bytes.get(after) != Some(&b' ')
    {
        return end;
    }
    let number = bytes
        .get(after + 1..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if number > 0 { after + 1 + number } else { end }
}

/// `, Springfield, IL 62704-1234` after a street: one past its last byte.
fn region_end(bytes: &[u8], end: usize) -> Option<usize> {
    let mut next = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b','), Some(b' ')) => end + 2,
        _ => return None,
    };
    for _ in 0..CITY_WORDS_MAX {
        let word = word_at(bytes, next)?;
        if !word
            .first()
            .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80)
        {
            return None;
        }
        next += word.len();
        match (bytes.get(next), bytes.get(next + 1)) {
            (Some(b','), Some(b' ')) => {
                next += 2;
                break;
            }
            (Some(b' '), _) => next += 1,
            _ => return None,
        }
    }
    let state = bytes.get(next..next + 2)?;
    let zip = next + 3;
    if !state.iter().all(u8::is_ascii_uppercase)
        || bytes.get(next + 2) != Some(&b' ')
        || digits(bytes, zip) != 5
    {
        return None;
    }
    let plus4 = bytes.get(zip + 5) == Some(&b'-') && digits(bytes, zip + 6) == 4;
    Some(zip + if plus4 { 10 } else { 5 })
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

fn word_at(bytes: &[u8], from: usize) -> Option<&[u8]> {
    let rest = bytes.get(from..)?;
    let inside = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'\'' | b'-') || *byte >= 0x80
    };
    let length = rest.iter().take_while(|byte| inside(byte)).count();
    rest.get(..length).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_begin_at_the_number_and_end_at_the_postal_code() {
        let cases = [
            ("742 Evergreen Terrace", Some(21)),
            ("742 Evergreen Terrace instead", Some(21)),
            ("123 N. Main St. Apt. 4", Some(22)),
            (
                "12345 Lake Forest Drive Suite 300, San Jose, CA 95101-1234 x",
                Some(58),
            ),
            ("10 Downing, Springfield, IL 62704", Some(33)),
            ("45 cm, model AB-1", None),
            ("12 Monkeys", None),
            ("30 Days Way", Some(11)),
        ];
        for (text, want) in cases {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            assert_eq!(address_at(text.as_bytes(), 0, digits), want, "{text}");
        }
        let boxes = [
            ("PSC 1234, Box 5678, APO AE 09012", Some(32)),
            ("Unit 0042 Box 1234, DPO AA 34002 now", Some(32)),
            ("USCGC Smith, FPO AP 96601", Some(25)),
            ("P.O. Box 12", Some(11)),
            ("Unit 12 of the course", None),
        ];
        for (text, want) in boxes {
            assert_eq!(box_at(text.as_bytes(), 0), want, "{text}");
        }
    }
}
