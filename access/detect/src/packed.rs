//! Short words as numbers: a list of them is searched without a call for each.
//!
//! Enters: words of up to seven bytes. Leaves: numbers that are equal where the words are. Never here: longer words; what a word means.

/// Longest word that has a number, bytes.
const LONGEST: usize = 7;

/// The word's number; 0, which no word has, where it is too long.
pub(crate) const fn packed(word: &[u8]) -> u64 {
    if word.len() > LONGEST {
        return 0;
    }
    // The 1 in front tells the length.
    let mut number = 1;
    let mut at = 0;
    while at < word.len() {
        number = number << 8 | word[at] as u64;
        at += 1;
    }
    number
}

/// The same of the word in small letters of ASCII.
pub(crate) const fn packed_small(word: &[u8]) -> u64 {
    if word.len() > LONGEST {
        return 0;
    }
    let mut number = 1;
    let mut at = 0;
    while at < word.len() {
        number = number << 8 | word[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    number
}

/// The numbers of a list, in order. A word that is too long does not compile.
pub(crate) const fn all<const COUNT: usize>(words: &[&[u8]]) -> [u64; COUNT] {
    let mut numbers = [0; COUNT];
    let mut place = 0;
    while place < COUNT {
        let number = packed(words[place]);
        assert!(number != 0, "a word of the list is too long");
        let mut slot = place;
        while slot > 0 && numbers[slot - 1] > number {
            numbers[slot] = numbers[slot - 1];
            slot -= 1;
        }
        numbers[slot] = number;
        place += 1;
    }
    numbers
}

/// Whether the number of a word stands in the numbers of a list.
pub(crate) fn stands_in(numbers: &[u64], number: u64) -> bool {
    numbers.binary_search(&number).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_as_their_numbers_do() {
        const WORDS: &[&[u8]] = &[b"gz", b"a", b"parquet", b"", b"tar"];
        const NUMBERS: [u64; WORDS.len()] = all(WORDS);
        assert!(NUMBERS.is_sorted());
        for word in WORDS {
            assert!(stands_in(&NUMBERS, packed(word)));
        }
        for word in [&b"g"[..], b"GZ", b"\0gz", b"parquets", b"tar\0"] {
            assert!(!stands_in(&NUMBERS, packed(word)), "{word:?}");
        }
        assert_eq!(packed_small(b"TaR"), packed(b"tar"));
    }
}
