//! Which script a letter is of, as far as it decides how names are parted.
//!
//! Enters: a character, or bytes. Leaves: its script. Never here: languages.

use crate::fold::beyond_ascii;

/// Scripts, by how words are parted in them and how a name begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin, Greek, Cyrillic, Armenian: names have capitals.
    Cased,
    /// Arabic, Hebrew, India's, Georgian, Ethiopic: words are parted, and that is all.
    Spaced,
    /// Thai, Lao, Khmer, Burmese: blanks part phrases, and names.
    Thai,
    /// Han and kana.
    Han,
    /// Korean.
    Hangul,
    /// No letter.
    None,
}

impl Script {
    pub(super) const fn of(character: char) -> Self {
        match character {
            'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}' => Self::Cased,
            '\u{590}'..='\u{dff}' | '\u{10a0}'..='\u{10ff}' | '\u{1200}'..='\u{137f}' => {
                Self::Spaced
            }
            '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Self::Thai,
            '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' => Self::Han,
            '\u{ac00}'..='\u{d7a3}' => Self::Hangul,
            _ => Self::None,
        }
    }
}

/// Marks that belong to the letter before: vowels, viramas, accents, joiners.
pub(super) const fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{64b}'..='\u{65f}'
            | '\u{900}'..='\u{dff}'
            | '\u{e31}'..='\u{e4e}'
            | '\u{200c}'
            | '\u{200d}'
    )
}

/// Whether any letter is beyond Latin ones: Greek is the first script in UTF-8 after them.
pub(crate) fn is_beyond_latin(bytes: &[u8]) -> bool {
    let mut at = 0;
    loop {
        at = beyond_ascii(bytes, at);
        match bytes.get(at..) {
            Some([0xce..=0xdf | 0xe0 | 0xe3..=0xed, _, ..]) => return true,
            Some([0xe1, next, ..]) if !(0xb8..=0xbf).contains(next) => return true,
            Some([_, ..]) => at += 1,
            Some([]) | None => return false,
        }
    }
}
