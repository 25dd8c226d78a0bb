//! Lists of words that are looked up often: names inside documents and words inside cells are asked for each.
//!
//! Enters: a list, its words parted by white space; a word. Leaves: whether the list has it. Never here: which lists there are.

use std::collections::HashSet;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

/// A list, read once.
pub(super) struct Index {
    list: &'static str,
    words: OnceLock<HashSet<&'static str>>,
    parts: OnceLock<Option<AhoCorasick>>,
}

impl Index {
    /// Of words parted by white space.
    pub const fn new(list: &'static str) -> Self {
        Self {
            list,
            words: OnceLock::new(),
            parts: OnceLock::new(),
        }
    }

    /// Whether it has the word.
    pub fn has(&self, word: &str) -> bool {
        self.words
            .get_or_init(|| self.list.split_ascii_whitespace().collect())
            .contains(word)
    }

    /// Whether one of its words is a part of the text.
    pub fn is_part_of(&self, text: &str) -> bool {
        self.parts
            .get_or_init(|| AhoCorasick::new(self.list.split_ascii_whitespace()).ok())
            .as_ref()
            .is_some_and(|parts| parts.is_match(text))
    }

    /// Whether one of its words is a part of the text and begins where one of those words does of which the text is made.
    pub fn begins_in(&self, words: &[String], text: &str) -> bool {
        let begins = |start: usize| {
            let mut at = 0;
            words.iter().any(|word| {
                let here = at == start;
                at += word.len();
                here
            })
        };
        self.parts
            .get_or_init(|| AhoCorasick::new(self.list.split_ascii_whitespace()).ok())
            .as_ref()
            .is_some_and(|parts| {
                parts
                    .find_overlapping_iter(text)
                    .any(|part| begins(part.start()))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_or_parts() {
        static LIST: Index = Index::new("api token  密码");
        assert!(LIST.has("token") && LIST.has("密码") && !LIST.has("tokens") && !LIST.has(""));
        assert!(LIST.is_part_of("mytokens") && LIST.is_part_of("新密码") && !LIST.is_part_of("ap"));
        let words = |text: &str| text.split('_').map(str::to_owned).collect::<Vec<_>>();
        for (name, want) in [("my_token", true), ("a_pi_token", true), ("mytoken", false)] {
            assert_eq!(
                LIST.begins_in(&words(name), &name.replace('_', "")),
                want,
                "{name}"
            );
        }
    }
}
