//! Words that say what comes next: `passport number`, `DOB`, `src=`, `Zeuge`.
//!
//! Enters: a word. Leaves: what it announces. Never here: the value announced; words of scripts without Latin letters (`speech.rs`).

use std::sync::LazyLock;

use super::Label;

mod words;

/// What a word says about the next value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// A value of that label.
    Value(Label),
    /// A person, surely.
    Person,
    /// A person, unless it begins a title: `Customer Success Lead`, `Nurse Practitioner`, `Dear Sir`.
    PersonOrTitle,
    /// A person, perhaps.
    PersonPerhaps,
    /// Nothing by itself: what was said before still holds (`number`, `is`).
    Filler,
}

/// Longest word that says anything, bytes.
const LONGEST: usize = 14;
/// Slots of the table, a power of two well above the number of words.
const SLOTS: usize = 2048;

/// The words by hash; of two in one slot the second stands in the next.
static TABLE: LazyLock<Vec<Option<(&'static str, Says)>>> = LazyLock::new(|| {
    let mut table = vec![None; SLOTS];
    for (list, says) in words::LISTS {
        for word in list.split_ascii_whitespace() {
            let mut slot = slot(word.as_bytes());
            while table.get(slot).is_some_and(Option::is_some) {
                slot = (slot + 1) % SLOTS;
            }
            if let Some(free) = table.get_mut(slot) {
                *free = Some((word, *says));
            }
        }
    }
    table
});

/// All words that say anything, in lower case, and what they say.
pub(super) fn words() -> impl Iterator<Item = (&'static str, Says)> {
    let lists = words::LISTS.iter();
    lists.flat_map(|(list, says)| list.split_ascii_whitespace().map(|word| (word, *says)))
}

/// FNV-1a over the word in ASCII lower case.
fn slot(word: &[u8]) -> usize {
    let hash = word.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3_u64)
    });
    ((hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % SLOTS
}

/// What the word says, whatever its case.
pub(super) fn says(word: &[u8]) -> Option<Says> {
    if word.len() > LONGEST || word.len() < 2 {
        return None;
    }
    let mut slot = slot(word);
    while let Some((held, says)) = TABLE.get(slot)? {
        if held.as_bytes().eq_ignore_ascii_case(word) {
            return Some(*says);
        }
        slot = (slot + 1) % SLOTS;
    }
    None
}

/// Whether any word of that length begins with those two letters: one look-up instead of a hash.
pub(super) fn may_say(word: &[u8]) -> bool {
    match word {
        [first, second, ..] if word.len() <= LONGEST && first.is_ascii_alphabetic() => {
            LENGTHS[begins(*first, *second)] >> word.len() & 1 == 1
        }
        _ => false,
    }
}

/// Places for two first letters: the second may be of another alphabet.
const PAIRS: usize = 26 * 27;

/// Lengths of the words by their two first letters, a bit each.
static LENGTHS: [u16; PAIRS] = lengths();

const fn begins(first: u8, second: u8) -> usize {
    let second = match second.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => letter - b'a',
        _ => 26,
    };
    // Below 26 by the callers, and by the lists' test; the rest of a division keeps it so.
    ((first.to_ascii_lowercase() - b'a') % 26) as usize * 27 + second as usize
}

/// Words begin with an ASCII letter and are parted by white space; the lists say so in their tests.
const fn lengths() -> [u16; PAIRS] {
    let mut lengths = [0_u16; PAIRS];
    let mut list = 0;
    while list < words::LISTS.len() {
        let bytes = words::LISTS[list].0.as_bytes();
        let (mut at, mut start) = (0, 0);
        while at <= bytes.len() {
            if at == bytes.len() || bytes[at].is_ascii_whitespace() {
                if at > start + 1 {
                    lengths[begins(bytes[start], bytes[start + 1])] |= 1 << (at - start);
                }
                start = at + 1;
            }
            at += 1;
        }
        list += 1;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_quick_look_never_misses_a_word() {
        let mut seen = HashSet::new();
        for (list, want) in words::LISTS {
            for word in list.split_ascii_whitespace() {
                assert!(seen.insert(word), "{word} stands twice");
                assert!((2..=LONGEST).contains(&word.len()), "{word} is too long");
                assert_eq!(says(word.as_bytes()), Some(*want), "{word}");
                assert_eq!(
                    says(word.to_ascii_uppercase().as_bytes()),
                    Some(*want),
                    "{word}"
                );
                assert!(may_say(word.as_bytes()), "{word}");
            }
        }
        assert!(seen.len() * 2 < SLOTS);
        for word in ["passports", "x", "", "thenumber", "Ünit"] {
            assert!(says(word.as_bytes()).is_none(), "{word}");
        }
    }
}
