//! Whole cells that are an address, wherever in the world.
//!
//! Enters: one cell. Leaves: whether it is written like an address. Never here: addresses inside prose; whether one exists.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Longest cell looked at, bytes.
const BYTES_MAX: usize = 240;

/// Words that a street or its parts are called by, lower case.
static STREETS: LazyLock<Streets> = LazyLock::new(|| {
    let words = include_str!("../../data/streets.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_ascii_whitespace);
    Streets::of(words)
});

/// A list of words, most others of which one look at the first byte and the length tells.
struct Streets {
    words: HashSet<&'static str>,
    /// Lengths of the words by their first byte, a bit each.
    lengths: [u64; 256],
}

impl Streets {
    fn of(words: impl Iterator<Item = &'static str>) -> Self {
        let mut streets = Self {
            words: words.collect(),
            lengths: [0; 256],
        };
        for word in &streets.words {
            if let Some(first) = word.bytes().next() {
                streets.lengths[usize::from(first)] |= bit(word.len());
            }
        }
        streets
    }

    fn contains(&self, word: &str) -> bool {
        let first = word.bytes().next();
        first.is_some_and(|first| self.lengths[usize::from(first)] & bit(word.len()) != 0)
            && self.words.contains(word)
    }
}

/// A length as a bit; those beyond share the last.
const fn bit(length: usize) -> u64 {
    1 << if length < 63 { length } else { 63 }
}

/// Ends of words that are a street's name in German, Dutch, the Nordic languages and Finnish.
const ENDINGS: &[&str] = &[
    "straße", "strasse", "str.", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer",
    "markt", "steig", "pfad", "chaussee", "graben", "zeile", "straat", "laan", "plein", "gracht",
    "kade", "singel", "dreef", "steeg", "dijk", "gatan", "gata", "vägen", "väg", "gränd", "stigen",
    "torget", "torg", "vej", "gade", "stræde", "plads", "torv", "veien", "vegen", "gate", "katu",
    "tie", "kuja", "polku", "tori", "kaari", "väylä",
];

/// The last two bytes of those, five bits each: what does not end so needs no look.
static LAST: [u32; 32] = {
    let mut last = [0; 32];
    let mut place = 0;
    while place < ENDINGS.len() {
        let (row, column) = ending(ENDINGS[place].as_bytes());
        last[row] |= 1 << column;
        place += 1;
    }
    last
};

/// Longest word whose capitals are made small without a copy of its own, bytes.
const SMALL: usize = 32;

/// Five bits of the last byte, and of the one before it.
const fn ending(word: &[u8]) -> (usize, u32) {
    match word {
        [.., before, last] => ((*last & 31) as usize, (*before & 31) as u32),
        _ => (0, 0),
    }
}

/// What Thai, Lao and Khmer write without a blank before a street's name.
const PIECES: &[&str] = &[
    "ถนน",
    "ซอย",
    "หมู่",
    "ตำบล",
    "อำเภอ",
    "แขวง",
    "บ้านเลขที่",
    "ຖະໜົນ",
];

/// What one word of a cell could be.
#[derive(Clone, Copy, Default)]
struct Seen {
    streets: u32,
    houses: u32,
    postcodes: u32,
    capitals: u32,
    words: u32,
}

/// Whether the cell is an address: a street and a number, or a number and a postal code in parts of their own, or the districts of East
/// Asia and a number.
pub(crate) fn is_address(text: &str) -> bool {
    if text.len() > BYTES_MAX || text.len() < 6 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return !text.is_ascii() && text.len() <= BYTES_MAX && is_east_asian(text);
    }
    let marked = |byte: u8| matches!(byte, b'@' | b'{' | b'}' | b'=' | b';');
    if text.bytes().any(marked) || text.contains(':') && text.contains("://") {
        return false;
    }
    if !text.is_ascii() && (is_east_asian(text) || is_korean(text)) {
        return true;
    }
    let parts: Vec<Seen> = text.split([',', '\n', '،', '、']).map(part).collect();
    let sum = |of: fn(&Seen) -> u32| parts.iter().map(of).sum::<u32>();
    let (streets, houses, postcodes) = (
        sum(|seen| seen.streets),
        sum(|seen| seen.houses),
        sum(|seen| seen.postcodes),
    );
    let pieces = !text.is_ascii() && PIECES.iter().any(|piece| text.contains(piece));
    if streets > 0 || pieces {
        let numbered = houses + postcodes > 0 && sum(|seen| seen.words) >= 1;
        return numbered && !(houses >= 2 && is_of_shelf(text));
    }
    // `Palackého 870, 755 38 Liberec`: a name with a number, and a postal code with a name.
    let house = parts
        .iter()
        .position(|seen| seen.houses == 1 && seen.capitals >= 1 && seen.words <= 5);
    let town = parts
        .iter()
        .rposition(|seen| seen.postcodes >= 1 && seen.capitals >= 1 && seen.words <= 4);
    matches!((house, town), (Some(house), Some(town)) if house != town) && houses <= 3
}

