//! Postal addresses, mainly those of the United States.
//!
//! Enters: a text and a place in it. Leaves: where an address ends. Never here: whether it exists.

use super::names::{STREET, lookup};
use super::person::{WORD_BYTES_MAX, word_length};
use super::work::looked;

pub(super) mod spoken;
pub(super) mod whole;

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
        let Some(word) = word_at(bytes, next) else {
            break;
        };
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
    let end = street.map_or(next, |end| unit_end(bytes, side_end(bytes, end)));
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

/// ` NW` or the number of a road (` 312,`) after a street.
fn side_end(bytes: &[u8], end: usize) -> usize {
    let Some(word) = word_at(bytes, end + 1).filter(|_| bytes.get(end) == Some(&b' ')) else {
        return end;
    };
    let after = end + 1 + word.len();
    let side = matches!(
        word,
        b"N" | b"S" | b"E" | b"W" | b"NE" | b"NW" | b"SE" | b"SW"
    );
    let number = word.len() <= 4 && word.iter().all(u8::is_ascii_digit);
    if (side || number) && bytes.get(after) == Some(&b',') {
        after
    } else {
        end
    }
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
        if let Some(end) = postcode_at(bytes, next) {
            return Some(end);
        }
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
    // `, Inverness, IV2 9LN`, `, Winnipeg, MB R3C 6V4`.
    if let Some(end) = postcode_at(bytes, next).or_else(|| postcode_at(bytes, zip)) {
        return Some(end);
    }
    if !state.iter().all(u8::is_ascii_uppercase)
        || bytes.get(next + 2) != Some(&b' ')
        || digits(bytes, zip) != 5
    {
        return None;
    }
    let plus4 = bytes.get(zip + 5) == Some(&b'-') && digits(bytes, zip + 6) == 4;
    Some(zip + if plus4 { 10 } else { 5 })
}

/// A British (`NW10 5NU`), Canadian (`M5V 2T6`) or Australian (`NSW 2150`) postal code: one past its last byte.
fn postcode_at(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes
        .get(at..)?
        .iter()
        .take(5)
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        .count();
    let outward = bytes.get(at..at + length)?;
    let inward = at + length + 1;
    if length < 2 || bytes.get(inward - 1) != Some(&b' ') {
        return None;
    }
    let joined = |end: usize| bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    if matches!(
        outward,
        b"NSW" | b"VIC" | b"QLD" | b"WA" | b"SA" | b"TAS" | b"ACT" | b"NT"
    ) {
        return (digits(bytes, inward) == 4).then_some(inward + 4);
    }
    let end = inward + 3;
    let [a, b, c] = *bytes.get(inward..end)? else {
        return None;
    };
    let letters = outward
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let rest = outward.get(letters..)?;
    let british = matches!(letters, 1 | 2)
        && matches!(rest, [b'0'..=b'9'] | [b'0'..=b'9', _])
        && a.is_ascii_digit()
        && b.is_ascii_uppercase()
        && c.is_ascii_uppercase();
    let canadian = letters == 1
        && matches!(rest, [b'0'..=b'9', b'A'..=b'Z'])
        && a.is_ascii_digit()
        && b.is_ascii_uppercase()
        && c.is_ascii_digit();
    ((british || canadian) && !joined(end)).then_some(end)
}

/// Longest street with its number looked back for, bytes.
const STREET_BYTES_MAX: usize = 56;

/// A continental address around the postal code `bytes[at..end]`: `Lindenstraße 12, 10969 Berlin`, `12 rue de la Paix, 75002 Paris`.
pub fn around_postcode(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    // `D-10115`
    let head = bytes.get(at.saturating_sub(3)..at)?;
    let at = match head {
        [.., b' ' | b'\n', b'A'..=b'Z', b'-'] => at - 2,
        [b'A'..=b'Z', b'A'..=b'Z', b'-'] => at - 3,
        _ => at,
    };
    let street_end = match bytes.get(at.checked_sub(2)?..at)? {
        b", " => at - 2,
        [_, b'\n'] => at - 1,
        _ => return None,
    };
    let city = word_at(bytes, end + 1)?;
    let capital = |word: &[u8]| {
        word.first()
            .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80)
    };
    let city = city.strip_suffix(b".").unwrap_or(city);
    if !capital(city) || city.len() < 3 {
        return None;
    }
    let floor = street_end.saturating_sub(STREET_BYTES_MAX);
    let before = bytes.get(floor..street_end)?;
    looked(before.len());
    // `Rúa do Vilar, 52, 3º B, 41019 Sevilla`: the street stands up to two commas before.
    let mut stop = before.len();
    for _ in 0..=COMMAS_MAX {
        let cut = before
            .get(..stop)?
            .iter()
            .rposition(|byte| matches!(byte, b',' | b'\n' | b':' | b'"' | b';' | b'(' | b'>'));
        let start = cut.map_or_else(
            || {
                // Cut off: the first whole word, or nothing.
                let blank = |byte: &u8| *byte == b' ';
                let whole = || {
                    before
                        .iter()
                        .position(blank)
                        .map_or(before.len(), |place| place + 1)
                };
                if floor > 0 { whole() } else { 0 }
            },
            |cut| cut + 1,
        );
        if let Some(from) = street_start(bytes, floor + start, street_end) {
            return Some((from, end + 1 + city.len()));
        }
        match cut {
            Some(cut) if before.get(cut) == Some(&b',') => stop = cut,
            Some(_) | None => break,
        }
    }
    None
}

