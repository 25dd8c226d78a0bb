//! Operators on text.
//!
//! Enters: a text. Leaves: another. Never here: keys.

/// Masks every letter and digit but those of the last `keep`, keeping separators; at least half of them is masked.
pub(super) fn partial(text: &str, keep: usize) -> String {
    let total = text
        .chars()
        .filter(|character| character.is_alphanumeric())
        .count();
    let keep = keep.min(total / 2);
    let mut left = total - keep;
    let mut masked = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() && left > 0 {
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
        ];
        for (text, keep, want) in cases {
            assert_eq!(partial(text, keep), want);
        }
    }
}
