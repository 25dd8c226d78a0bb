//! Dictionaries of given names, family names and street words, looked up by hash.
//!
//! Enters: a word. Leaves: which dictionaries have it. Never here: a claim that the word is a name; `person.rs` weighs that.

use std::sync::LazyLock;

use super::work::looked;

mod family;
mod given;
mod street;
mod world;

/// The word is a given name.
pub const GIVEN: u8 = 1;
/// The word is a family name.
pub const FAMILY: u8 = 2;
/// The word ends a street's name.
pub const STREET: u8 = 4;

/// Slots of the table, a power of two well above the number of words.
const SLOTS: usize = 32_768;

/// Half a hash is kept of each word: the table stays in the cache, and two words in some hundred thousand share one.
struct Table {
    keys: Vec<u32>,
    flags: Vec<u8>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        keys: vec![0; SLOTS],
        flags: vec![0; SLOTS],
    };
    for (words, flag) in [
        (given::NAMES, GIVEN),
        (family::NAMES, FAMILY),
        (street::WORDS, STREET),
        (world::GIVEN, GIVEN),
        (world::FAMILY, FAMILY),
    ] {
        for word in words.split_ascii_whitespace() {
            table.insert(hash(word.as_bytes()), flag);
        }
    }
    table
});

impl Table {
    fn slot(&self, hash: u64) -> usize {
        let key = hash as u32;
        let mut slot = (hash >> 32) as usize % SLOTS;
        while self
            .keys
            .get(slot)
            .is_some_and(|held| *held != 0 && *held != key)
        {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }

    fn insert(&mut self, hash: u64, flag: u8) {
        let slot = self.slot(hash);
        if let (Some(held), Some(flags)) = (self.keys.get_mut(slot), self.flags.get_mut(slot)) {
            *held = hash as u32;
            *flags |= flag;
        }
    }
}

/// Which dictionaries have the word, whatever its case and accents; 0 for none.
pub fn lookup(word: &[u8]) -> u8 {
    let hash = hash(word);
    let table = &*TABLE;
    let slot = table.slot(hash);
    match table.keys.get(slot) {
        Some(held) if *held == hash as u32 => table.flags.get(slot).copied().unwrap_or(0),
        _ => 0,
    }
}

/// A number for a text, to tell whether two differ.
pub(super) fn key(text: &[u8]) -> u64 {
    hash(text)
}

/// Letters under the accents of U+0100 to U+017F, in order.
const EXTENDED: &[u8; 128] = b"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// FNV-1a over the word in lower case, Latin accents dropped. Neither half is ever 0.
fn hash(word: &[u8]) -> u64 {
    looked(word.len());
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut push = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let mut bytes = word.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            0xc3 => match bytes.next() {
                Some(0x9f) => {
                    push(b's');
                    push(b's');
                }
                Some(next) => push(plain(next | 0x20)),
                None => push(byte),
            },
            0xc4 | 0xc5 => {
                let place = usize::from(byte & 1) << 6
                    | usize::from(bytes.next().copied().unwrap_or(0) & 0x3f);
                push(EXTENDED.get(place).copied().unwrap_or(byte));
            }
            _ => push(byte.to_ascii_lowercase()),
        }
    }
    hash | 1
}

/// The letter under an accent: second byte of U+00E0…U+00FF in UTF-8.
const fn plain(second: u8) -> u8 {
    match second {
        0xa0..=0xa6 => b'a',
        0xa7 => b'c',
        0xa8..=0xab => b'e',
        0xac..=0xaf => b'i',
        0xb1 => b'n',
        0xb2..=0xb6 | 0xb8 => b'o',
        0xb9..=0xbc => b'u',
        0xbd | 0xbf => b'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (word, flag) in [
            ("John", GIVEN),
            ("JOSÉ", GIVEN),
            ("josé", GIVEN),
            ("García", FAMILY),
            ("Müller", FAMILY),
            ("Street", STREET),
            ("Zieliński", FAMILY),
        ] {
            assert_eq!(lookup(word.as_bytes()) & flag, flag, "{word}");
        }
        for word in ["", "sneaker", "pending", "perfume"] {
            assert_eq!(lookup(word.as_bytes()), 0, "{word}");
        }
    }

    #[test]
    fn the_table_stays_sparse() {
        assert!(TABLE.keys.iter().filter(|key| **key != 0).count() * 2 < SLOTS);
    }
}