/// Where the postal code ends whose first digits are `bytes[at..end]`: `811 09`, `1052 XB`, `1000-062`, `00-174`.
pub fn postcode_end(bytes: &[u8], at: usize, end: usize) -> usize {
    let rest = bytes.get(end..).unwrap_or_default();
    let over = |length: usize| rest.get(length) == Some(&b' ');
    let tail = match (end - at, rest) {
        (3, [b' ', a, b, ..]) if a.is_ascii_digit() && b.is_ascii_digit() => 3,
        (4, [b' ', a, b, ..]) if a.is_ascii_uppercase() && b.is_ascii_uppercase() => 3,
        (4, [b'-', a, b, c, ..]) | (2, [b'-', a, b, c, ..])
            if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) =>
        {
            4
        }
        _ => 0,
    };
    end + if over(tail) { tail } else { 0 }
}

/// Most commas between a street and what stands before the postal code.
const COMMAS_MAX: usize = 2;

/// Longest number of a house: `145/28`, `10/2/38`.
const HOUSE_MAX: usize = 8;

/// Where in `bytes[from..to]` a street with its house number begins that reaches to its end: at the number before the street's
/// kind, or at the first of the capitalised words around it.
fn street_start(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let house =
        |word: &[u8]| word.len() <= HOUSE_MAX && word.first().is_some_and(u8::is_ascii_digit);
    let kind = |word: &[u8]| {
        let word = word.strip_suffix(b",").unwrap_or(word);
        is_street(word) || word.len() >= 3 && std::str::from_utf8(word).is_ok_and(whole::is_street)
    };
    let mut at = from;
    // Where the number or the capitalised words before this one begin.
    let (mut number, mut capitals) = (None, None);
    let mut street = None;
    let mut last = false;
    for word in bytes.get(from..to)?.split(|byte| *byte == b' ') {
        let capital = word
            .first()
            .is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
        if street.is_none() {
            if kind(word) {
                street = Some(number.or(capitals).unwrap_or(at));
            }
            number = house(word).then_some(at);
            capitals = capital.then(|| capitals.unwrap_or(at));
        }
        last = house(word) || last && street.is_some();
        at += word.len() + 1;
    }
    let start = street?;
    let numbered = bytes.get(start).is_some_and(u8::is_ascii_digit) || last;
    numbered.then_some(start)
}

/// Words that make a street in German, Dutch, the Nordic and the Romance languages.
fn is_street(word: &[u8]) -> bool {
    const WHOLE: &[&[u8]] = &[
        b"rue",
        b"avenue",
        b"boulevard",
        b"place",
        b"impasse",
        b"chemin",
        b"quai",
        "allée".as_bytes(),
        b"cours",
        b"route",
        b"calle",
        b"c/",
        b"avenida",
        b"paseo",
        b"plaza",
        b"carrer",
        b"via",
        b"viale",
        b"piazza",
        b"corso",
        b"rua",
        b"travessa",
        b"ul.",
        b"ulica",
        b"aleja",
        b"am",
        b"an",
        b"im",
        b"zum",
        b"zur",
    ];
    const ENDINGS: &[&[u8]] = &[
        "straße".as_bytes(),
        b"strasse",
        b"str.",
        b"str",
        b"weg",
        b"platz",
        b"allee",
        b"gasse",
        b"ring",
        b"damm",
        b"ufer",
        b"markt",
        b"hof",
        b"straat",
        b"laan",
        b"plein",
        b"gracht",
        b"kade",
        b"gatan",
        "vägen".as_bytes(),
        b"vej",
        b"gade",
        b"gate",
        b"veien",
    ];
    let ends = |ending: &&[u8]| {
        word.len()
            .checked_sub(ending.len())
            .and_then(|from| word.get(from..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
    };
    WHOLE.iter().any(|whole| whole.eq_ignore_ascii_case(word)) || ENDINGS.iter().any(ends)
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
    let inside = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'\'' | b'-') || byte >= 0x80
    };
    let length = word_length(bytes, from, inside);
    bytes
        .get(from..from + length)
        .filter(|word| (1..=WORD_BYTES_MAX).contains(&word.len()))
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
            ("12 Long Court #137, El Paso, TX 79976", Some(37)),
            ("20 Station Road, London NW10 5NU now", Some(32)),
            ("6 Peachtree Street, Toronto, ON M5V 2T6", Some(39)),
            ("82 Cedar Parade, Toowong QLD 4066", Some(33)),
        ];
        for (text, want) in cases {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            assert_eq!(address_at(text.as_bytes(), 0, digits), want, "{text}");
        }
        let continental = [
            ("Lindenstraße 12, 10969 Berlin", Some((0, 30))),
            ("to 12 rue de la Paix, 75002 Paris.", Some((3, 33))),
            ("12 rue de la Paix, 75002 Paris.", Some((0, 30))),
            ("Calle Mayor 5, 28013 Madrid", Some((0, 27))),
            (
                "in der Alten Berliner Straße 12, 10969 Berlin",
                Some((7, 46)),
            ),
            ("Order 5, 10000 Units", None),
        ];
        for (text, want) in continental {
            let at = text.find(", ").unwrap() + 2;
            assert_eq!(around_postcode(text.as_bytes(), at, at + 5), want, "{text}");
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
