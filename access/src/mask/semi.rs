//! JSON inside a cell: every string, name and number of it is looked at, the rest stays byte for byte.
//!
//! Enters: the text of a VARIANT, OBJECT or ARRAY, perhaps not JSON at all. Leaves: its strings, names and numbers, with the member
//! each stands under. Never here: a parse tree; memory is one name.

use crate::detect::work::looked;

/// What a leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string value.
    String,
    /// A member's name: data too, if an aggregate made it.
    Name,
    /// A number.
    Number,
    /// Text outside of strings that is not JSON.
    Loose,
}

/// A leaf of the JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf<'a> {
    /// First byte of what is inside the quotes, or of the number.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// The member name it stands under, as written; empty at the top.
    pub key: &'a str,
}

/// Calls `visit` for every leaf, in order. Of a text that is no JSON, everything is a leaf.
pub(crate) fn leaves<'a>(text: &'a str, mut visit: impl FnMut(Leaf<'a>)) {
    let bytes = text.as_bytes();
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if !begins.is_some_and(|byte| matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9')) {
        return visit(Leaf {
            start: 0,
            end: text.len(),
            kind: Kind::Loose,
            key: "",
        });
    }
    let mut key = "";
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        looked(1);
        let start = at;
        match byte {
            b'"' => {
                let start = at + 1;
                let end = string_end(bytes, start);
                at = (end + 1).min(bytes.len());
                let name = is_name(bytes, at);
                if name {
                    key = text.get(start..end).unwrap_or("");
                }
                visit(Leaf {
                    start,
                    end,
                    kind: if name { Kind::Name } else { Kind::String },
                    key,
                });
            }
            b'0'..=b'9' => {
                at += bytes.get(at..).map_or(0, |rest| {
                    rest.iter().take_while(|byte| number(**byte)).count()
                });
                visit(Leaf {
                    start,
                    end: at,
                    kind: Kind::Number,
                    key,
                });
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b'-' => at += 1,
            _ if byte.is_ascii_whitespace() => at += 1,
            _ => {
                // `true`, `null`; or what is not JSON, to the next quote.
                at += bytes
                    .get(at..)
                    .map_or(0, |rest| {
                        rest.iter()
                            .take_while(|byte| !b"\",:]}".contains(byte))
                            .count()
                    })
                    .max(1);
                if at - start > 5 {
                    visit(Leaf {
                        start,
                        end: at,
                        kind: Kind::Loose,
                        key,
                    });
                }
            }
        }
    }
}

const fn number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        looked(1);
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
    let blanks = rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    looked(blanks + 1);
    rest.get(blanks) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_names_and_numbers_are_leaves() {
        let text = r#"{"a": {"n": "x\"y", "k": [1, -2.5e3, "z"]}, "t": true, "e": ""}"#;
        let mut got = Vec::new();
        leaves(text, |leaf| {
            if leaf.kind != Kind::Name {
                got.push((leaf.key, &text[leaf.start..leaf.end], leaf.kind));
            }
        });
        assert_eq!(
            got,
            [
                ("n", r#"x\"y"#, Kind::String),
                ("k", "1", Kind::Number),
                ("k", "2.5e3", Kind::Number),
                ("k", "z", Kind::String),
                ("e", "", Kind::String)
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn leaves_are_in_order_inside_any_text(text in "[\\[\\]{}\":,\\\\a-z0-9. é-]{0,60}") {
            let mut end = 0;
            leaves(&text, |leaf| {
                assert!(leaf.start >= end && leaf.end >= leaf.start && text.get(leaf.start..leaf.end).is_some());
                end = leaf.end;
            });
        }
    }
}
