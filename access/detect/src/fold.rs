//! Signs that stand for plain ones: full-width letters, digits of other scripts, blanks and dashes of print.
//!
//! Enters: a text. Leaves: the text in plain signs, and where each of its bytes came from. Never here: letters of any language.

/// A text in plain signs.
#[derive(Debug)]
pub(super) struct Plain {
    /// The text.
    pub text: String,
    /// For each byte of it, and for its end, the place in the text it was made from.
    from: Vec<usize>,
}

impl Plain {
    /// Where in the original the byte at `at` came from.
    pub fn origin(&self, at: usize) -> usize {
        self.from.get(at).copied().unwrap_or(0)
    }
}

/// Whether any sign of the text stands for a plain one: one look at its lead bytes.
pub(super) fn has_signs(bytes: &[u8]) -> bool {
    // U+00A0 and U+00AD; U+0660 and U+06F0; U+0966 and U+0E50; U+2000 to U+206F, U+2212; U+3000; U+FE58 to U+FF5E.
    bytes
        .iter()
        .any(|byte| matches!(byte, 0xc2 | 0xd9 | 0xdb | 0xe0 | 0xe2 | 0xe3 | 0xef))
        && {
            let text = String::from_utf8_lossy(bytes);
            text.chars().any(|character| plain(character).is_some())
        }
}

/// The text in plain signs.
pub(super) fn folded(text: &str) -> Plain {
    let mut out = Plain {
        text: String::with_capacity(text.len()),
        from: Vec::with_capacity(text.len() + 1),
    };
    for (at, character) in text.char_indices() {
        let sign = plain(character).unwrap_or(Some(character));
        if let Some(sign) = sign {
            out.text.push(sign);
            out.from.resize(out.text.len(), at);
        }
    }
    out.from.push(text.len());
    out
}

/// What the sign stands for: none if for itself, none inside if for nothing.
const fn plain(character: char) -> Option<Option<char>> {
    Some(match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0),
        '\u{660}'..='\u{669}' => char::from_u32(character as u32 - 0x660 + '0' as u32),
        '\u{6f0}'..='\u{6f9}' => char::from_u32(character as u32 - 0x6f0 + '0' as u32),
        '\u{966}'..='\u{96f}' => char::from_u32(character as u32 - 0x966 + '0' as u32),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Some('-'),
        '\u{fe6b}' => Some('@'),
        '\u{e50}'..='\u{e59}' => char::from_u32(character as u32 - 0xe50 + '0' as u32),
        '\u{2024}' => Some('.'),
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => None,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_print_become_plain_and_keep_their_place() {
        let text = "４111\u{a0}1111–1111 1\u{200b}111 é";
        assert!(has_signs(text.as_bytes()));
        let plain = folded(text);
        assert_eq!(plain.text, "4111 1111-1111 1111 é");
        assert_eq!(plain.origin(0), 0);
        assert_eq!(plain.origin(1), 3);
        assert_eq!(plain.origin(plain.text.len()), text.len());
        assert!(!has_signs("Zoë’s café".as_bytes()));
    }
}
