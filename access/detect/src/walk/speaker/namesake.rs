//! A name that the mail address behind it repeats: `Szűcs Erzsébet, erzsebet_szucs@example.org`.
//!
//! Enters: the text before an address, in its line, and what stands before the `@`. Leaves: where the name begins and ends. Never here:
//! addresses of offices and teams; names that the address does not have.

use crate::names::{COMMON, FAMILY, GIVEN, WORD, folded, wide};

/// Fewest letters of a name that an address has by more than chance.
const LETTERS_MIN: usize = 4;
/// Most words of a name.
const WORDS_MAX: usize = 4;

/// Whose addresses are of no person.
const OFFICES: &[&str] = &[
    "info",
    "sales",
    "support",
    "billing",
    "contact",
    "admin",
    "office",
    "team",
    "service",
    "services",
    "help",
    "helpdesk",
    "press",
    "jobs",
    "careers",
    "accounts",
    "orders",
    "noreply",
    "reply",
    "hello",
    "marketing",
    "mail",
    "email",
    "kontakt",
    "contacto",
    "contato",
    "ventas",
    "kundenservice",
    "payments",
    "security",
    "abuse",
    "postmaster",
    "alerts",
    "notifications",
    "newsletter",
    "reservations",
    "booking",
    "bookings",
    "returns",
    "customer",
    "care",
    "from",
    "user",
    "guest",
    "test",
];

/// The last name in the text of which the local part has a word.
pub(super) fn name_in(before: &[u8], local: &[u8]) -> Option<(usize, usize)> {
    may_repeat(before, local).then(|| repeated(before, local))?
}

/// Whether the local part may have a word of the text that begins with a capital. What is not of ASCII is not turned away.
fn may_repeat(before: &[u8], local: &[u8]) -> bool {
    if !before.is_ascii() || !local.is_ascii() {
        return true;
    }
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'\'');
    let mut at = 0;
    while let Some(rest) = before.get(at..)
        && let Some(place) = rest.iter().position(u8::is_ascii_uppercase)
    {
        let (head, word) = rest.split_at(place);
        let length = word.iter().take_while(|byte| inside(byte)).count();
        let word = word.get(..length).unwrap_or_default();
        let begins = !head.last().is_some_and(inside);
        let has = |part: &[u8]| part.eq_ignore_ascii_case(word);
        if begins && length >= LETTERS_MIN && local.windows(length).any(has) {
            return true;
        }
        at += place + length;
    }
    false
}

/// The name that the local part repeats.
fn repeated(before: &[u8], local: &[u8]) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(before).ok()?;
    let local = fold(std::str::from_utf8(local).ok()?);
    let mut words: Vec<(usize, usize, bool)> = Vec::new();
    let mut found = None;
    let mut at = 0;
    for piece in text.split_inclusive(|letter: char| !is_inside(letter)) {
        let word = piece.trim_end_matches(|letter: char| !is_inside(letter));
        let name = word.chars().next().is_some_and(char::is_uppercase) && word.len() > 1;
        if name {
            words.push((at, at + word.len(), is_in(word, &local)));
        }
        // A blank joins words; anything else, and a word that is no name, parts them.
        let joined = name && piece.ends_with(' ') && piece.len() == word.len() + 1;
        at += piece.len();
        if !joined {
            found = span(&words, text, &local).or(found);
            words.clear();
        }
    }
    span(&words, text, &local).or(found)
}

/// Small letters without accents.
fn fold(word: &str) -> String {
    let mut letters = String::with_capacity(word.len());
    folded(word, |letter| letters.push(letter));
    letters
}

fn is_inside(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '-' | '\'' | '’') || letter.is_numeric()
}

/// Whether the address has the word, and it is no common one.
fn is_in(word: &str, local: &str) -> bool {
    let folded = fold(word);
    let flags = wide(word);
    let common = flags & (COMMON | WORD) != 0 && flags & (GIVEN | FAMILY) == 0;
    folded.chars().count() >= LETTERS_MIN
        && local.contains(folded.as_str())
        && !common
        && !OFFICES.contains(&folded.as_str())
}

/// From the first word that the address has, or the given name before it that it abbreviates, to the last of the row.
fn span(words: &[(usize, usize, bool)], text: &str, local: &str) -> Option<(usize, usize)> {
    let mut first = words.iter().position(|(_, _, has)| *has)?;
    let initial = |place: usize| {
        let (from, to, _) = words.get(place)?;
        fold(text.get(*from..*to)?).chars().next()
    };
    if let Some(before) = first.checked_sub(1)
        && initial(before).is_some_and(|letter| local.starts_with(letter))
    {
        first = before;
    }
    let last = words.get(first..)?.iter().take(WORDS_MAX).next_back()?;
    Some((words.get(first)?.0, last.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn where_nothing_may_be_repeated_nothing_is(
            before in "([A-Z]?[a-z'-]{1,6}[ ,.:\\n]){0,4}(Anna|Kern|O'Hara|Zoë)?[ ,]{0,2}", local in "[a-z]{0,2}(anna|kern|ohara|zoe|KERN|é)?[.a-z]{0,4}"
        ) {
            let (before, local) = (before.as_bytes(), local.as_bytes());
            proptest::prop_assert!(may_repeat(before, local) || repeated(before, local).is_none());
        }
    }

    #[test]
    fn names_that_an_address_repeats() {
        for (before, local, want) in [
            (
                "Rosalind Ogilvie, ",
                "rosalind_ogilvie",
                Some("Rosalind Ogilvie"),
            ),
            (
                "Met Despoina Mavridou at the stand, mail ",
                "despoinam67",
                Some("Despoina Mavridou"),
            ),
            (
                "Team Falk Østergaard / Nowotny. ",
                "fostergaard",
                Some("Falk Østergaard"),
            ),
            (
                "Kapcsolat: Szűcs Erzsébet, ",
                "erzsebet_szucs",
                Some("Szűcs Erzsébet"),
            ),
            ("Support Team ", "support", None),
            ("Write To Us: ", "anna.kern", None),
        ] {
            let found = name_in(before.as_bytes(), local.as_bytes());
            assert_eq!(found.map(|(from, to)| &before[from..to]), want, "{before}");
        }
    }
}
