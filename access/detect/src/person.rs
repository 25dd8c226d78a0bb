//! Names of people in prose.
//!
//! Enters: a place in prose. Leaves: where a name ends. Never here: a model; dictionaries, titles and the words before a name only.

use super::names::{COMMON, FAMILY, GIVEN, PLACE, WORD, lookup, wide};
use super::packed::{self, packed, packed_small, stands_in};
use super::work::looked;
use brand::{is_brand, is_colour, is_firm};

mod brand;

/// Longest title without its full stop, and longest particle, bytes.
const TITLE_MAX: usize = 4;
const PARTICLE_MAX: usize = 4;
/// Longest suffix, bytes.
const SUFFIX_MAX: usize = 6;
/// Most words of one name.
const WORDS_MAX: usize = 6;
/// Most words of one name with its titles, initials and particles.
const PIECES_MAX: usize = 12;
/// Longest word of a name, bytes.
pub(super) const WORD_BYTES_MAX: usize = 64;

/// Dictionaries that have the word or a hyphened piece of it.
fn known(word: &[u8]) -> u8 {
    let whole = lookup(word);
    if !word.contains(&b'-') {
        return whole;
    }
    word.split(|byte| *byte == b'-')
        .fold(whole, |flags, piece| flags | lookup(piece))
}

/// Where words before lead to a name, the dictionaries of all languages count, less what is a common word too.
fn led(word: &[u8], lead: Lead) -> u8 {
    if lead == Lead::None {
        return 0;
    }
    if lead == Lead::Weak {
        return only(word);
    }
    match std::str::from_utf8(word).map(wide) {
        Ok(flags) if flags & COMMON == 0 => flags & (GIVEN | FAMILY),
        _ => 0,
    }
}

/// Dictionaries of all languages that have the word, if they have it as nothing but a name.
fn only(word: &[u8]) -> u8 {
    let flags = std::str::from_utf8(word).map_or(0, wide);
    if flags & (COMMON | WORD | PLACE) == 0 {
        flags & (GIVEN | FAMILY)
    } else {
        0
    }
}

/// Whether the word is a given name and nothing else, of no month, place or thing.
pub(super) fn is_given_only(word: &[u8]) -> bool {
    is_name_word(word) && only(word) & GIVEN != 0
}

/// Two capitals and nothing else but letters that are no small ones.
fn is_shout(word: &[u8]) -> bool {
    word.len() >= 2 && word.iter().all(u8::is_ascii_uppercase)
}

/// Whether no dictionary has the word: behind a given name in prose it is a family name.
fn is_stranger(word: &[u8]) -> bool {
    let text = std::str::from_utf8(word).unwrap_or_default();
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.clone().count() >= 3
        && letters.all(|letter| letter.is_lowercase() || matches!(letter, '-' | '\'' | '’'))
        && wide(text) == 0
        && lookup(word) == 0
}

/// Whether prose is around the words from `at` to `stop`: a small word before or after them, or what ends a clause.
fn is_in_prose(bytes: &[u8], at: usize, stop: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let after = bytes.get(stop..).unwrap_or_default();
    let small = |byte: &u8| byte.is_ascii_lowercase();
    matches!(before, [.., letter, b' '] if small(letter))
        || matches!(before, [.., first, second, b' '] if first.is_ascii_uppercase() && second.is_ascii_uppercase())
        || matches!(after, [b' ', first, second, ..] if small(first) && (small(second) || *second == b' '))
        || matches!(after, [b',' | b')' | b';', ..]) && !before.is_empty()
        || matches!(before, [.., b',', b' '])
}

/// The name before a mail address in brackets, in the text that ends where the address begins.
pub(super) fn addressee(before: &[u8]) -> Option<(usize, usize)> {
    let body = before
        .strip_suffix(b" <")
        .or_else(|| before.strip_suffix(b"\" <"))?;
    let body = body.strip_suffix(b"\"").unwrap_or(body);
    let inside = |byte: &u8| {
        byte.is_ascii_alphabetic()
            || *byte >= 0x80
            || matches!(byte, b' ' | b',' | b'.' | b'-' | b'\'')
    };
    let length = body
        .iter()
        .rev()
        .take(WORD_BYTES_MAX)
        .take_while(|byte| inside(byte))
        .count();
    looked(length);
    let start = body.len() - length;
    let text = std::str::from_utf8(body.get(start..)?).ok()?;
    // Of a list, the last: `a@b.cd, Zoe Quux <…`.
    let text_at = start + text.len() - text.trim_start_matches([' ', ',', '.', '-']).len();
    let text = text.trim_start_matches([' ', ',', '.', '-']);
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let named = |word: &str| {
        let flags = wide(word);
        flags & (GIVEN | FAMILY) != 0 || flags & (COMMON | WORD | PLACE) == 0
    };
    let count = words.clone().count();
    let fits = (2..=4).contains(&count)
        && words.clone().any(named)
        && words
            .clone()
            .all(|word| !word.starts_with(char::is_lowercase) || is_particle(word.as_bytes()));
    fits.then_some((text_at, text_at + text.len()))
}