/// `Rua 11, nível 4, posição 181`: two words at least for the parts of a store.
fn is_of_shelf(text: &str) -> bool {
    const PARTS: &[&str] = &[
        "nível",
        "nivel",
        "posição",
        "posicao",
        "posición",
        "posicion",
        "position",
        "posizione",
        "pozycja",
        "estante",
        "prateleira",
        "corredor",
        "pasillo",
        "corridoio",
        "regal",
        "regał",
        "fach",
        "ebene",
        "shelf",
        "aisle",
        "rack",
        "bin",
        "bay",
        "level",
        "niveau",
        "emplacement",
        "étagère",
        "rayon",
        "scaffale",
        "corsia",
        "ripiano",
        "livello",
        "półka",
        "polc",
        "hylla",
        "hylle",
        "reol",
        "plads",
        "módulo",
        "modulo",
        "gaveta",
        "pallet",
        "palete",
    ];
    let small = text.to_lowercase();
    let words = small.split(|sign: char| !sign.is_alphanumeric());
    words.filter(|word| PARTS.contains(word)).count() >= 2
}

fn part(text: &str) -> Seen {
    let mut seen = Seen::default();
    let mut words = text
        .split([' ', '\t', '\u{a0}'])
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 {
            seen.streets += u32::from(is_street(word) && word.chars().count() > 1);
            seen.words += u32::from(word.chars().any(char::is_alphabetic));
            seen.capitals += u32::from(word.chars().next().is_some_and(|first| {
                first.is_uppercase() || (first.is_alphabetic() && !first.is_lowercase())
            }));
            continue;
        }
        // `755 38`, `7161 TX`: a postal code in two words.
        let next = words.peek().copied().unwrap_or("");
        let split = is_digits(word)
            && ((digits == 3 && next.len() == 2 && is_digits(next))
                || (digits == 4
                    && next.len() == 2
                    && next.bytes().all(|byte| byte.is_ascii_uppercase())));
        if split || is_postcode(word) {
            seen.postcodes += 1;
        } else if is_house(word, digits) {
            seen.houses += 1;
        }
    }
    seen
}

/// Whether a street or its part is called by the word, or its name ends with such a word.
pub(super) fn is_street(word: &str) -> bool {
    let bare = word.trim_matches(['(', ')', '"', '\'']);
    // `Grand-Rue`
    let bare = match bare.rsplit_once('-') {
        Some((_, last)) if last.len() >= 3 => last,
        _ => bare,
    };
    let mut small = [0; SMALL];
    match small.get_mut(..bare.len()) {
        Some(small) if bare.is_ascii() => {
            small.copy_from_slice(bare.as_bytes());
            small.make_ascii_lowercase();
            std::str::from_utf8(small).is_ok_and(is_small_street)
        }
        _ => is_small_street(&bare.to_lowercase()),
    }
}

