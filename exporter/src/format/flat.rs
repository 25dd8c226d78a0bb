//! A tree as pairs of one word and one text, for formats that have nothing below a key.
//!
//! Enters: what no field of the format took. Leaves: `firnPrincipalIssuer` and its text; a list is one text, as JSON. Never here: escaping.

use super::tree::{Object, Tree};

/// Every leaf and every list below `rest`, in order. Empty texts are left out: these formats cannot tell them from nothing.
pub fn pairs(rest: Object) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    walk("firn", rest, &mut pairs);
    pairs
}

fn walk(prefix: &str, object: Object, pairs: &mut Vec<(String, String)>) {
    for (name, value) in object {
        // What happened needs no word of its own: its fields are named apart from the envelope's.
        let key = if name == "payload" {
            prefix.to_owned()
        } else {
            camel(prefix, name)
        };
        match value {
            Tree::Map(below) => walk(&key, below, pairs),
            other => {
                let text = other.into_text();
                if !text.is_empty() {
                    pairs.push((key, text));
                }
            }
        }
    }
}

fn camel(prefix: &str, name: &str) -> String {
    let mut key = prefix.to_owned();
    for word in name.split('_') {
        let mut letters = word.chars();
        key.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        key.push_str(letters.as_str());
    }
    key
}

/// The first `most` characters of `text`.
pub fn cut(text: &str, most: usize) -> &str {
    text.char_indices()
        .nth(most)
        .map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}