/// Whether a name may begin with the word: a given name, or beyond Latin letters a family name too.
pub(super) fn may_begin(word: &[u8]) -> bool {
    lookup(word) & GIVEN != 0 || only(word) & (GIVEN | beyond(word)) != 0
}

/// Where a family name may stand first.
fn beyond(word: &[u8]) -> u8 {
    if word.first().is_some_and(|byte| *byte >= 0xce) {
        FAMILY
    } else {
        0
    }
}

/// Whether it begins with a capital of Latin, Greek or Cyrillic letters and goes on.
pub(super) fn is_capital(word: &[u8]) -> bool {
    matches!(
        word,
        [b'A'..=b'Z', _, ..]
            | [0xc3, 0x80..=0x9e, _, ..]
            | [0xc4 | 0xc5, _, _, ..]
            | [0xce, 0x86..=0xab, _, ..]
            | [0xd0, 0x80..=0xaf, _, ..]
            | [0xd2, 0x90, _, ..]
    )
}

/// Letters, hyphens and apostrophes, beginning with a capital.
fn is_name_word(word: &[u8]) -> bool {
    // `d’Aubrac`, `l'Estrange`.
    let body = match word {
        [b'd' | b'l' | b'D', b'\'', body @ ..] | [b'd' | b'l', 0xe2, 0x80, 0x99, body @ ..] => body,
        _ => word,
    };
    is_capital(body)
        && word.len() <= WORD_BYTES_MAX
        && word
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'\'') || *byte >= 0x80)
}

fn is_initial(word: &[u8]) -> bool {
    matches!(word, [b'A'..=b'Z'] | [b'A'..=b'Z', b'.'])
}

pub(super) fn is_particle(word: &[u8]) -> bool {
    const PARTICLES: &[&[u8]] = &[
        b"de",
        b"del",
        b"la",
        b"le",
        b"du",
        b"van",
        b"von",
        b"der",
        b"den",
        b"da",
        b"dos",
        b"di",
        b"y",
        b"las",
        b"los",
        b"zu",
        b"bin",
        b"al",
        b"des",
        b"e",
        b"do",
        b"das",
        b"ter",
        b"ten",
        b"ben",
        b"ibn",
        b"el",
        b"af",
        b"av",
        b"zur",
        b"vom",
        b"op",
        b"o",
        b"bint",
        b"abu",
        "Ó".as_bytes(),
        "Uí".as_bytes(),
        "’t".as_bytes(),
        b"'t",
    ];
    const NUMBERS: [u64; PARTICLES.len()] = packed::all(PARTICLES);
    word.len() <= PARTICLE_MAX && stands_in(&NUMBERS, packed(word))
}

/// Titles without their full stop, in lower case.
const TITLES: &[&[u8]] = &[
    b"dr", b"mr", b"mrs", b"ms", b"miss", b"mx", b"prof", b"sir", b"dame", b"herr", b"frau",
    b"mme", b"mlle", b"sra", b"srta", b"dra", b"dna", b"dott", b"don", b"rev", b"hon", b"ing",
    b"capt", b"sgt", b"lt", b"col",
];

/// Titles in lower case.
pub(super) fn titles() -> impl Iterator<Item = &'static [u8]> {
    TITLES.iter().copied()
}

/// `Dr.`, `Mrs.`, `Univ.Prof.`, `Dipl.-Ing.`: a word with a full stop that is more than an initial, or a known title.
pub fn is_title(word: &[u8]) -> bool {
    if word.len() > 5 {
        return matches!(word, b"Univ.Prof." | b"Dipl.-Ing.");
    }
    let body = word.strip_suffix(b".").unwrap_or(word);
    const NUMBERS: [u64; TITLES.len()] = packed::all(TITLES);
    body.len() <= TITLE_MAX
        && (body.len() < word.len() || body.first().is_some_and(u8::is_ascii_uppercase))
        && stands_in(&NUMBERS, packed_small(body))
}