/// The same of a word in small letters.
fn is_small_street(word: &str) -> bool {
    let (row, column) = ending(word.as_bytes());
    STREETS.contains(word)
        || LAST[row] >> column & 1 == 1
            && ENDINGS
                .iter()
                .any(|ending| word.len() > ending.len() && word.ends_with(ending))
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `10969`, `637929`, `63-014`, `7815-211`, `3923VQ`, `D-10115`, `7596296`.
fn is_postcode(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '.', '〒']);
    let abroad = word.split_once('-').filter(|(head, _)| {
        (1..=2).contains(&head.len()) && head.bytes().all(|byte| byte.is_ascii_uppercase())
    });
    let word = abroad.map_or(word, |(_, tail)| tail);
    let bytes = word.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    // `L-1550`: behind a country's letter four digits will do.
    if abroad.is_some() && digits == 4 && bytes.len() == 4 {
        return true;
    }
    match bytes.len() {
        5..=7 if digits == bytes.len() => true,
        6 if digits == 5 => bytes.get(2) == Some(&b'-'),
        8 if digits == 7 => {
            matches!(bytes.get(3), Some(b'-')) || matches!(bytes.get(4), Some(b'-'))
        }
        9 if digits == 8 => bytes.get(5) == Some(&b'-'),
        6 if digits == 4 => bytes.iter().skip(4).all(u8::is_ascii_uppercase),
        _ => false,
    }
}

/// `12`, `12a`, `162/57`, `55.`, `No:106`, `14-B`, `12–14`.
fn is_house(word: &str, digits: usize) -> bool {
    let letters = word
        .chars()
        .filter(|character| character.is_alphabetic())
        .count();
    digits <= 8
        && letters <= 3
        && word.chars().count() <= 10
        && !word.contains(['%', '$', '€', '£', '+'])
        && word.matches('.').count() <= 1
        && !word.contains(".0")
}

/// `東京都渋谷区八幡町9-27-20`, `广东省深圳市福田区南京西路166号7栋1565室`: two kinds of district, or one with a street, and a number.
fn is_east_asian(text: &str) -> bool {
    const DISTRICTS: &[char] = &[
        '省', '市', '区', '區', '县', '縣', '県', '郡', '都', '府', '村', '州',
    ];
    const STREETS: &[char] = &[
        '路', '街', '巷', '弄', '号', '號', '町', '栋', '棟', '丁', '番', '段', '里', '镇', '鎮',
        '乡', '道',
    ];
    let kinds = |list: &[char]| list.iter().filter(|sign| text.contains(**sign)).count();
    let (districts, streets) = (kinds(DISTRICTS), kinds(STREETS));
    let numbered = text.contains(|character: char| {
        character.is_numeric() || "一二三四五六七八九十".contains(character)
    });
    numbered && districts >= 1 && districts + streets >= 2 && !text.contains(['。', '！', '？'])
}

/// `서울특별시 강남구 충장로 216`: words that end as districts and streets do, and a number.
fn is_korean(text: &str) -> bool {
    let ends = |list: &[char]| {
        text.split([' ', ','])
            .filter(|word| word.chars().count() >= 2 && word.ends_with(list))
            .count()
    };
    let districts = ends(&['시', '도', '구', '군', '동', '읍', '면']);
    let streets = ends(&['로', '길', '동', '리', '가']);
    districts >= 1 && districts + streets >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_world() {
        for text in [
            "Lindenstraße 12, 10969 Berlin",
            "12 bis rue de la Paix, 75002 Paris",
            "Calle Mayor, 5, 3º B, 28013 Madrid",
            "ul. Marszałkowska 10/12, 00-590 Warszawa",
            "Vinohradská 12, 120 00 Praha",
            "Mannerheimintie 5 A 3, 00100 Helsinki",
            "Kossuth Lajos utca 5. 2. em.",
            "г. Москва, ул. Тверская, д. 7, кв. 12",
            "Οδός Ερμού 5, Αθήνα",
            "5 شارع التحرير، القاهرة",
            "רחוב הרצל 3, תל אביב",
            "मकान 5, महात्मा गांधी मार्ग, दिल्ली - 110001",
            "12/3 ถนนสุขุมวิท กรุงเทพ 10110",
            "서울특별시 종로구 세종대로 175",
            "北京市朝阳区建国路88号",
            "東京都千代田区丸の内1-1-1",
            "Số 5 đường Lê Lợi, Quận 1",
            "Atatürk Cad. No:5 D:2, 34000 İstanbul",
            "Prinsengracht 263, 1016 GV Amsterdam",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "registered office",
            "45 cm, model AB-1",
            "Order 5, 10000 units",
            "2026-03-19 06:18:10,732 WARN mailer",
            "worker-2 processed 888 rows in 78s",
            "12.5, 48.1",
            "iPhone 12, 64 GB",
            "订单817299延迟8天。",
            "PO4876870",
            "https://example.com/via/12",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
