//! Signs that stand for plain ones: full-width letters, digits of other scripts, blanks and dashes of print.
//!
//! Enters: a text. Leaves: the text in plain signs, and where each of its bytes came from. Never here: letters of any language.

/// A text in plain signs.
#[derive(Debug)]
pub(super) struct Plain<'a> {
    /// The text.
    pub text: String,
    /// The text it was made from.
    original: &'a str,
    /// Places in it, in order, and in the original, from which on the two run side by side.
    places: Vec<(usize, usize)>,
}

impl Plain<'_> {
    /// Where in the original the byte at `at` came from.
    pub fn origin(&self, at: usize) -> usize {
        if at >= self.text.len() {
            return if at == self.text.len() {
                self.original.len()
            } else {
                0
            };
        }
        let next = self.places.partition_point(|(plain, _)| *plain <= at);
        let place = next.checked_sub(1).and_then(|last| self.places.get(last));
        let mut origin = place.map_or(at, |(plain, original)| original + (at - plain));
        // All bytes of a character came from its first.
        while !self.original.is_char_boundary(origin) {
            origin -= 1;
        }
        origin
    }
}

/// Whether all bytes are of ASCII. No early end, so that many are looked at together.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |all, byte| all | byte) < 0x80
}

/// A byte beyond ASCII in each lane.
const BEYOND: u64 = 0x8080_8080_8080_8080;

/// The place of the first byte beyond ASCII from `at` on; the text's end if there is none.
pub(super) fn beyond_ascii(bytes: &[u8], mut at: usize) -> usize {
    while let Some(Ok(lanes)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let beyond = u64::from_le_bytes(lanes) & BEYOND;
        if beyond != 0 {
            return at + (beyond.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let place = rest.iter().position(|byte| !byte.is_ascii());
    place.map_or(bytes.len(), |place| at + place)
}

/// The first sign from `from` on that stands for a plain one, or for nothing: its place, how many bytes it has, and for what it stands.
fn sign(text: &str, from: usize) -> Option<(usize, usize, Option<char>)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at = beyond_ascii(bytes, at);
        // U+00A0 and U+00AD; U+0660 and U+06F0; U+0966 and U+0E50; U+2000 to U+206F, U+2212; U+3000; U+FE58 to U+FF5E.
        let may = match bytes.get(at..)? {
            [0xc2, 0xa0 | 0xad, ..]
            | [0xd9 | 0xdb | 0xe0, ..]
            | [0xe2, 0x80 | 0x81 | 0x88, ..]
            | [0xe3, 0x80, 0x80, ..]
            | [0xef, 0xb9..=0xbd, ..] => true,
            [] => return None,
            _ => false,
        };
        let character = text
            .get(at..)
            .filter(|_| may)
            .and_then(|rest| rest.chars().next());
        match character.and_then(|character| Some((character, plain(character)?))) {
            Some((character, stands_for)) => return Some((at, character.len_utf8(), stands_for)),
            None => at += 1,
        }
    }
}

/// Whether any sign of the text stands for a plain one.
pub(super) fn has_signs(text: &str) -> bool {
    sign(text, 0).is_some()
}

/// The text in plain signs.
pub(super) fn folded(text: &str) -> Plain<'_> {
    let mut out = Plain {
        text: String::with_capacity(text.len()),
        original: text,
        places: Vec::new(),
    };
    let mut from = 0;
    while let Some((at, length, stands_for)) = sign(text, from) {
        out.text.push_str(text.get(from..at).unwrap_or_default());
        if let Some(plain) = stands_for {
            out.places.push((out.text.len(), at));
            out.text.push(plain);
        }
        from = at + length;
        out.places.push((out.text.len(), from));
    }
    out.text.push_str(text.get(from..).unwrap_or_default());
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
        assert!(has_signs(text));
        let plain = folded(text);
        assert_eq!(plain.text, "4111 1111-1111 1111 é");
        assert_eq!(plain.origin(0), 0);
        assert_eq!(plain.origin(1), 3);
        assert_eq!(plain.origin(plain.text.len()), text.len());
        assert!(!has_signs("Zoë’s café"));
    }
}