pub(super) fn is_suffix(word: &[u8]) -> bool {
    const SUFFIXES: &[&[u8]] = &[
        b"jr", b"jr.", b"sr", b"sr.", b"ii", b"iii", b"iv", b"v", b"md", b"m.d.", b"phd", b"ph.d.",
        b"dds", b"dvm", b"esq", b"esq.", b"rn", b"b.sc.", b"b.a.", b"b.eng.", b"mba", b"mba.",
        b"m.sc.", b"cpa",
    ];
    const NUMBERS: [u64; SUFFIXES.len()] = packed::all(SUFFIXES);
    word.len() <= SUFFIX_MAX && stands_in(&NUMBERS, packed_small(word))
}

/// How sure the words before make it that a name follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// Nothing before speaks of a person.
    None,
    /// `with`, `by`, `for`: a name may follow.
    Weak,
    /// `Customer`, `Dear` with its capital: a known name may follow, or the rest of a title.
    Fair,
    /// `patient`, `caller`: a name follows.
    Strong,
}

/// A name in prose that begins at the capital `bytes[at]`: first byte and one past the last.
pub fn person_at(bytes: &[u8], at: usize, lead: Lead) -> Option<(usize, usize)> {
    let mut words = [(0_usize, 0_usize, 0_u8); WORDS_MAX];
    let mut count = 0;
    let mut titles = false;
    let mut initials = false;
    let mut end = at;
    let mut next = at;
    for _ in 0..PIECES_MAX {
        let Some(slot) = words.get_mut(count) else {
            break;
        };
        let stop = word_end(bytes, next);
        let word = bytes.get(next..stop)?;
        let dotted = bytes.get(stop) == Some(&b'.');
        let with_dot = bytes.get(next..stop + 1).unwrap_or(word);
        let after = stop + usize::from(dotted);
        if count > 0 && (is_suffix(word) || (dotted && is_suffix(with_dot))) {
            end = if dotted && with_dot.len() <= 3 {
                after
            } else {
                stop
            };
            break;
        } else if dotted && (is_title(with_dot) || is_initial(with_dot)) || is_title(word) {
            titles |= is_title(word);
            initials |= is_initial(with_dot);
            next = after;
        } else if count > 0 && is_particle(word) {
            next = stop;
        } else if count > 0 && is_shout(word) && !is_shout(bytes.get(at..end)?) {
            // `CALLED Orla Quux RE MISSED CONNECTION`
            break;
        } else if is_name_word(word) {
            *slot = (next, stop, known(word) | led(word, lead));
            count += 1;
            end = stop;
            next = stop;
        } else {
            break;
        }
        if bytes.get(next) != Some(&b' ') {
            break;
        }
        next += 1;
    }
    let name = Name {
        words: words.get(..count)?,
        at,
        end,
        titles,
        initials,
    };
    told(bytes, &name, lead)
}

/// The words of what may be a name.
struct Name<'a> {
    /// First byte, one past the last, and the dictionaries that have it, of each.
    words: &'a [(usize, usize, u8)],
    at: usize,
    end: usize,
    titles: bool,
    initials: bool,
}

/// Where the name is, if what leads to it and the dictionaries together tell that it is one.
fn told(bytes: &[u8], name: &Name<'_>, lead: Lead) -> Option<(usize, usize)> {
    let &Name {
        words,
        at,
        end,
        titles,
        initials,
    } = name;
    let any = words
        .iter()
        .any(|(.., flags)| flags & (GIVEN | FAMILY) != 0);
    match words {
        [] => None,
        _ if is_brand(bytes, at, end) => None,
        _ if matches!(lead, Lead::None | Lead::Weak) && is_colour(bytes, at, end) => None,
        [(start, ..)] if titles || (any && matches!(lead, Lead::Strong | Lead::Fair)) => {
            Some((*start, end))
        }
        // `Ask for Marisol`, `reader: H. T. Quux`.
        [(start, stop, _)] if lead == Lead::Weak => {
            let word = bytes.get(*start..*stop)?;
            let given = is_given_only(word) && only(word) & FAMILY == 0;
            let name = given || initials && (any || is_stranger(word));
            name.then_some((at, end))
        }
        [_] => None,
        _ if (titles || lead == Lead::Strong || (lead == Lead::Fair && any))
            && words.len() <= 4 =>
        {
            Some((at, end))
        }
        _ if lead == Lead::Weak
            && any
            && words.len() <= 3
            && !is_of_a_place(bytes, words, at, end) =>
        {
            Some((at, end))
        }
        _ => known_pair(bytes, words, at, end),
    }
}

/// Whether words are those of a place: `San Jose`, `Madison County`.
fn is_of_a_place(bytes: &[u8], words: &[(usize, usize, u8)], at: usize, end: usize) -> bool {
    let flags = |from: usize, to: usize| {
        let text = bytes
            .get(from..to)
            .and_then(|text| std::str::from_utf8(text).ok());
        text.map_or(0, wide)
    };
    let last = words.last().map_or(0, |(from, to, _)| flags(*from, *to));
    let thing = last & (COMMON | WORD | PLACE) != 0 && last & (FAMILY | GIVEN) == 0;
    thing || flags(at, end) & PLACE != 0
}

