//! The leaves of JSON and of structured cells: each a small cell under a name.
//!
//! Enters: JSON text, or one leaf with its name. Leaves: the text with findings replaced. Never here: a parse tree.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::semi::{Kind, Leaf, is_document, leaves};
use super::text::splice;
use crate::operators::mark;
use detect::hint::{Promise, hint, is_day_part, is_of_things, promise};
use detect::vote::Vote;
use detect::work::looked;
use detect::{Basis, Detectors, Finding, Label, is_placeholder};

/// Longest member name that may hint at something, bytes: it is read again for every leaf under it.
const NAME_BYTES_MAX: usize = 128;
/// Most member names whose hint is remembered.
const NAMES_MAX: usize = 256;
/// How deep documents are strings in other documents.
const NESTED_MAX: usize = 4;
/// Most member names whose leaves vote.
const VOTES_MAX: usize = 64;
/// Fewest leaves of one name whose vote counts: a few documents have too little in common.
const VOTERS_MIN: u32 = 10;
/// Most places of an array that vote each for itself.
const PLACES_MAX: usize = 8;
/// Most leaves of one name that vote.
const VOTERS_MAX: u32 = 256;
/// Numbers with an exponent that are larger are no digits of anything.
const WHOLE_MAX: f64 = 1e19;

/// What is remembered of a name: what it promises, and whether it is one of things.
#[derive(Clone, Copy, Debug)]
struct Known {
    promise: Option<Promise>,
    thing: bool,
}

/// Masks leaves, remembering what their names hint at.
#[derive(Debug, Default)]
pub(crate) struct LeafMask {
    /// What the column and its base columns are called: for leaves that stand under no name of their own.
    names: Vec<String>,
    hints: HashMap<String, Known>,
    /// What the leaves under one name are, judged together as a column's cells are.
    votes: HashMap<String, (Vote, u32)>,
    found: Vec<Finding>,
    scratch: Vec<Finding>,
    /// What names the leaf at hand.
    name: String,
}

/// What is around a leaf.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around<'a> {
    /// The member name it stands under; empty at the top.
    pub key: &'a str,
    /// The name of the member around its object; empty at the top.
    pub owner: &'a str,
    /// What a member beside it says that it is.
    pub said: &'a str,
    /// What the member before that one says.
    pub also: &'a str,
    /// What the object around its own says that it is.
    pub above: &'a str,
    /// Its place, if it is an element of an array.
    pub place: Option<usize>,
}

impl<'a> From<Leaf<'a>> for Around<'a> {
    fn from(leaf: Leaf<'a>) -> Self {
        Self {
            key: leaf.key,
            owner: leaf.owner,
            said: leaf.said,
            also: leaf.also,
            above: leaf.above,
            place: leaf.place,
        }
    }
}

impl LeafMask {
    /// For the leaves of a column of that name.
    pub fn under(name: &str) -> Self {
        let mut leaves = Self::default();
        leaves.also_under(name);
        leaves
    }

    /// Another name of that column.
    pub fn also_under(&mut self, name: &str) {
        if hint(name).is_some() {
            self.names.push(name.to_owned());
        }
    }

    /// Counts the leaves of a document for the votes of their names.
    pub fn observe(&mut self, text: &str) {
        self.observe_inside(text, 0);
    }

    /// The same of a document that is a string in `depth` others.
    fn observe_inside(&mut self, text: &str, depth: usize) {
        leaves(text, |leaf| {
            let voter = matches!(leaf.kind, Kind::String | Kind::Number);
            if !voter || leaf.key.len() > NAME_BYTES_MAX {
                return;
            }
            let raw = text.get(leaf.start..leaf.end).unwrap_or("");
            let plain = unescaped(raw, leaf.kind);
            if depth < NESTED_MAX && leaf.kind == Kind::String && is_document(&plain) {
                return self.observe_inside(&plain, depth + 1);
            }
            self.name_leaf(leaf.into());
            if !leaf.key.is_empty() {
                self.vote(&plain, leaf.kind);
            }
            if self.name_place(leaf.place) {
                self.vote(&plain, leaf.kind);
            }
        });
    }

    /// Counts a leaf for the vote of the name at hand.
    fn vote(&mut self, text: &str, kind: Kind) {
        if !self.votes.contains_key(&self.name) {
            if self.votes.len() >= VOTES_MAX {
                return;
            }
            let vote = Vote::new(&self.name, kind == Kind::String);
            self.votes.insert(self.name.clone(), (vote, 0));
        }
        if let Some((vote, voters)) = self.votes.get_mut(&self.name)
            && *voters < VOTERS_MAX
            && vote.label().is_none()
        {
            *voters += 1;
            vote.observe(text);
        }
    }

    /// Adds its place in an array to what names a leaf: arrays are often rows.
    fn name_place(&mut self, place: Option<usize>) -> bool {
        let Some(place) = place.filter(|place| *place < PLACES_MAX) else {
            return false;
        };
        let _ = write!(self.name, "[{place}]");
        true
    }

    /// What the leaves of the name at hand were voted.
    fn voted(&self) -> Option<(Label, Basis)> {
        let (vote, voters) = self.votes.get(&self.name)?;
        vote.label().filter(|_| *voters >= VOTERS_MIN)
    }

    /// Votes on what was observed since the last call.
    pub fn settle(&mut self) {
        self.votes.values_mut().for_each(|(vote, _)| vote.settle());
    }

    /// The JSON text with findings replaced: inside strings and member names by their mark, numbers by null. None if nothing was
    /// found. Findings are appended, with places inside `text` as far as the leaf is written without escapes.
    pub fn mask(
        &mut self,
        text: &str,
        detectors: &Detectors,
        findings: &mut Vec<Finding>,
    ) -> Option<String> {
        self.mask_inside(text, detectors, findings, 0)
    }

