//! What one output column does to its cells.
//!
//! Enters: a typed value. Leaves: nothing (it stays) or what takes its place; votes and counts on the way. Never here: the carrier.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use ::arrow::array::ArrayRef;
use ::arrow::error::ArrowError;
use event::payload::{MaskCount, ResultColumn, Seen, SeenClass};

use super::Inner;
use super::family::Family;
use super::leaf::{Around, LeafMask};
use super::nested::Nested;
use super::seek::{Findings, written};
use super::semi::is_document;
use super::text::{is_placeholder, splice};
use crate::operators::{Keyed, Outcome, Value, mark, redact};
use crate::seen::SeenKeys;
use detect::date::from_days;
use detect::vote::Vote;
use detect::work::looked;
use detect::{Basis, Detectors, Finding, Label};

/// How the record names cells whose type no detector reads.
const UNREAD: &str = "unread_type";
/// Numbers below it cannot be a card number, the only kind a detector finds without a vote of the column.
const CARD_FROM: u128 = 10_000_000_000_000;
/// Nanoseconds in a day.
const DAY: i128 = 86_400_000_000_000;

/// What is done to every cell of the column.
pub(super) enum Action {
    /// A rule's operator, and the rule.
    Rule(Box<Keyed>, String),
    /// Redacted because the lineage of the whole result was lost, and the words for the record.
    All(&'static str),
    /// The detectors look at it, and the column votes.
    Detect(Box<Vote>),
    /// Left alone.
    Clear,
}

/// One column's mask.
pub(super) struct ColumnMask {
    pub ordinal: u32,
    pub family: Family,
    nullable: bool,
    /// Whether a cell is NULL tells something of a value: NULL gets the form of every other cell.
    null_blind: bool,
    action: Action,
    masking: Arc<Inner>,
    leaves: LeafMask,
    by_rule: u64,
    failed: u64,
    by_label: Vec<(Label, u64)>,
    findings: Vec<Finding>,
    /// Labels of one cell, each once.
    seen: Vec<Label>,
    digits: String,
    /// Findings that may be looked for.
    sought: Option<Findings>,
}

impl ColumnMask {
    pub fn new(
        ordinal: u32,
        column: &ResultColumn,
        action: Action,
        null_blind: bool,
        masking: Arc<Inner>,
    ) -> Self {
        Self {
            ordinal,
            family: Family::of(column),
            nullable: column.nullable,
            null_blind,
            action,
            masking,
            leaves: LeafMask::under(&column.name),
            by_rule: 0,
            failed: 0,
            by_label: Vec::new(),
            findings: Vec::new(),
            seen: Vec::new(),
            digits: String::new(),
            sought: None,
        }
    }

    /// Says tokens of what detectors of `labels` find.
    pub fn seek(&mut self, name: &str, keys: &SeenKeys, labels: &[String]) {
        if self.detects() {
            self.sought = Findings::new(name, keys, labels, &self.masking.detectors);
        }
    }

    /// Takes the tokens since the last call, as far as `left` has room for them.
    pub fn take_seen(&mut self, seen: &mut Vec<Seen>, left: &mut usize) {
        if let Some(sought) = &mut self.sought {
            sought.seen(seen, left);
        }
    }

    /// A base column's name, for leaves that stand under no name of their own.
    pub fn also_named(&mut self, name: &str) {
        self.leaves.also_under(name);
    }

    /// The word of the label the column was voted; every cell is redacted then.
    pub fn voted(&self) -> Option<&str> {
        match &self.action {
            Action::Detect(vote) => vote
                .label()
                .map(|(label, _)| self.masking.detectors.word(label)),
            Action::Rule(..) | Action::All(_) | Action::Clear => None,
        }
    }

    /// Whether cells are still wanted for a vote.
    pub fn votes(&self) -> bool {
        matches!(&self.action, Action::Detect(vote) if vote.label().is_none())
    }

    /// Counts a cell for the vote.
    pub fn observe(&mut self, value: &Value<'_>) {
        let Action::Detect(vote) = &mut self.action else {
            return;
        };
        self.digits.clear();
        match value {
            Value::Text(text) => {
                if is_document(text) {
                    self.leaves.observe(text);
                }
                return vote.observe(text);
            }
            Value::Semi(text) => return self.leaves.observe(text),
            Value::Real(number) if !number.is_finite() => return,
            // A number that was a whole one before it got a fraction is the same number: tables made of data frames have floats.
            Value::Fixed(_) | Value::Real(_) => {
                match written(self.family, value, &SeenClass::Text) {
                    Some(whole) => self.digits.push_str(&whole),
                    None => self.family.write(value, &mut self.digits),
                }
            }
            Value::Date(days) => write_day(*days, &mut self.digits),
            Value::Timestamp(nanos, _) if nanos.rem_euclid(DAY) == 0 => {
                match i32::try_from(nanos.div_euclid(DAY)) {
                    Ok(days) => write_day(days, &mut self.digits),
                    Err(_) => return,
                }
            }
            _ => return,
        }
        vote.observe(&self.digits);
    }

