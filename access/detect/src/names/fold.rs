//! Letters without what differs between spellings of one name: case, accents, vowel marks, lengthening.
//!
//! Enters: a word. Leaves: its letters, folded. Never here: transliteration; a name in two scripts is two names.

/// Letters under the accents of U+0100 to U+017F, in order.
pub(super) const EXTENDED: &[u8; 128] =
    b"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The letter under an accent: second byte of U+00E0…U+00FF in UTF-8.
pub(super) const fn plain(second: u8) -> u8 {
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

/// Every letter of the word, folded.
pub(crate) fn folded(word: &str, mut push: impl FnMut(char)) {
    for character in word.chars() {
        match character {
            '\0'..='\x7f' => push(character.to_ascii_lowercase()),
            'ß' => {
                push('s');
                push('s');
            }
            'ð' | 'Ð' => push('d'),
            'þ' | 'Þ' => {
                push('t');
                push('h');
            }
            'À'..='ÿ' => {
                // U+00C0 to U+00FF: the second byte in UTF-8 is the code less 0x40.
                let second = (character as u32 as u8).wrapping_sub(0x40) | 0x20;
                push(char::from(plain(second)));
            }
            'Ā'..='ſ' => {
                let place = character as usize - 0x100;
                push(char::from(EXTENDED.get(place).copied().unwrap_or(b'?')));
            }
            'Ơ' | 'ơ' => push('o'),
            'Ư' | 'ư' => push('u'),
            'Ə' | 'ə' => push('a'),
            'Ș' | 'ș' => push('s'),
            'Ț' | 'ț' => push('t'),
            'Ạ'..='ặ' => push('a'),
            'Ẹ'..='ệ' => push('e'),
            'Ỉ'..='ị' => push('i'),
            'Ọ'..='ợ' => push('o'),
            'Ụ'..='ự' => push('u'),
            'Ỳ'..='ỹ' => push('y'),
            // Accents of their own, vowel marks, lengthening, joiners.
            '\u{300}'..='\u{36f}'
            | '\u{5b0}'..='\u{5c7}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{200c}'..='\u{200d}' => {}
            'أ' | 'إ' | 'آ' | 'ٱ' => push('ا'),
            'ى' | 'ی' => push('ي'),
            'ک' => push('ك'),
            'ة' => push('ه'),
            'Ё' | 'ё' => push('е'),
            'ά' | 'Ά' => push('α'),
            'έ' | 'Έ' => push('ε'),
            'ή' | 'Ή' => push('η'),
            'ί' | 'Ί' | 'ϊ' | 'ΐ' => push('ι'),
            'ό' | 'Ό' => push('ο'),
            'ύ' | 'Ύ' | 'ϋ' | 'ΰ' => push('υ'),
            'ώ' | 'Ώ' => push('ω'),
            'ς' => push('σ'),
            _ => character.to_lowercase().for_each(&mut push),
        }
    }
}