    /// The same of a document that is a string in `depth` others.
    fn mask_inside(
        &mut self,
        text: &str,
        detectors: &Detectors,
        findings: &mut Vec<Finding>,
        depth: usize,
    ) -> Option<String> {
        let before = findings.len();
        let mut out = String::new();
        let mut from = 0;
        leaves(text, |leaf| {
            let raw = text.get(leaf.start..leaf.end).unwrap_or("");
            let plain = unescaped(raw, leaf.kind);
            if depth < NESTED_MAX && leaf.kind == Kind::String && is_document(&plain) {
                let from_here = findings.len();
                let Some(masked) = self.mask_inside(&plain, detectors, findings, depth + 1) else {
                    return;
                };
                out.push_str(text.get(from..leaf.start).unwrap_or(""));
                from = leaf.end;
                out.push_str(&escaped(&masked));
                // Written with escapes, a place in it is none in this text.
                let direct = matches!(plain, Cow::Borrowed(_));
                for finding in findings.iter_mut().skip(from_here) {
                    *finding = if direct {
                        at(
                            finding,
                            leaf.start + finding.start,
                            leaf.start + finding.end,
                        )
                    } else {
                        at(finding, leaf.start, leaf.end)
                    };
                }
                return;
            }
            self.leaf(
                (leaf.kind != Kind::Name).then_some(leaf.into()),
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
                    // A sign before it would make it no JSON.
                    if out.ends_with('-') {
                        out.pop();
                    }
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
        around: Around<'_>,
        text: &str,
        detectors: &Detectors,
    ) -> Option<(String, Label)> {
        self.leaf(Some(around), text, detectors);
        let label = self.found.first()?.label;
        Some((splice(text, &self.found, detectors), label))
    }

    /// `around` is none for a member's name.
    fn leaf(&mut self, around: Option<Around<'_>>, text: &str, detectors: &Detectors) {
        self.found.clear();
        detectors.find(text, &mut self.found);
        // What has a form of its own needs no name; names and bare numbers are judged with the other leaves of theirs.
        let judged = |finding: &Finding| {
            finding.basis == Basis::Dictionary
                || matches!(
                    finding.label,
                    Label::Phone | Label::Ip | Label::Mac | Label::UsSsn
                )
        };
        let whole = matches!(
            self.found.as_slice(),
            [finding] if finding.end - finding.start == text.len() && !judged(finding)
        );
        let Some(around) = around.filter(|_| !whole && !text.is_empty()) else {
            return;
        };
        self.name_leaf(around);
        if let Some((vote, _)) = self.votes.get(&self.name) {
            vote.spare(text, 0, &mut self.found);
        }
        let length = self.name.len();
        let voted = self
            .voted()
            .or_else(|| {
                let row = self.name_place(around.place);
                row.then(|| self.voted()).flatten()
            })
            .filter(|_| !is_placeholder(text.trim()));
        self.name.truncate(length);
        let judged = voted.or_else(|| self.named(around, text).map(|label| (label, Basis::Name)));
        if let Some((label, basis)) = judged {
            self.found.clear();
            self.found.push(Finding {
                start: 0,
                end: text.len(),
                label,
                basis,
            });
        }
    }

    /// What the leaf's name says, if its text bears that out.
    fn named(&mut self, around: Around<'_>, text: &str) -> Option<Label> {
        if self.name.is_empty() {
            return self
                .names
                .iter()
                .find_map(|name| Vote::hinted(name, text, &mut self.scratch));
        }
        let name = std::mem::take(&mut self.name);
        let promise = self.known(&name).and_then(|known| known.promise);
        let label = promise.and_then(|promise| {
            Vote::borne_out(promise, text, &mut self.scratch).or_else(|| {
                let part = around.place.is_some() || is_day_part(around.key);
                (promise.label == Label::Dob && part && is_part_of_day(text)).then_some(Label::Dob)
            })
        });
        self.name = name;
        label
    }

    /// What a name hints at.
    pub fn hint_of(&mut self, name: &str) -> Option<Label> {
        self.known(name)?.promise.map(|promise| promise.label)
    }

    fn known(&mut self, name: &str) -> Option<Known> {
        if name.len() > NAME_BYTES_MAX {
            return None;
        }
        looked(name.len());
        if let Some(known) = self.hints.get(name) {
            return Some(*known);
        }
        let known = Known {
            promise: promise(name),
            thing: is_of_things(name),
        };
        if self.hints.len() < NAMES_MAX {
            self.hints.insert(name.to_owned(), known);
        }
        Some(known)
    }
}

/// A year, a month or a day: of a birthday in pieces.
fn is_part_of_day(text: &str) -> bool {
    matches!(text.parse(), Ok(1..=31_u16 | 1850..=2100))
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
    if kind == Kind::Number {
        return spelled(raw);
    }
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    serde_json::from_str::<String>(&format!("\"{raw}\"")).map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// A whole number by its digits: Snowflake writes a float as large as a card number with an exponent.
fn spelled(raw: &str) -> Cow<'_, str> {
    let number = raw.contains(['e', 'E']).then(|| raw.parse::<f64>());
    match number {
        Some(Ok(number)) if number.fract() == 0.0 && number < WHOLE_MAX => {
            Cow::Owned(number.to_string())
        }
        _ => Cow::Borrowed(raw),
    }
}

/// As a JSON string has it between its quotes.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inside = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside.unwrap_or_default().to_owned()
}

mod naming;

#[cfg(test)]
mod tests;
