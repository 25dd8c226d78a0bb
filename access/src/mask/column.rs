//! What one output column does to its cells.
//!
//! Enters: a typed value. Leaves: nothing (it stays) or what takes its place; counts on the way. Never here: the carrier.

use std::borrow::Cow;

use event::payload::{MaskCount, ResultColumn};

use super::family::Family;
use super::semi;
use crate::detect::walk::walk;
use crate::detect::{Finding, Label};
use crate::operators::{Keyed, Outcome, Value, mark, redact};

/// What is done to every cell of the column.
pub(super) enum Action {
    /// A rule's operator, and the rule.
    Rule(Box<Keyed>, String),
    /// Redacted because the lineage of the whole result was lost, and the words for the record.
    All(&'static str),
    /// The detectors look at it.
    Detect,
    /// Left alone.
    Clear,
}

/// One column's mask.
pub(super) struct ColumnMask {
    pub ordinal: u32,
    pub family: Family,
    pub nullable: bool,
    pub action: Action,
    /// The label the column was voted; every cell is redacted then.
    pub label: Option<Label>,
    by_rule: u64,
    failed: u64,
    by_label: Vec<(Label, u64)>,
    findings: Vec<Finding>,
}

impl ColumnMask {
    pub fn new(ordinal: u32, column: &ResultColumn, action: Action, label: Option<Label>) -> Self {
        Self {
            ordinal,
            family: Family::of(column),
            nullable: column.nullable,
            action,
            label,
            by_rule: 0,
            failed: 0,
            by_label: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// What takes the place of a cell that is not NULL and stands `times` times; none if it stays.
    pub fn apply(&mut self, value: &Value<'_>, times: u64) -> Option<Option<Value<'static>>> {
        let outcome = match &self.action {
            Action::Clear => return None,
            Action::All(_) => {
                self.by_rule += times;
                redact(value, "")
            }
            Action::Rule(operator, _) => match operator.apply(value) {
                Outcome::Failed => {
                    self.failed += times;
                    redact(value, "")
                }
                outcome => {
                    self.by_rule += times;
                    outcome
                }
            },
            Action::Detect => self.detect(value, times)?,
        };
        Some(match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Null | Outcome::Failed if self.nullable => None,
            Outcome::Null | Outcome::Failed => Some(self.family.zero()),
        })
    }

    fn detect(&mut self, value: &Value<'_>, times: u64) -> Option<Outcome> {
        self.findings.clear();
        match value {
            Value::Text(text) => walk(text, &mut self.findings),
            Value::Fixed(number) => {
                if let Family::Fixed(0) = self.family {
                    walk(&number.to_string(), &mut self.findings);
                }
            }
            Value::Semi(text) => {
                let masked = mask_semi(text, &mut self.findings)?;
                self.count(times);
                return Some(Outcome::Value(Value::Semi(Cow::Owned(masked))));
            }
            Value::Real(_)
            | Value::Boolean(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::Timestamp(..)
            | Value::Binary(_)
            | Value::Opaque => {}
        }
        if self.findings.is_empty() {
            return None;
        }
        self.count(times);
        Some(match value {
            Value::Text(text) => {
                Outcome::Value(Value::Text(Cow::Owned(splice(text, &self.findings))))
            }
            _ => Outcome::Null,
        })
    }

    /// One cell counts once for each label found in it.
    fn count(&mut self, times: u64) {
        for (place, finding) in self.findings.iter().enumerate() {
            let earlier = self.findings.get(..place).unwrap_or_default();
            if earlier.iter().any(|other| other.label == finding.label) {
                continue;
            }
            match self
                .by_label
                .iter_mut()
                .find(|(label, _)| *label == finding.label)
            {
                Some((_, count)) => *count += times,
                None => self.by_label.push((finding.label, times)),
            }
        }
    }

    /// Takes the counts since the last call.
    pub fn take_counts(&mut self, counts: &mut Vec<MaskCount>) {
        let (rule, failed) = match &self.action {
            Action::Rule(_, rule) => (format!("rule:{rule}"), format!("operator_failed:{rule}")),
            Action::All(why) => (format!("rule:{why}"), String::new()),
            Action::Detect | Action::Clear => (String::new(), String::new()),
        };
        let ordinal = self.ordinal;
        let mut push = |by: String, cells: u64| {
            if cells > 0 {
                counts.push(MaskCount { ordinal, by, cells });
            }
        };
        push(rule, std::mem::take(&mut self.by_rule));
        push(failed, std::mem::take(&mut self.failed));
        for (label, cells) in self.by_label.drain(..) {
            push(format!("detector:{}", label.word().unwrap_or("OWN")), cells);
        }
    }
}

/// The JSON text with findings replaced: inside strings by their mark, whole numbers by null. None if nothing was found.
fn mask_semi(text: &str, findings: &mut Vec<Finding>) -> Option<String> {
    let mut out = String::new();
    let mut from = 0;
    let mut found = Vec::new();
    semi::leaves(text, |leaf| {
        let raw = text.get(leaf.start..leaf.end).unwrap_or("");
        let plain = match serde_json::from_str::<String>(&format!("\"{raw}\"")) {
            Ok(plain) if leaf.quoted && raw.contains('\\') => Cow::Owned(plain),
            _ => Cow::Borrowed(raw),
        };
        found.clear();
        walk(&plain, &mut found);
        if found.is_empty() {
            return;
        }
        out.push_str(text.get(from..leaf.start).unwrap_or(""));
        match plain {
            _ if !leaf.quoted => out.push_str("null"),
            Cow::Borrowed(raw) => out.push_str(&splice(raw, &found)),
            Cow::Owned(_) => out.push_str(&mark(
                found
                    .first()
                    .and_then(|finding| finding.label.word())
                    .unwrap_or(""),
            )),
        }
        from = leaf.end;
        findings.extend_from_slice(&found);
    });
    if findings.is_empty() {
        return None;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    Some(out)
}

/// The text with each finding replaced by its mark.
pub(crate) fn splice(text: &str, findings: &[Finding]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for finding in findings {
        out.push_str(text.get(from..finding.start).unwrap_or(""));
        out.push_str(&mark(finding.label.word().unwrap_or("")));
        from = finding.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}
