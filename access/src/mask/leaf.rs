//! The leaves of JSON and of structured cells: each a small cell under a name.
//!
//! Enters: JSON text, or one leaf with its name. Leaves: the text with findings replaced. Never here: a parse tree.

use std::borrow::Cow;
use std::collections::HashMap;

use super::semi::{Kind, leaves};
use super::text::splice;
use crate::detect::hint::hint;
use crate::detect::vote::Vote;
use crate::detect::work::looked;
use crate::detect::{Basis, Detectors, Finding, Label};
use crate::operators::mark;

/// Longest member name that may hint at something, bytes: it is read again for every leaf under it.
const NAME_BYTES_MAX: usize = 128;
/// Most member names whose hint is remembered.
const NAMES_MAX: usize = 256;

/// Masks leaves, remembering what their names hint at.
#[derive(Debug, Default)]
pub(crate) struct LeafMask {
    hints: HashMap<String, bool>,
    found: Vec<Finding>,
    scratch: Vec<Finding>,
}

impl LeafMask {
    /// The JSON text with findings replaced: inside strings and member names by their mark, numbers by null. None if nothing was
    /// found. Findings are appended, with places inside `text` as far as the leaf is written without escapes.
    pub fn mask(
        &mut self,
        text: &str,
        detectors: &Detectors,
        findings: &mut Vec<Finding>,
    ) -> Option<String> {
        let before = findings.len();
        let mut out = String::new();
        let mut from = 0;
        leaves(text, |leaf| {
            let raw = text.get(leaf.start..leaf.end).unwrap_or("");
            let plain = unescaped(raw, leaf.kind);
            self.leaf(
                if leaf.kind == Kind::Name {
                    ""
                } else {
                    leaf.key
                },
                &plain,
                detectors,
            );
            if self.found.is_empty() {
                return;
            }
            out.push_str(text.get(from..leaf.start).unwrap_or(""));
            from = leaf.end;
            match (leaf.kind, plain) {
                (Kind::Number, _) => {
                    out.push_str("null");
                    findings.extend(
                        self.found
                            .iter()
                            .take(1)
                            .map(|finding| at(finding, leaf.start, leaf.end)),
                    );
                }
                (_, Cow::Borrowed(raw)) => {
                    out.push_str(&splice(raw, &self.found, detectors));
                    findings.extend(self.found.iter().map(|finding| {
                        at(
                            finding,
                            leaf.start + finding.start,
                            leaf.start + finding.end,
                        )
                    }));
                }
                (_, Cow::Owned(_)) => {
                    let first = self
                        .found
                        .first()
                        .map_or("", |finding| detectors.word(finding.label));
                    out.push_str(&mark(first));
                    findings.extend(
                        self.found
                            .iter()
                            .map(|finding| at(finding, leaf.start, leaf.end)),
                    );
                }
            }
        });
        if findings.len() == before {
            return None;
        }
        out.push_str(text.get(from..).unwrap_or(""));
        Some(out)
    }

    /// The text of one leaf with findings replaced, and the first label found; none if nothing was.
    pub fn text(
        &mut self,
        key: &str,
        text: &str,
        detectors: &Detectors,
    ) -> Option<(String, Label)> {
        self.leaf(key, text, detectors);
        let label = self.found.first()?.label;
        Some((splice(text, &self.found, detectors), label))
    }

    fn leaf(&mut self, key: &str, text: &str, detectors: &Detectors) {
        self.found.clear();
        detectors.find(text, &mut self.found);
        let whole =
            matches!(self.found.as_slice(), [finding] if finding.end - finding.start == text.len());
        if whole || key.is_empty() || text.is_empty() || !self.hints_at_something(key) {
            return;
        }
        if let Some(label) = Vote::hinted(key, text, &mut self.scratch) {
            self.found.clear();
            self.found.push(Finding {
                start: 0,
                end: text.len(),
                label,
                basis: Basis::Name,
            });
        }
    }

    fn hints_at_something(&mut self, key: &str) -> bool {
        if key.len() > NAME_BYTES_MAX {
            return false;
        }
        looked(key.len());
        if let Some(known) = self.hints.get(key) {
            return *known;
        }
        let hints = hint(key).is_some();
        if self.hints.len() < NAMES_MAX {
            self.hints.insert(key.to_owned(), hints);
        }
        hints
    }
}

const fn at(finding: &Finding, start: usize, end: usize) -> Finding {
    Finding {
        start,
        end,
        label: finding.label,
        basis: finding.basis,
    }
}

fn unescaped(raw: &str, kind: Kind) -> Cow<'_, str> {
    if kind == Kind::Number || !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    serde_json::from_str::<String>(&format!("\"{raw}\"")).map_or(Cow::Borrowed(raw), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> Option<String> {
        LeafMask::default().mask(text, &Detectors::default(), &mut Vec::new())
    }

    #[test]
    fn only_sensitive_leaves_change() {
        let cases = [
            (
                r#"{"a": "x@y.org", "b": 1}"#,
                Some(r#"{"a": "[EMAIL]", "b": 1}"#),
            ),
            (
                r#"{"pan":4111111111111111,"n":[1.50]}"#,
                Some(r#"{"pan":null,"n":[1.50]}"#),
            ),
            (r#"{"x@y.org": 3}"#, Some(r#"{"[EMAIL]": 3}"#)),
            (r#"{"a":"\u0078@y.org"}"#, Some(r#"{"a":"[EMAIL]"}"#)),
            (
                r#"{"name":"Zoe Quux","product":{"name":"Blue Lamp"}}"#,
                Some(r#"{"name":"[PERSON]","product":{"name":"Blue Lamp"}}"#),
            ),
            (
                r#"{"ssn":"078051121","order":"078051121"}"#,
                Some(r#"{"ssn":"[US_SSN]","order":"078051121"}"#),
            ),
            (
                r#"{"event":"view","sku":"SKU-123456","ts":1700000000000}"#,
                None,
            ),
        ];
        for (text, want) in cases {
            assert_eq!(mask(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_read_as_text() {
        assert_eq!(
            mask("no json, but a@b.cd").as_deref(),
            Some("no json, but [EMAIL]")
        );
    }
}
