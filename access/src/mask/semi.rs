//! JSON inside a cell: every string, name and number of it is looked at, the rest stays byte for byte.
//!
//! Enters: the text of a VARIANT, OBJECT or ARRAY, perhaps not JSON at all. Leaves: its strings, names and numbers, with the member
//! each stands under, and what is around that. Never here: a parse tree; memory is a few names for each level that is open.

use detect::hint::{is_kind, is_naming, is_number_of_paper, is_plain};
use detect::work::looked;

/// Deepest level whose names are remembered; what is deeper shares them.
const DEPTH_MAX: usize = 64;
/// How far ahead a member that says what another is is looked for, bytes.
const AHEAD_BYTES_MAX: usize = 256;
/// Longest text that names a value beside it, bytes.
const SAID_BYTES_MAX: usize = 64;

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
    /// The name of the member around its object that says more than `value` or `data`; empty at the top.
    pub owner: &'a str,
    /// What another member of its object, such as `kind` or `name`, says; in an array, what its first element is.
    pub said: &'a str,
    /// What the member before that one says: `type` before `name`.
    pub also: &'a str,
    /// What `type` says in the nearest object around its own that has one.
    pub above: &'a str,
    /// Its place, if it is an element of an array.
    pub place: Option<usize>,
}

/// What is known of one open object or array.
#[derive(Clone, Copy, Debug, Default)]
struct Level<'a> {
    key: &'a str,
    owner: &'a str,
    said: &'a str,
    also: &'a str,
    /// What `type` says here, and around.
    kind: &'a str,
    above: &'a str,
    place: Option<usize>,
}

impl<'a> Level<'a> {
    const fn says(&mut self, said: &'a str) {
        self.also = self.said;
        self.said = said;
    }
}

/// The objects and arrays that are open.
#[derive(Debug, Default)]
struct Levels<'a> {
    /// The innermost.
    now: Level<'a>,
    around: Vec<Level<'a>>,
    /// How many are open beyond those remembered.
    deeper: usize,
}

impl<'a> Levels<'a> {
    fn open(&mut self, listed: bool) {
        if self.around.len() == DEPTH_MAX {
            self.deeper += 1;
            return;
        }
        self.around.push(self.now);
        if listed {
            self.now.place = Some(0);
            return;
        }
        let owner = if is_plain(self.now.key) {
            self.now.owner
        } else {
            self.now.key
        };
        let above = if self.now.kind.is_empty() {
            self.now.above
        } else {
            self.now.kind
        };
        self.now = Level {
            owner,
            above,
            ..Level::default()
        };
    }

    const fn next(&mut self) {
        if let Some(place) = &mut self.now.place {
            *place += 1;
        }
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            let inner = std::mem::replace(&mut self.now, self.around.pop().unwrap_or_default());
            // `"type": {"coding": [{"code": "PPN"}]}`
            if !inner.said.is_empty() && is_kind(self.now.key) {
                self.now.says(inner.also);
                self.now.says(inner.said);
            }
        }
    }

    /// A string value that may name what is beside it.
    fn hear(&mut self, said: &'a str) {
        let first = self.now.place == Some(0) && self.now.said.is_empty();
        let boxed = self.now.owner.eq_ignore_ascii_case("type")
            && matches!(self.now.key, "text" | "display" | "value");
        if said.len() > SAID_BYTES_MAX || !(first || boxed || is_naming(self.now.key)) {
            return;
        }
        self.now.says(said);
        if self.now.key == "type" {
            self.now.kind = said;
        }
    }

    const fn leaf(&self, start: usize, end: usize, kind: Kind) -> Leaf<'a> {
        Leaf {
            start,
            end,
            kind,
            key: self.now.key,
            owner: self.now.owner,
            said: self.now.said,
            also: self.now.also,
            above: self.now.above,
            place: self.now.place,
        }
    }
}

/// Calls `visit` for every leaf, in order. Of a text that is no JSON, everything is a leaf.
pub(crate) fn leaves<'a>(text: &'a str, mut visit: impl FnMut(Leaf<'a>)) {
    let bytes = text.as_bytes();
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let mut levels = Levels::default();
    if !begins.is_some_and(|byte| matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9')) {
        return visit(levels.leaf(0, text.len(), Kind::Loose));
    }
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        looked(1);
        let start = at;
        match byte {
            b'"' => {
                let start = at + 1;
                let end = string_end(bytes, start);
                at = (end + 1).min(bytes.len());
                if is_name(bytes, at) {
                    levels.now.key = text.get(start..end).unwrap_or("");
                    visit(levels.leaf(start, end, Kind::Name));
                    let Level { key, owner, .. } = levels.now;
                    if levels.now.said.is_empty()
                        && (is_plain(key) || is_number_of_paper(owner, key))
                    {
                        levels.now.said = said_later(text, at);
                    }
                    continue;
                }
                visit(levels.leaf(start, end, Kind::String));
                levels.hear(text.get(start..end).unwrap_or(""));
            }
            b'0'..=b'9' => {
                at += bytes.get(at..).map_or(0, |rest| {
                    rest.iter().take_while(|byte| number(**byte)).count()
                });
                visit(levels.leaf(start, at, Kind::Number));
            }
            b'{' | b'[' => {
                levels.open(byte == b'[');
                at += 1;
            }
            b'}' | b']' => {
                levels.close();
                at += 1;
            }
            b',' => {
                levels.next();
                at += 1;
            }
            b':' | b'-' => at += 1,
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
                    visit(levels.leaf(start, at, Kind::Loose));
                }
            }
        }
    }
}