    /// Votes on what was observed since the last call.
    pub fn settle(&mut self) {
        if let Action::Detect(vote) = &mut self.action {
            vote.settle();
            self.leaves.settle();
        }
    }

    /// The text that every cell gets, NULL or not; none where NULL may show, or where all cells become NULL anyway.
    pub fn one_form(&self) -> Option<String> {
        if !self.null_blind || !matches!(self.family, Family::Text | Family::Other) {
            return None;
        }
        match &self.action {
            Action::Rule(operator, _) if operator.nullifies() => None,
            Action::Rule(operator, _) => Some(mark(operator.label())),
            Action::All(_) => Some(mark("")),
            Action::Detect(_) | Action::Clear => None,
        }
    }

    /// Counts cells that got the one form.
    pub const fn formed(&mut self, cells: u64) {
        self.by_rule += cells;
    }

    /// The detectors, where they alone say what becomes of its texts, each for itself.
    pub fn looked_at_by(&self) -> Option<&Detectors> {
        let alone = self.unvoted() && self.family != Family::Semi;
        alone.then_some(&self.masking.detectors)
    }

    /// What takes the place of a cell that is not NULL and stands `times` times; none if it stays.
    pub fn apply(&mut self, value: &Value<'_>, times: u64) -> Option<Option<Value<'static>>> {
        self.apply_found(value, times, None)
    }

    /// [`Self::apply`] of a text in which the detectors `found` something, or nothing, before.
    pub fn apply_found(
        &mut self,
        value: &Value<'_>,
        times: u64,
        found: Option<&[Finding]>,
    ) -> Option<Option<Value<'static>>> {
        let outcome = match &self.action {
            Action::Clear => return None,
            Action::All(_) => {
                self.by_rule += times;
                redact(value, "")
            }
            Action::Rule(operator, _) => match operator.apply(value) {
                Outcome::Failed => {
                    self.failed += times;
                    redact(value, operator.label())
                }
                outcome => {
                    self.by_rule += times;
                    outcome
                }
            },
            Action::Detect(vote) => match vote.label() {
                Some((label, basis)) => self.labelled(value, label, basis, times)?,
                None => self.detect(value, times, found)?,
            },
        };
        Some(match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Null | Outcome::Failed if self.nullable => None,
            Outcome::Null | Outcome::Failed => Some(self.family.zero()),
        })
    }

    /// A cell of a column that was voted: all of it goes, whether or not it alone would be found.
    fn labelled(
        &mut self,
        value: &Value<'_>,
        label: Label,
        basis: Basis,
        times: u64,
    ) -> Option<Outcome> {
        if matches!(value, Value::Text(text) if is_placeholder(text.trim())) {
            return None;
        }
        self.findings.clear();
        self.findings.push(Finding {
            start: 0,
            end: 0,
            label,
            basis,
        });
        self.count(times);
        if let Some(sought) = &mut self.sought {
            self.digits.clear();
            let whole: &str = match value {
                Value::Text(text) => text.as_ref(),
                other => {
                    match written(self.family, other, &SeenClass::Date) {
                        Some(text) => self.digits = text,
                        None => self.family.write(other, &mut self.digits),
                    }
                    self.digits.as_str()
                }
            };
            sought.take(label, whole, times);
        }
        Some(redact(value, self.masking.detectors.word(label)))
    }

