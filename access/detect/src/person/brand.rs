//! Houses, brands and firms that carry somebody's name.
//!
//! Enters: a text and the place of what may be a name. Leaves: yes or no. Never here: people.

use crate::packed::{self, packed, stands_in};

/// Well-known houses and brands that carry a name. A column of people is told by all its cells, these among them.
const BRANDS: &[&[u8]] = &[
    b"Morgan Stanley",
    b"Charles Schwab",
    b"Raymond James",
    b"Dow Jones",
    b"Ralph Lauren",
    b"Calvin Klein",
    b"Tommy Hilfiger",
    b"Michael Kors",
    b"Kate Spade",
    b"Marc Jacobs",
    b"Jimmy Choo",
    b"Hugo Boss",
    b"Karl Lagerfeld",
    b"Louis Vuitton",
    b"Christian Dior",
    b"Yves Saint Laurent",
    b"Ted Baker",
    b"Laura Ashley",
    b"Harry Winston",
    b"Elizabeth Arden",
    b"Mary Kay",
    b"Dr Pepper",
    b"Dr. Pepper",
    b"Dr Martens",
    b"Dr. Martens",
    b"Dr Oetker",
    b"Dr. Oetker",
    b"Jack Daniel",
    b"Jim Beam",
    b"Johnnie Walker",
    b"Samuel Adams",
    b"Oscar Mayer",
    b"Sara Lee",
    b"Betty Crocker",
    b"Russell Stover",
    b"John Deere",
    b"Baker Hughes",
    b"Eli Lilly",
    b"Thomas Cook",
    b"Johns Hopkins",
    b"Carl Zeiss",
    b"Jack Wills",
    b"Edward Jones",
    b"Earl Grey",
    b"Lady Grey",
    b"Granny Smith",
    b"Bloody Mary",
    b"Captain Morgan",
    b"Jose Cuervo",
    b"Dom Perignon",
    b"Santa Claus",
    b"Mickey Mouse",
    b"Sherlock Holmes",
    b"Stella Artois",
];

/// Lengths of the brands by the last five bits of their first letter, a bit each.
static LENGTHS: [u32; 32] = {
    let mut lengths = [0; 32];
    let mut place = 0;
    while place < BRANDS.len() {
        let brand = BRANDS[place];
        lengths[(brand[0] & 31) as usize] |= 1 << (brand.len() % 32);
        place += 1;
    }
    lengths
};

/// Most brands that begin with one letter.
const OF_LETTER_MAX: usize = 12;
/// Places of the brands, counted from 1, by the last five bits of their first letter; 0 behind the last.
static OF_LETTER: [[u8; OF_LETTER_MAX]; 32] = {
    let mut places = [[0; OF_LETTER_MAX]; 32];
    let mut place = 0;
    while place < BRANDS.len() {
        let letter = (BRANDS[place][0] & 31) as usize;
        let mut slot = 0;
        while places[letter][slot] != 0 {
            slot += 1;
        }
        place += 1;
        places[letter][slot] = place as u8;
    }
    places
};

/// Whether the words are a house or a brand that carries somebody's name.
pub(super) fn is_brand(bytes: &[u8], at: usize, end: usize) -> bool {
    let name = bytes.get(at..end).unwrap_or_default();
    let first = name.first().map_or(0, |byte| byte & 31);
    LENGTHS[usize::from(first)] >> (name.len() % 32) & 1 == 1
        && OF_LETTER[usize::from(first)]
            .iter()
            .map_while(|place| BRANDS.get(usize::from(*place).checked_sub(1)?))
            .any(|brand| brand.eq_ignore_ascii_case(name))
}

/// Given names that colours are called by, and what such colours end in: `Hunter Green`, `Violet Grey`.
const TINTS: &[&[u8]] = &[
    b"Sienna",
    b"Violet",
    b"Ruby",
    b"Olive",
    b"Hazel",
    b"Amber",
    b"Jade",
    b"Scarlett",
    b"Scarlet",
    b"Ivory",
    b"Jasmine",
    b"Hunter",
    b"Ginger",
    b"Coral",
    b"Pearl",
    b"Ebony",
    b"Indigo",
    b"Lavender",
    b"Kelly",
    b"Crystal",
    b"Opal",
    b"Royal",
    b"Forest",
    b"Dusty",
    b"Misty",
    b"Stormy",
    b"Rusty",
    b"Cherry",
];
const COLOURS: &[&[u8]] = &[
    b"Green", b"Brown", b"White", b"Grey", b"Gray", b"Black", b"Gold", b"Silver", b"Red", b"Blue",
    b"Pink", b"Grove", b"Rose", b"Glow", b"Mist", b"Cream",
];

/// Whether the two words are a colour.
pub(super) fn is_colour(bytes: &[u8], at: usize, end: usize) -> bool {
    let name = bytes.get(at..end).unwrap_or_default();
    let Some(blank) = memchr::memchr(b' ', name) else {
        return false;
    };
    const NUMBERS: [u64; COLOURS.len()] = packed::all(COLOURS);
    let (one, other) = name.split_at(blank);
    other
        .get(1..)
        .is_some_and(|other| stands_in(&NUMBERS, packed(other)))
        && TINTS.contains(&one)
}

/// Whether a name goes on as that of a firm: `Levi Strauss & Co.`.
pub(super) fn is_firm(after: &[u8]) -> bool {
    let kinds: [&[u8]; 6] = [
        b"Co",
        b"Sons",
        b"Partners",
        b"Bros",
        b"Associates",
        b"Brothers",
    ];
    after
        .strip_prefix(b" & ")
        .or_else(|| after.strip_prefix(b" and "))
        .is_some_and(|rest| kinds.iter().any(|kind| rest.starts_with(kind)))
}
