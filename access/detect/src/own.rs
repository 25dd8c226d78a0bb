//! The configuration's own detectors, beside the built-in ones.
//!
//! Enters: patterns, checks and word lists. Leaves: [`Detectors`]. Never here: a pattern that can take exponential time; the
//! engine is linear and bounded.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::checksum::{iban_mod97, luhn, verhoeff};
use super::fold::{folded, has_signs, is_plain};
use super::speech::{heard, is_beyond_latin};
use super::walk::walk;
use super::{Basis, Finding, Label};

/// Most own labels.
const OWN_MAX: usize = 200;
/// Largest compiled pattern, bytes.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// A check digit that an own detector's match must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Luhn over its digits.
    Luhn,
    /// Verhoeff over its digits.
    Verhoeff,
    /// Mod 97 over its letters and digits, as in an IBAN.
    Mod97,
}

/// One own detector.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnDetector {
    /// The word of the record, `UPPER_CASE`; a built-in label's word is allowed.
    pub label: String,
    /// A regular expression (linear time; no look-around). What group 1 holds is masked, or the whole match.
    pub pattern: String,
    /// A check digit besides.
    #[serde(default)]
    pub check: Option<Check>,
}

/// A list of words that are sensitive: project names, patients of one ward.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// The word of the record, `UPPER_CASE`.
    pub label: String,
    /// Whole words or phrases; ASCII case does not matter.
    pub words: Vec<String>,
}

/// Why an own detector is refused.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// Its label is no such word.
    #[error(
        "the label {0:?} must be 1 to 32 capitals, digits and underscores, beginning with a letter"
    )]
    Label(String),
    /// Its pattern does not compile.
    #[error("the pattern of {label} does not compile: {source}")]
    Pattern {
        /// The class it is of.
        label: String,
        /// Where and why.
        source: regex::Error,
    },
    /// Its words do not compile.
    #[error("the words of {label} do not make a dictionary: {source}")]
    Words {
        /// The class it is of.
        label: String,
        /// What the system or the library said.
        source: aho_corasick::BuildError,
    },
    /// A dictionary has an empty word.
    #[error("the dictionary {0} has an empty word; remove it")]
    EmptyWord(String),
    /// Too many labels.
    #[error("at most {OWN_MAX} own labels are possible; merge some")]
    TooMany,
}

/// Built-in and own detectors.
#[derive(Debug, Default)]
pub struct Detectors {
    names: Vec<String>,
    patterns: Vec<(Label, Regex, Option<Check>)>,
    dictionaries: Vec<(Label, AhoCorasick)>,
}

impl Detectors {
    /// Compiles the own detectors.
    pub fn new(detectors: &[OwnDetector], dictionaries: &[Dictionary]) -> Result<Self, OwnError> {
        let mut all = Self::default();
        for own in detectors {
            let label = all.name(&own.label)?;
            let pattern = RegexBuilder::new(&own.pattern)
                .size_limit(PATTERN_BYTES_MAX)
                .build()
                .map_err(|source| OwnError::Pattern {
                    label: own.label.clone(),
                    source,
                })?;
            all.patterns.push((label, pattern, own.check));
        }
        for own in dictionaries {
            let label = all.name(&own.label)?;
            if own.words.iter().any(|word| word.trim().is_empty()) {
                return Err(OwnError::EmptyWord(own.label.clone()));
            }
            let words = AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .build(&own.words)
                .map_err(|source| OwnError::Words {
                    label: own.label.clone(),
                    source,
                })?;
            all.dictionaries.push((label, words));
        }
        Ok(all)
    }

    fn name(&mut self, word: &str) -> Result<Label, OwnError> {
        let begins = word
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_uppercase());
        let inside = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if !begins || word.len() > 32 || !word.bytes().all(inside) {
            return Err(OwnError::Label(word.to_owned()));
        }
        if let Some(label) = self.of(word) {
            return Ok(label);
        }
        let place = u8::try_from(self.names.len())
            .ok()
            .filter(|_| self.names.len() < OWN_MAX)
            .ok_or(OwnError::TooMany)?;
        self.names.push(word.to_owned());
        Ok(Label::Own(place))
    }

    /// The label's word.
    pub fn word(&self, label: Label) -> &str {
        match label {
            Label::Own(place) => self
                .names
                .get(usize::from(place))
                .map_or("", String::as_str),
            _ => label.word().unwrap_or(""),
        }
    }

    /// The label of a word.
    pub fn of(&self, word: &str) -> Option<Label> {
        let own = || {
            self.names
                .iter()
                .position(|name| name == word)
                .and_then(|place| u8::try_from(place).ok())
        };
        Label::of(word).or_else(|| own().map(Label::Own))
    }

    /// Whether there is any own detector: then numbers too are looked at as text.
    pub fn has_own(&self) -> bool {
        !(self.patterns.is_empty() && self.dictionaries.is_empty())
    }

    /// Appends what the text holds, in order, not overlapping. An own detector wins over a built-in one.
    pub fn find(&self, text: &str, findings: &mut Vec<Finding>) {
        let from = findings.len();
        find_built_in(text, findings);
        if !self.has_own() {
            return;
        }
        let mut own = Vec::new();
        for (label, pattern, check) in &self.patterns {
            for captures in pattern.captures_iter(text) {
                let Some(found) = captures.get(1).or_else(|| captures.get(0)) else {
                    continue;
                };
                if !found.is_empty() && check.is_none_or(|check| passes(check, found.as_str())) {
                    own.push(Finding {
                        start: found.start(),
                        end: found.end(),
                        label: *label,
                        basis: Basis::Own,
                    });
                }
            }
        }
        for (label, words) in &self.dictionaries {
            let whole = |start: usize, end: usize| {
                let letter = |byte: Option<&u8>| {
                    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
                };
                !letter(
                    start
                        .checked_sub(1)
                        .and_then(|before| text.as_bytes().get(before)),
                ) && !letter(text.as_bytes().get(end))
            };
            own.extend(
                words
                    .find_iter(text)
                    .filter(|found| whole(found.start(), found.end()))
                    .map(|found| Finding {
                        start: found.start(),
                        end: found.end(),
                        label: *label,
                        basis: Basis::Own,
                    }),
            );
        }
        merge(findings, from, own);
    }
}