/// What a later member of the object at hand says its value is, for `{"value": …, "kind": "dob"}`: its kind, else the first that says
/// something; `at` is behind a member's name.
fn said_later(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let ahead = bytes.len().min(at + AHEAD_BYTES_MAX);
    let bytes = bytes.get(..ahead).unwrap_or_default();
    let (mut at, mut depth, mut member, mut first) = (at, 0_usize, "", "");
    // Inside the object of a kind: `"SchmeNm": {"Cd": "CCPT"}`.
    let mut boxed = false;
    while let Some(&byte) = bytes.get(at) {
        looked(1);
        match byte {
            b'"' => {
                let (start, end) = (at + 1, string_end(bytes, at + 1));
                at = end;
                let inside = text.get(start..end).unwrap_or("");
                let name = is_name(bytes, (end + 1).min(bytes.len()));
                let naming = (depth == 0 || boxed) && !name && is_naming(member);
                if naming && inside.len() <= SAID_BYTES_MAX {
                    if boxed || is_kind(member) {
                        return inside;
                    }
                    first = if first.is_empty() { inside } else { first };
                }
                member = if name { inside } else { "" };
            }
            b'{' | b'[' => {
                boxed |= depth == 0 && is_kind(member);
                depth += 1;
            }
            b'}' | b']' if depth == 0 => break,
            b'}' | b']' => {
                depth -= 1;
                boxed &= depth > 0;
            }
            _ => {}
        }
        at += 1;
    }
    first
}

/// Whether a text is a document by itself: an object or an array in JSON.
pub(crate) fn is_document(text: &str) -> bool {
    let trimmed = text.trim();
    let brackets = matches!(
        (trimmed.bytes().next(), trimmed.bytes().next_back()),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
    );
    brackets && {
        looked(trimmed.len());
        serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok()
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

    #[test]
    fn what_a_value_is_may_be_said_after_it() {
        for (text, said) in [
            (r#"{"value":"b","kind":"dob"}"#, "dob"),
            (r#"{"value":"b","x":{"kind":"no"},"kind":"dob"}"#, "dob"),
            (r#"{"value":"b"},{"kind":"dob"}"#, ""),
            (r#"{"value":"b","x":"kind"}"#, ""),
            (r#"{"value":"b","name":"n","kind":"dob"}"#, "dob"),
            (r#"{"value":"b","name":"n"}"#, "n"),
            (r#"{"value":"b","scheme":{"cd":"dob"}}"#, "dob"),
            (r#"{"value":"b","x":{"cd":"dob"},"y":1}"#, ""),
            (r#"{"type":{"coding":[{"code":"dob"}]},"value":"b"}"#, "dob"),
            (r#"{"type":{"text":"dob"},"value":"b"}"#, "dob"),
            (r#"{"colour":"b","kind":"dob"}"#, ""),
            (r#"["dob","b"]"#, "dob"),
            (r#"[["dob",0],["b"]]"#, ""),
        ] {
            let mut got = None;
            leaves(text, |leaf| {
                if &text[leaf.start..leaf.end] == "b" {
                    got = Some(leaf.said);
                }
            });
            assert_eq!(got, Some(said), "{text}");
        }
        let long = format!(
            r#"{{"value":"b","x":"{}","kind":"dob"}}"#,
            "y".repeat(AHEAD_BYTES_MAX)
        );
        leaves(&long, |leaf| assert!(leaf.said.is_empty()));
    }

    #[test]
    fn what_is_said_before_and_around_is_kept() {
        let text = r#"{"type":"t","name":"n","v":"a","in":[{"w":"b"}]}"#;
        let mut got = Vec::new();
        leaves(text, |leaf| {
            if matches!(&text[leaf.start..leaf.end], "a" | "b") {
                got.push((leaf.said, leaf.also, leaf.above));
            }
        });
        assert_eq!(got, [("n", "t", ""), ("", "", "t")]);
    }

    #[test]
    fn documents_are_told_from_texts() {
        for text in [r#"{"a":1}"#, " [1, 2]\n", "{}", r#"[{"a":"}"}]"#] {
            assert!(is_document(text), "{text}");
        }
        for text in [
            "",
            "{",
            "{a}",
            "[sic]",
            "1",
            r#""x""#,
            "{ann,joe}",
            "[1] and [2]",
            r#"{"a":1} x"#,
        ] {
            assert!(!is_document(text), "{text}");
        }
    }

    #[test]
    fn leaves_know_what_is_around_them() {
        let text =
            r#"{"birth":{"data":{"date":"a"}},"f":[{"kind":"dob","value":"b"},"c"],"g":"d"}"#;
        let mut got = Vec::new();
        leaves(text, |leaf| {
            if leaf.kind == Kind::String {
                let inside = &text[leaf.start..leaf.end];
                got.push((inside, leaf.key, leaf.owner, leaf.said, leaf.place));
            }
        });
        assert_eq!(
            got,
            [
                ("a", "date", "birth", "", None),
                ("dob", "kind", "f", "", None),
                ("b", "value", "f", "dob", None),
                ("c", "f", "", "", Some(1)),
                ("d", "g", "", "", None),
            ]
        );
        let deep = format!("{}\"x\"{}", "{\"a\":".repeat(500), "}".repeat(600));
        let mut strings = 0;
        leaves(&deep, |leaf| {
            strings += usize::from(leaf.kind == Kind::String)
        });
        assert_eq!(strings, 1);
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
