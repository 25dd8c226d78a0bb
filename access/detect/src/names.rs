//! Dictionaries of given names, family names and street words, looked up by hash: a small one for every word of a text, and one of all
//! languages and scripts for the cells that vote.
//!
//! Enters: a word. Leaves: which dictionaries have it. Never here: a claim that the word is a name; `person.rs` weighs that.

use std::sync::LazyLock;

use super::work::looked;
pub(super) use fold::folded;

mod family;
mod fold;
mod given;
mod street;
mod world;

/// The word is a given name.
pub const GIVEN: u8 = 1;
/// The word is a family name.
pub const FAMILY: u8 = 2;
/// The word ends a street's name.
pub const STREET: u8 = 4;

/// The word is a common word, or the name is one too: a thing, a colour, a profession.
pub const COMMON: u8 = 8;
/// The name is a city, a region or a country too.
pub const PLACE: u8 = 16;
/// The word is one of English prose too.
pub const WORD: u8 = 32;

/// Slots of the small table, a power of two well above the number of words.
const SLOTS: usize = 32_768;
/// Slots of the table of all languages.
const WIDE_SLOTS: usize = 524_288;

/// Half a hash is kept of each word: the table stays in the cache, and two words in some hundred thousand share one.
struct Table<const SLOTS: usize> {
    keys: Vec<u32>,
    flags: Vec<u8>,
}

/// Words of English, German, French and Spanish prose, and the frequent ones of the world.
const NARROW: [(&str, u8); 5] = [
    (given::NAMES, GIVEN),
    (family::NAMES, FAMILY),
    (street::WORDS, STREET),
    (world::GIVEN, GIVEN),
    (world::FAMILY, FAMILY),
];

static TABLE: LazyLock<Table<SLOTS>> = LazyLock::new(|| {
    let mut table = Table::empty();
    for (words, flag) in NARROW {
        for word in words.split_ascii_whitespace() {
            table.insert(hash(word.as_bytes()), flag);
        }
    }
    table
});

static WIDE: LazyLock<Table<WIDE_SLOTS>> = LazyLock::new(|| {
    let mut table = Table::empty();
    let lists = [
        (include_str!("../data/names/given.txt"), GIVEN),
        (include_str!("../data/names/family.txt"), FAMILY),
        (include_str!("../data/names/both.txt"), GIVEN | FAMILY),
        (include_str!("../data/names/words.txt"), COMMON),
        (include_str!("../data/names/things.txt"), COMMON),
        (include_str!("../data/names/places.txt"), PLACE),
        (include_str!("../data/names/cities.txt"), PLACE),
        (include_str!("../data/names/english.txt"), WORD),
    ];
    let lines = lists.iter().flat_map(|(text, flag)| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| (line, *flag))
    });
    for (line, flag) in lines.chain(NARROW.iter().map(|(words, flag)| (*words, *flag))) {
        for word in line.split_ascii_whitespace() {
            // Of several words only cities are listed: `san_jose`.
            table.insert(wide_hash(&word.replace('_', " ")), flag);
        }
    }
    table
});

impl<const SLOTS: usize> Table<SLOTS> {
    fn empty() -> Self {
        Self {
            keys: vec![0; SLOTS],
            flags: vec![0; SLOTS],
        }
    }

    fn flags(&self, hash: u64) -> u8 {
        let slot = self.slot(hash);
        match self.keys.get(slot) {
            Some(held) if *held == hash as u32 => self.flags.get(slot).copied().unwrap_or(0),
            _ => 0,
        }
    }

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

/// Which of the small dictionaries have the word, whatever its case and accents; 0 for none.
pub fn lookup(word: &[u8]) -> u8 {
    TABLE.flags(hash(word))
}

/// Which dictionaries of all languages have the word, whatever its case and accents; 0 for none.
pub fn wide(word: &str) -> u8 {
    WIDE.flags(wide_hash(word))
}

/// FNV-1a over the word as `folded` writes it.
fn wide_hash(word: &str) -> u64 {
    looked(word.len());
    if word.is_ascii() {
        let small = word.bytes().map(|byte| byte.to_ascii_lowercase());
        return small.fold(OFFSET, step) | 1;
    }
    let mut hash = OFFSET;
    let mut bytes = [0; 4];
    folded(word, |character| {
        for byte in character.encode_utf8(&mut bytes).bytes() {
            hash = step(hash, byte);
        }
    });
    hash | 1
}

/// FNV-1a: its start.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: one byte.
const fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// A number for a text, to tell whether two differ.
pub(super) fn key(text: &[u8]) -> u64 {
    hash(text)
}

/// FNV-1a over the word in lower case, Latin accents dropped. Neither half is ever 0.
fn hash(word: &[u8]) -> u64 {
    looked(word.len());
    let mut hash = OFFSET;
    let mut push = |byte: u8| hash = step(hash, byte);
    let mut bytes = word.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            0xc3 => match bytes.next() {
                Some(0x9f) => {
                    push(b's');
                    push(b's');
                }
                Some(next) => push(fold::plain(next | 0x20)),
                None => push(byte),
            },
            0xc4 | 0xc5 => {
                let place = usize::from(byte & 1) << 6
                    | usize::from(bytes.next().copied().unwrap_or(0) & 0x3f);
                push(fold::EXTENDED.get(place).copied().unwrap_or(byte));
            }
            _ => push(byte.to_ascii_lowercase()),
        }
    }
    hash | 1
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
    fn every_script_is_read_whatever_its_case_and_marks() {
        for (word, flag) in [
            ("Иван", GIVEN),
            ("ИВАНОВ", FAMILY),
            ("Παπαδόπουλος", FAMILY),
            ("ΠΑΠΑΔΟΠΟΥΛΟΣ", FAMILY),
            ("Nguyễn", FAMILY),
            ("王", FAMILY),
            ("佐藤", FAMILY),
            ("김", FAMILY),
            ("Zieliński", FAMILY),
            ("Olive", COMMON),
            ("Houston", PLACE),
            ("San José", PLACE),
            ("Biscuit", WORD),
        ] {
            assert_eq!(wide(word) & flag, flag, "{word}");
        }
        for word in ["", "Frobnicate", "заказ", "Ειδοποίηση"] {
            assert_eq!(wide(word), 0, "{word}");
        }
    }

    #[test]
    fn the_table_stays_sparse() {
        assert!(TABLE.keys.iter().filter(|key| **key != 0).count() * 2 < SLOTS);
        assert!(WIDE.keys.iter().filter(|key| **key != 0).count() * 2 < WIDE_SLOTS);
    }
}
