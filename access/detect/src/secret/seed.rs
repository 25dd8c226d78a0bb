//! Phrases that restore a wallet: twelve to twenty-four words of BIP-39's list, one after the other.
//!
//! Enters: a text, and the twelfth word in small letters that follow each other. Leaves: where the phrase begins and ends. Never here: its
//! check digits; other wallets use the same words and other sums, and prose has no twelve of these words in a row.

use std::sync::LazyLock;

use crate::work::looked;

mod words;

/// Fewest and most words of a phrase.
pub(crate) const WORDS_MIN: u8 = 12;
const WORDS_MAX: usize = 24;
/// Shortest and longest of the words, bytes.
pub(crate) const WORD_BYTES: std::ops::RangeInclusive<usize> = 3..=8;

static LIST: LazyLock<Vec<&'static [u8]>> = LazyLock::new(|| {
    let words = words::WORDS.split_ascii_whitespace();
    words.map(str::as_bytes).collect()
});

/// The phrase whose words end with `bytes[at..end]` or go on behind it: first byte and one past the last.
pub(crate) fn phrase_around(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let is_word = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|word| LIST.binary_search(&word).is_ok())
    };
    if !is_word(at, end) {
        return None;
    }
    let (mut start, mut count) = (at, 1);
    while let Some(stop) = gap_before(bytes, start) {
        let from = stop - letters(bytes.get(..stop)?.iter().rev());
        if !is_word(from, stop) || count == WORDS_MAX {
            break;
        }
        (start, count) = (from, count + 1);
    }
    let mut stop = end;
    while let Some(from) = gap_after(bytes, stop) {
        let to = from + letters(bytes.get(from..)?.iter());
        if !is_word(from, to) || count == WORDS_MAX {
            break;
        }
        (stop, count) = (to, count + 1);
    }
    looked(stop - start);
    (count >= usize::from(WORDS_MIN)).then_some((start, stop))
}

/// Whether a text is nothing but words as a phrase has them; ends at the first that is none.
pub(crate) fn may_be_phrase(text: &[u8]) -> bool {
    text.split(|byte| matches!(byte, b' ' | b','))
        .all(|word| word.is_empty() || WORD_BYTES.contains(&word.len()) && word.is_ascii())
}

fn letters<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    bytes
        .take(WORD_BYTES.end() + 1)
        .take_while(|byte| byte.is_ascii_lowercase())
        .count()
}

/// How many bytes part two words of a phrase: a blank, a comma, a line's end.
pub(crate) fn parted(bytes: &[u8]) -> bool {
    matches!(bytes, b" " | b"," | b", " | b"\n" | b"\r\n" | b"-")
}

fn gap_before(bytes: &[u8], start: usize) -> Option<usize> {
    (1..=2)
        .filter_map(|length| start.checked_sub(length))
        .find(|stop| {
            let joined = stop.checked_sub(1).and_then(|last| bytes.get(last));
            joined.is_some_and(u8::is_ascii_lowercase)
                && bytes.get(*stop..start).is_some_and(parted)
        })
}

fn gap_after(bytes: &[u8], stop: usize) -> Option<usize> {
    (1..=2).map(|length| stop + length).find(|from| {
        bytes.get(*from).is_some_and(u8::is_ascii_lowercase)
            && bytes.get(stop..*from).is_some_and(parted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::walk;

    const PHRASE: &str =
        "abandon zoo legal winner thank year wave sausage worth useful letter advice";

    #[test]
    fn the_list_is_sorted_and_whole() {
        assert_eq!(LIST.len(), 2048);
        assert!(LIST.is_sorted());
        assert!(LIST.iter().all(|word| WORD_BYTES.contains(&word.len())));
    }

    #[test]
    fn phrases_are_found_and_prose_is_not() {
        let longer = format!("{PHRASE} vessel ladder alter error federal sibling");
        for (text, want) in [
            (PHRASE.to_owned(), PHRASE),
            (format!("My words: {PHRASE}."), PHRASE),
            (format!("please restore this: {PHRASE} ok?"), PHRASE),
            (longer.clone(), &longer),
        ] {
            let mut found = Vec::new();
            walk(&text, &mut found);
            let found: Vec<&str> = found
                .iter()
                .map(|one: &crate::Finding| &text[one.start..one.end])
                .collect();
            assert_eq!(found, [want], "{text}");
        }
        for text in [
            "abandon zoo legal winner thank year wave sausage worth useful letter",
            "customers asked whether returns could happen without printed labels after the holidays",
            "apple banana cherry grape melon peach orange lemon lime plum kiwi mango",
        ] {
            let mut found: Vec<crate::Finding> = Vec::new();
            walk(text, &mut found);
            assert!(found.is_empty(), "{text}");
        }
    }
}