/// What the built-in detectors find; signs of print are read as the plain ones they stand for.
fn find_built_in(text: &str, findings: &mut Vec<Finding>) {
    if is_plain(text.as_bytes()) {
        return walk(text, findings);
    }
    if !has_signs(text) {
        return read(text, findings);
    }
    let plain = folded(text);
    let from = findings.len();
    read(&plain.text, findings);
    for finding in findings.iter_mut().skip(from) {
        (finding.start, finding.end) = (plain.origin(finding.start), plain.origin(finding.end));
    }
}

/// A walk, and where letters are beyond Latin ones, what phrases tell besides.
fn read(text: &str, findings: &mut Vec<Finding>) {
    let from = findings.len();
    walk(text, findings);
    if is_beyond_latin(text.as_bytes()) {
        heard(text, from, findings);
    }
}

/// Puts own findings among the built-in ones; of two that overlap, the own one stays, then the earlier.
fn merge(findings: &mut Vec<Finding>, from: usize, mut own: Vec<Finding>) {
    if own.is_empty() {
        return;
    }
    own.sort_by_key(|finding| (finding.start, std::cmp::Reverse(finding.end)));
    own.dedup_by(|later, earlier| later.start < earlier.end);
    let builtin = findings.split_off(from);
    let apart = |finding: &Finding| {
        let next = own.partition_point(|other| other.end <= finding.start);
        own.get(next).is_none_or(|other| other.start >= finding.end)
    };
    findings.extend(builtin.into_iter().filter(apart));
    findings.extend_from_slice(&own);
    if let Some(added) = findings.get_mut(from..) {
        added.sort_by_key(|finding| finding.start);
    }
}

fn passes(check: Check, text: &str) -> bool {
    let digits: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|byte| byte - b'0')
        .collect();
    match check {
        Check::Luhn => digits.len() > 1 && luhn(&digits),
        Check::Verhoeff => digits.len() > 1 && verhoeff(&digits),
        Check::Mod97 => iban_mod97(
            &text
                .bytes()
                .filter(u8::is_ascii_alphanumeric)
                .collect::<Vec<u8>>(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(label: &str, pattern: &str, check: Option<Check>) -> OwnDetector {
        OwnDetector {
            label: label.into(),
            pattern: pattern.into(),
            check,
        }
    }

    #[test]
    fn own_patterns_and_words_join_the_built_in_ones() {
        let detectors = Detectors::new(
            &[
                own("STAFF_NO", r"\bE(\d{6})\b", None),
                own("LOYALTY", r"\b\d{8}\b", Some(Check::Luhn)),
            ],
            &[Dictionary {
                label: "PROJECT".into(),
                words: vec!["Blue Heron".into()],
            }],
        )
        .unwrap();
        let mut findings = Vec::new();
        let text =
            "E123456 of blue heron (not blueheron) wrote to a@b.cd about 12345674 and 12345675";
        detectors.find(text, &mut findings);
        let found: Vec<(&str, &str)> = findings
            .iter()
            .map(|finding| {
                (
                    detectors.word(finding.label),
                    &text[finding.start..finding.end],
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("STAFF_NO", "123456"),
                ("PROJECT", "blue heron"),
                ("EMAIL", "a@b.cd"),
                ("LOYALTY", "12345674")
            ]
        );
    }

    #[test]
    fn bad_own_detectors_are_refused() {
        assert!(matches!(
            Detectors::new(&[own("x", "a", None)], &[]),
            Err(OwnError::Label(_))
        ));
        assert!(matches!(
            Detectors::new(&[own("X", "(", None)], &[]),
            Err(OwnError::Pattern { .. })
        ));
        let empty = Dictionary {
            label: "X".into(),
            words: vec![" ".into()],
        };
        assert!(matches!(
            Detectors::new(&[], &[empty]),
            Err(OwnError::EmptyWord(_))
        ));
    }
}