    fn detect(
        &mut self,
        value: &Value<'_>,
        times: u64,
        found: Option<&[Finding]>,
    ) -> Option<Outcome> {
        self.findings.clear();
        let detectors = &self.masking.detectors;
        match value {
            Value::Text(text) if is_document(text) => {
                let masked = self.leaves.mask(text, detectors, &mut self.findings)?;
                self.count(times);
                return Some(Outcome::Value(Value::Text(Cow::Owned(masked))));
            }
            Value::Text(text) => {
                match found {
                    Some(found) => self.findings.extend_from_slice(found),
                    None => detectors.find(text, &mut self.findings),
                }
                if let Action::Detect(vote) = &self.action {
                    vote.spare(text, 0, &mut self.findings);
                }
            }
            Value::Fixed(number) => {
                let whole = self.whole(*number)?;
                self.digits.clear();
                let _ = write!(self.digits, "{whole}");
                detectors.find(&self.digits, &mut self.findings);
            }
            Value::Real(number) => {
                if number.abs() < CARD_FROM as f64 || number.abs() >= 1e19 || number.fract() != 0.0
                {
                    return None;
                }
                self.digits.clear();
                let _ = write!(self.digits, "{}", number.abs());
                detectors.find(&self.digits, &mut self.findings);
            }
            Value::Decfloat(text) => detectors.find(text, &mut self.findings),
            Value::Semi(text) => {
                let masked = self.leaves.mask(text, detectors, &mut self.findings)?;
                self.count(times);
                return Some(Outcome::Value(Value::Semi(Cow::Owned(masked))));
            }
            Value::Boolean(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::Timestamp(..)
            | Value::Binary(_)
            | Value::Opaque => {
                return None;
            }
        }
        if self.findings.is_empty() {
            return None;
        }
        if let Some(sought) = &mut self.sought {
            take(sought, &self.findings, said(value, &self.digits), times);
        }
        let outcome = match value {
            Value::Text(text) => Outcome::Value(Value::Text(Cow::Owned(splice(
                text,
                &self.findings,
                detectors,
            )))),
            _ => Outcome::Null,
        };
        self.count(times);
        Some(outcome)
    }

    /// The whole number that a decimal is, if it could be a card number or own detectors want to see it.
    fn whole(&self, number: i128) -> Option<u128> {
        let unit = self.unit()?;
        let size = number.unsigned_abs();
        if !self.masking.detectors.has_own() && size < unit.saturating_mul(CARD_FROM) {
            return None;
        }
        size.is_multiple_of(unit).then_some(size / unit)
    }

    fn unit(&self) -> Option<u128> {
        match self.family {
            Family::Fixed(scale) => 10_u128.checked_pow(u32::from(scale)),
            _ => Some(1),
        }
    }

    /// Unscaled numbers nearer to zero than this stay as they are, unseen; 0 where any may change.
    pub fn stays_below(&self) -> u128 {
        let unseen = self.unvoted() && !self.masking.detectors.has_own();
        match self.unit().and_then(|unit| unit.checked_mul(CARD_FROM)) {
            Some(least) if unseen => least,
            _ => 0,
        }
    }

    /// Whether times, truths and bytes stay as they are: no detector looks at one, and no rule or vote spoke.
    pub fn unvoted(&self) -> bool {
        matches!(&self.action, Action::Detect(vote) if vote.label().is_none())
    }

    /// Whether the detectors look into the cells of this column.
    pub const fn detects(&self) -> bool {
        matches!(self.action, Action::Detect(_))
    }

    /// Masks the leaves of a structured column; each counts for itself.
    pub fn mask_nested(&mut self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let mut nested = Nested {
            leaves: &mut self.leaves,
            detectors: &self.masking.detectors,
            found: Vec::new(),
        };
        let masked = nested.mask(array, Around::default())?;
        for label in nested.found {
            self.findings.clear();
            self.findings.push(Finding {
                start: 0,
                end: 0,
                label,
                basis: Basis::Form,
            });
            self.count(1);
        }
        Ok(masked)
    }

    /// Counts cells of a type nobody here reads: they are NULL now.
    pub const fn withhold(&mut self, cells: u64) {
        self.failed += cells;
    }

    /// One cell counts once for each label found in it.
    fn count(&mut self, times: u64) {
        self.seen.clear();
        for finding in &self.findings {
            looked(self.seen.len() + 1);
            if self.seen.contains(&finding.label) {
                continue;
            }
            self.seen.push(finding.label);
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
            Action::Detect(_) | Action::Clear => (String::new(), UNREAD.to_owned()),
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
            push(
                format!("detector:{}", self.masking.detectors.word(label)),
                cells,
            );
        }
    }
}

/// The text in which something was found: the value's own, or the number's digits.
fn said<'a>(value: &'a Value<'_>, digits: &'a str) -> &'a str {
    match value {
        Value::Text(text) | Value::Decfloat(text) => text.as_ref(),
        _ => digits,
    }
}

/// Notes what was found, where a rule asks for values.
fn take(sought: &mut Findings, findings: &[Finding], said: &str, times: u64) {
    for finding in findings {
        let found = said.get(finding.start..finding.end);
        sought.take(finding.label, found.unwrap_or_default(), times);
    }
}

fn write_day(days: i32, out: &mut String) {
    let day = from_days(days);
    let _ = write!(out, "{:04}-{:02}-{:02}", day.year, day.month, day.day);
}
