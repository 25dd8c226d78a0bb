//! Operators on text.
//!
//! Enters: a text. Leaves: another. Never here: keys.

/// Masks every letter, digit and sign beyond ASCII but those of the last `keep`, keeping separators; at least half of them is masked.
/// Where there is none of them, nothing is a separator.
pub(super) fn partial(text: &str, keep: usize) -> String {
    // A mark on a letter, a picture: they are no letters, and they are what the value says.
    let says = |character: char| {
        character.is_alphanumeric() || !character.is_ascii() && !character.is_whitespace()
    };
    let plain = text.chars().any(says);
    let hides = |character: char| {
        if plain {
            says(character)
        } else {
            !character.is_whitespace()
        }
    };
    let total = text.chars().filter(|character| hides(*character)).count();
    let keep = keep.min(total / 2);
    let mut left = total - keep;
    let mut masked = String::with_capacity(text.len());
    for character in text.chars() {
        if hides(character) && left > 0 {
            left -= 1;
            masked.push('*');
        } else {
            masked.push(character);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_keeps_the_end_and_the_separators_and_never_more_than_half() {
        let cases = [
            ("4111 1111 1111 1234", 4, "**** **** **** 1234"),
            ("078-05-1120", 4, "***-**-1120"),
            ("1234", 4, "**34"),
            ("7", 4, "*"),
            ("", 4, ""),
            ("žluť", 2, "**uť"),
            ("z\u{30c}lut\u{30c}", 1, "*****\u{30c}"),
            ("🂡🂢🂣🂤", 1, "***🂤"),
            ("a-\u{200d}-b", 1, "*-*-b"),
            ("!!@@ ##$$", 4, "**** ##$$"),
            ("-", 1, "*"),
            (" ", 1, " "),
        ];
        for (text, keep, want) in cases {
            assert_eq!(partial(text, keep), want);
        }
    }
}
