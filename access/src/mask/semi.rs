//! JSON inside a cell: every string and number of it is looked at, the rest stays byte for byte.
//!
//! Enters: the text of a VARIANT, OBJECT or ARRAY, perhaps not JSON at all. Leaves: its strings and numbers, with the key
//! each stands under. Never here: a parse tree; memory is one key.

/// A leaf of the JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf<'a> {
    /// First byte of what is inside the quotes, or of the number.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// In quotes.
    pub quoted: bool,
    /// The member name it stands under, as written; empty at the top.
    pub key: &'a str,
}

/// Calls `visit` for every string value and number, in order. Member names are not values.
pub(crate) fn leaves<'a>(text: &'a str, mut visit: impl FnMut(Leaf<'a>)) {
    let bytes = text.as_bytes();
    let mut key = "";
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at + 1;
                let end = string_end(bytes, start);
                at = (end + 1).min(bytes.len());
                if is_name(bytes, at) {
                    key = text.get(start..end).unwrap_or("");
                } else {
                    visit(Leaf {
                        start,
                        end,
                        quoted: true,
                        key,
                    });
                }
            }
            b'0'..=b'9' => {
                let start = at;
                while bytes.get(at).is_some_and(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')
                }) {
                    at += 1;
                }
                visit(Leaf {
                    start,
                    end: at,
                    quoted: false,
                    key,
                });
            }
            _ => at += 1,
        }
    }
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn is_name(bytes: &[u8], after: usize) -> bool {
    let rest = bytes.get(after..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_numbers_are_leaves_with_their_member_name() {
        let text = r#"{"a": {"n": "x\"y", "k": [1, -2.5e3, "z"]}, "t": true, "e": ""}"#;
        let mut got = Vec::new();
        leaves(text, |leaf| {
            got.push((leaf.key, &text[leaf.start..leaf.end], leaf.quoted))
        });
        assert_eq!(
            got,
            [
                ("n", r#"x\"y"#, true),
                ("k", "1", false),
                ("k", "2.5e3", false),
                ("k", "z", true),
                ("e", "", true)
            ]
        );
    }

    #[test]
    fn broken_json_ends_where_the_text_ends() {
        for text in ["\"", "\"\\", "{\"a\":\"b", "[1,", "\"a\\"] {
            let mut count = 0;
            leaves(text, |leaf| {
                assert!(leaf.end <= text.len());
                count += 1;
            });
            assert!(count <= 1);
        }
    }
}
