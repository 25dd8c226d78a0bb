//! Whether a text has any of some words: the quickest search that the machine has.
//!
//! Enters: words, then texts. Leaves: yes or no. Never here: where a word stands, letters in another case.

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, MatchKind};

/// Words that are searched for together.
pub(super) struct Seek {
    /// Compares many bytes at once, where the machine can.
    packed: Option<Searcher>,
    plain: Option<AhoCorasick>,
}

impl Seek {
    /// A search for those words.
    pub fn new(words: &[&str]) -> Self {
        Self {
            packed: Searcher::new(words),
            plain: AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .build(words)
                .ok(),
        }
    }

    /// Whether the text has one of them.
    pub fn is_in(&self, text: &[u8]) -> bool {
        match (&self.packed, &self.plain) {
            (Some(packed), _) => packed.find(text).is_some(),
            (None, Some(plain)) => plain.is_match(text),
            (None, None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn both_searches_find_the_same(text in "[ab( )t@-]{0,70}(-at-|at\\)|tab)?[ab( )t@-]{0,40}") {
            let words = ["-at-", "at)", "(a)", "tab", " at "];
            let seek = Seek::new(&words);
            let want = words.iter().any(|word| text.contains(word));
            let plain = Seek { packed: None, plain: AhoCorasick::new(words).ok() };
            proptest::prop_assert_eq!(seek.is_in(text.as_bytes()), want);
            proptest::prop_assert_eq!(plain.is_in(text.as_bytes()), want);
        }
    }
}
