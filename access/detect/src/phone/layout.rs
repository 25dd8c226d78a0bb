//! How telephone numbers are parted into groups, and what codes are not.
//!
//! Enters: a whole cell. Leaves: whether its groups could be those of a telephone number. Never here: which numbers are in use.

/// Fewest digits before an extension.
const DIGITS_WRITTEN: usize = 6;
/// Most groups of a number that are told apart.
const GROUPS_MAX: usize = 8;

/// How long the groups of digits are, in order; 0 behind the last.
fn groups(text: &[u8]) -> [u8; GROUPS_MAX] {
    let mut lengths = [0_u8; GROUPS_MAX];
    let groups = text
        .split(|byte| !byte.is_ascii_digit())
        .filter(|group| !group.is_empty());
    for (slot, group) in lengths.iter_mut().zip(groups) {
        *slot = u8::try_from(group.len()).unwrap_or(u8::MAX);
    }
    lengths
}

/// Whether the groups could be those of a telephone number: two digits at the end follow other pairs or threes (`12345-6789-01` is a code),
/// unless it says by `+`, `(` or `0` that it is dialled.
pub(super) fn is_grouped(text: &[u8]) -> bool {
    if matches!(text.first(), Some(b'+' | b'(' | b'0')) {
        return true;
    }
    let lengths = groups(text);
    let count = lengths.iter().filter(|length| **length > 0).count();
    match lengths.get(..count) {
        Some([.., _, 1]) => false,
        Some([.., before, 2]) => matches!(before, 2 | 3),
        _ => true,
    }
}

/// Whether it is a number of a year (`2022/5320`), or from one number to another (`07014-07443`).
pub(super) fn is_counted(text: &[u8]) -> bool {
    let year = match text {
        // Persia's years, too.
        [b'1', b'3' | b'4' | b'9', _, _, b'/', ..] | [b'2', b'0', _, _, b'/', ..] => true,
        // Four and four are telephones in Central America.
        [b'2', b'0', b'0'..=b'3', _, b'-', rest @ ..]
        | [b'1', b'9', b'8' | b'9', _, b'-', rest @ ..] => {
            (5..=7).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    let range = matches!(
        text,
        [b'0', _, _, _, _, b'-', b'0', _, _, _, _]
            | [b'0', _, _, _, _, _, b'-', b'0', _, _, _, _, _]
    );
    let short_year = matches!(
        text,
        [b'1', b'5'..=b'9', b'-', ..] | [b'2', b'0'..=b'6', b'-', ..]
    );
    year || range || short_year && groups(text).starts_with(&[2, 6, 0])
}

/// Sizes of groups where nothing is dialled before a number: Poland's and Spain's threes, Denmark's pairs, Singapore's fours.
pub(super) fn is_usual(text: &[u8]) -> bool {
    matches!(
        groups(text),
        [3, 3, 3 | 4, 0, ..]
            | [2, 2, 2, 2, 0, ..]
            | [2, 3, 3 | 4, 0, ..]
            | [3, 2 | 3, 2, 2, 0, ..]
            | [2, 3, 2, 2, 0, ..]
            | [1, 2, 2, 2, 2, 0, ..]
            | [4 | 5, 4 | 5, 0, ..]
            | [1..=3, 4, 4, 0, ..]
            | [2, 5, 4, 0, ..]
            | [2, 1, 4, 4, 0, ..]
            | [3, 5, 4, 0, ..]
            | [3, 1, 4, 4, 0, ..]
            | [2 | 3, 6..=8, 0, ..]
            | [3, 4 | 5, 0, ..]
            | [3, 2, 2 | 3, 0, ..]
            | [1, 3, 3 | 4, 3 | 4, 0, ..]
    )
}

/// Whether a text of digits and few letters is written as a telephone number: letters only stand behind it, before an extension.
pub(crate) fn is_written(text: &[u8]) -> bool {
    let digits_before = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        before.iter().filter(|byte| byte.is_ascii_digit()).count()
    };
    let letter = text.iter().position(u8::is_ascii_alphabetic);
    let number = letter.map_or(text, |at| text.get(..at).unwrap_or_default());
    letter.is_none_or(|at| digits_before(at) >= DIGITS_WRITTEN) && is_grouped(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_grouped_as_no_number_is() {
        for text in [
            "06 12 34 56 78",
            "030 12345-67",
            "+49 151 12",
            "495 697-25-04",
            "61 234 56 78",
            "212-555-0100",
            "5551234567",
            "212-555-0100 x12",
            "555 0100 ext. 4",
        ] {
            assert!(is_written(text.as_bytes()), "{text}");
        }
        for text in [
            "12345-6789-01",
            "1234-5678-9",
            "123456-12",
            "CS-2026-123456",
            "AB1234567",
            "12-A34567",
        ] {
            assert!(!is_written(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn numbers_of_years_and_ranges() {
        for (text, counted) in [
            ("2022/5320", true),
            ("1404/43434", true),
            ("2023-40927", true),
            ("2023-4092", false),
            ("07014-07443", true),
            ("22-161638", true),
            ("030/5320", false),
            ("07014 960743", false),
        ] {
            assert_eq!(is_counted(text.as_bytes()), counted, "{text}");
        }
    }

    #[test]
    fn groups_are_usual_somewhere_or_nowhere() {
        for text in [
            "612 345 678",
            "12 34 56 78",
            "6123 4567",
            "98765 43210",
            "11 98765-4321",
        ] {
            assert!(is_usual(text.as_bytes()), "{text}");
        }
        for text in [
            "1234-567-890",
            "826 51 2423",
            "123-4567-890",
            "12 34567",
            "123-45-67-8901",
        ] {
            assert!(!is_usual(text.as_bytes()), "{text}");
        }
    }
}