/// A known given name and a known family name after it, among the words of a name: where the name begins and ends.
fn known_pair(
    bytes: &[u8],
    words: &[(usize, usize, u8)],
    at: usize,
    end: usize,
) -> Option<(usize, usize)> {
    words.windows(2).enumerate().find_map(|(place, pair)| {
        let &[(start, end_of_first, first), (second_at, stop, second)] = pair else {
            return None;
        };
        let one = bytes.get(start..end_of_first)?;
        let other = bytes.get(second_at..stop)?;
        let given = first & GIVEN != 0 || only(one) & GIVEN != 0;
        let family = second & FAMILY != 0
            || only(other) & FAMILY != 0
            || only(one) & GIVEN != 0 && is_stranger(other) && is_in_prose(bytes, at, end);
        let pair = given && family && !are_common(bytes, start, stop)
            || only(one) & beyond(one) != 0 && only(other) & GIVEN != 0;
        let last = place + 2 == words.len();
        // `Kelly Green Paint`: what goes on in capitals and is no name was no name before.
        let stranger = |&(from, to, flags): &(usize, usize, u8)| {
            flags == 0 && bytes.get(from..to).is_none_or(|word| only(word) == 0)
        };
        let goes_on = words.get(place + 2).is_some_and(stranger)
            || is_firm(bytes.get(stop..).unwrap_or_default());
        (pair && !goes_on).then_some((
            if place == 0 { at } else { start },
            if last { end } else { stop },
        ))
    })
}

/// Whether both words are common words too: `Olive Green`, `Amber Rose`.
fn are_common(bytes: &[u8], start: usize, stop: usize) -> bool {
    let common = |word| std::str::from_utf8(word).is_ok_and(|word| wide(word) & COMMON != 0);
    let words = bytes.get(start..stop);
    words.is_some_and(|words| words.split(|byte| *byte == b' ').all(common))
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    let inside =
        |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'\'');
    from + word_length(bytes, from, inside)
}

/// How many bytes from `from` on are `inside` a word; one more than [`WORD_BYTES_MAX`] where the word is too long.
pub(super) fn word_length(bytes: &[u8], from: usize, inside: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest
        .iter()
        .take(WORD_BYTES_MAX + 1)
        .take_while(|byte| inside(**byte))
        .count();
    looked(length + 1);
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_and_no_particle_is_longer_than_is_looked_at() {
        assert!(titles().all(|title| is_title(&title.to_ascii_uppercase())));
        let particles = ["van", "bint", "’t", "Ó", "Uí", "y"];
        assert!(particles.iter().all(|word| is_particle(word.as_bytes())));
    }

    #[test]
    fn names_in_prose_begin_and_end() {
        let cases = [
            ("John Smith re: refund", Lead::None, Some("John Smith")),
            (
                "Patricia Vandenberg (MRN",
                Lead::Strong,
                Some("Patricia Vandenberg"),
            ),
            ("Dr. Okonkwo, NPI", Lead::None, Some("Okonkwo")),
            (
                "Mr. John Smith MD travelled",
                Lead::Weak,
                Some("Mr. John Smith MD"),
            ),
            ("Ask John Smith now", Lead::None, Some("John Smith")),
            ("Jordan Retro Sneaker", Lead::None, None),
            ("Kelly Green Paint", Lead::None, None),
            ("Ruby Red, 2 m", Lead::Weak, None),
            ("Violet Grey", Lead::None, None),
            ("Ruby Brown", Lead::Strong, Some("Ruby Brown")),
            ("Levi Strauss & Co.", Lead::None, None),
            ("Morgan Stanley", Lead::None, None),
            ("Success Lead", Lead::Fair, None),
            ("Success Lead", Lead::Strong, Some("Success Lead")),
            ("Agent restarted", Lead::None, None),
            (
                "Zbigniew Dąbrowski, tel",
                Lead::None,
                Some("Zbigniew Dąbrowski"),
            ),
            ("Зинаида Иванова, 8", Lead::None, Some("Зинаида Иванова")),
            ("Иванов Алексей звонил", Lead::None, Some("Иванов Алексей")),
            ("Заказ Оплачен", Lead::None, None),
            ("Friday.", Lead::Weak, None),
        ];
        for (text, lead, want) in cases {
            let got = person_at(text.as_bytes(), 0, lead).map(|(start, end)| &text[start..end]);
            assert_eq!(got, want, "{text}");
        }
    }
}
