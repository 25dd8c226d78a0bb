//! What the catalog says of objects and columns, in the policy's words.
//!
//! Enters: a catalog snapshot, the policy's settings. Leaves: tags, kinds, sensitivity. Never here: a name resolved; the
//! analysis did that.

use std::collections::BTreeSet;

use event::payload::{Finding, SeenClass, Use};
use permit::{Operator, Sought};

use crate::analysis::{Analysis, Comparison, Derivation, Predicate, is_unresolved};
use crate::catalog::{Catalog, quote};
use crate::policy::{Settings, UnknownTable};
use crate::seen::form::class_of;

use super::resource::ResourceKind;

/// The tag every sensitive column is in, whatever its class.
const SENSITIVE: &str = "SENSITIVE";

/// The catalog seen through the policy's settings.
pub(super) struct Classes<'a> {
    catalog: &'a Catalog,
    settings: &'a Settings,
}

impl<'a> Classes<'a> {
    pub const fn new(catalog: &'a Catalog, settings: &'a Settings) -> Self {
        Self { catalog, settings }
    }

    /// Whether the catalog has any table: without one, nothing can be told from a table being unknown.
    pub fn knows_tables(&self) -> bool {
        !self.catalog.is_empty()
    }

    /// Whether it reads nothing but tables the catalog lacks, the settings let those run on value detectors alone, and no
    /// more than their columns is unknown. Then there is nothing classified that could show.
    pub fn runs_blind(&self, analysis: &Analysis) -> bool {
        let detect = self.settings.unknown.table == UnknownTable::Detect || !self.knows_tables();
        let unknown = |table: &String| {
            // What a temporary table holds may be known, and classified, though the catalog lacks it.
            let known = analysis.rests_on.contains(table);
            self.catalog.table(table).is_none() && !self.catalog.is_withheld(table) && !known
        };
        let named = !analysis.reads.is_empty() && analysis.reads.iter().all(unknown);
        let mut lost = analysis.flags.iter().filter(|found| is_lost(found));
        let columns_alone = lost
            .all(|finding| matches!(finding, Finding::UnresolvedStar | Finding::UnresolvedOutput));
        detect && named && columns_alone && analysis.has(&Finding::UnknownTable)
    }

    /// Tags of a column: by name, by name and value, by class; sorted.
    pub fn column_tags(&self, column: &str) -> Vec<String> {
        let Some(found) = self.catalog.column(column) else {
            return Vec::new();
        };
        let mut tags: BTreeSet<String> = found.labels.iter().cloned().collect();
        for (name, value) in &found.tags {
            tags.insert(match value.trim() {
                "" => name.to_uppercase(),
                value => format!("{name}={value}").to_uppercase(),
            });
        }
        if found.is_sensitive() || tags.iter().any(|tag| self.settings.is_sensitive(tag)) {
            tags.insert(SENSITIVE.to_owned());
        }
        tags.into_iter().collect()
    }

    /// Tags of the object itself; its columns carry their own.
    pub fn table_tags(&self, _table: &str) -> Vec<String> {
        Vec::new()
    }

    pub fn is_sensitive(&self, column: &str) -> bool {
        self.column_tags(column).iter().any(|tag| tag == SENSITIVE)
    }

    pub fn object_kind(&self, name: &str) -> ResourceKind {
        if name.starts_with(['@', '\'']) {
            return ResourceKind::Stage;
        }
        match self.catalog.table(name) {
            Some(table) if table.view.is_some() => ResourceKind::View,
            _ => ResourceKind::Table,
        }
    }

    /// Whether a join compares like with like: a legal key, not a probe of one column by another.
    pub fn same_tag(&self, predicate: &Predicate) -> bool {
        if predicate.comparison != Comparison::Join || predicate.peers.is_empty() {
            return false;
        }
        let own = self.class_tags(&predicate.column);
        predicate.peers.iter().all(|peer| {
            let theirs = self.class_tags(peer);
            own.iter().any(|tag| theirs.contains(tag))
        })
    }

    fn class_tags(&self, column: &str) -> Vec<String> {
        let mut tags = self.column_tags(column);
        tags.retain(|tag| tag != SENSITIVE);
        tags
    }

    /// The operator and label of a masked column where the rule names no operator: the closest setting wins.
    pub fn default_mask(&self, column: &str) -> (Operator, String) {
        let tags = self.class_tags(column);
        let by_value = tags
            .iter()
            .filter(|tag| self.settings.tags.contains_key(*tag));
        let by_name = tags.iter().filter(|tag| self.settings.tag(tag).is_some());
        let closest = by_value
            .clone()
            .filter(|tag| tag.contains('='))
            .chain(by_value.filter(|tag| !tag.contains('=')))
            .chain(by_name)
            .next();
        let settings = closest.and_then(|tag| self.settings.tag(tag));
        let operator = settings.map_or(Operator::Redact, |tag| tag.mask.clone());
        let label = settings.and_then(|tag| tag.label.clone());
        (operator, label.unwrap_or_else(|| label_of(&tags)))
    }

    /// What the values of a column are, if they may be looked for.
    pub fn sought(&self, column: &str) -> Option<SeenClass> {
        let tags = self.column_tags(column);
        let asked = |tag: &String| self.settings.tag(tag).is_some_and(|tag| tag.find);
        if !tags.iter().any(asked) {
            return None;
        }
        let said = tags.iter().find_map(|tag| class_of(tag));
        Some(said.unwrap_or(SeenClass::Text))
    }

    /// Labels of detectors whose findings may be looked for.
    pub fn sought_labels(&self) -> Vec<String> {
        self.settings.sought().map(str::to_owned).collect()
    }

    /// Columns that the text of a statement compares or writes, and whose values may be looked for.
    pub fn sought_in_text(&self, analysis: &Analysis) -> Vec<Sought> {
        if self.settings.sought().next().is_none() {
            return Vec::new();
        }
        let met = analysis
            .columns
            .iter()
            .filter(|used| used.usage != Use::Output);
        let sought = met.filter_map(|used| {
            let column = full_name(used);
            Some(Sought {
                ordinal: 0,
                class: self.sought(&column)?,
                column,
            })
        });
        let sought: BTreeSet<Sought> = sought.collect();
        sought.into_iter().collect()
    }

    /// Whether what the server says of a failure can speak of a sensitive value: it reads one, or what it reads is not known.
    pub fn withholds_errors(&self, analysis: &Analysis) -> bool {
        let lost = || analysis.flags.iter().any(is_lost);
        let read = |used: &event::payload::ColumnUse| {
            used.usage != Use::Write && self.is_sensitive(&full_name(used))
        };
        analysis.columns.iter().any(read) || (!self.runs_blind(analysis) && lost())
    }

    /// Raises the flags of sensitive columns for tags that only the policy calls sensitive.
    pub fn flag(&self, analysis: &mut Analysis) {
        let mut flags: BTreeSet<Finding> =
            std::mem::take(&mut analysis.flags).into_iter().collect();
        let sensitive = |column: &str| self.is_sensitive(column);
        for output in analysis.outputs.iter().flatten().flatten() {
            if output.revealed().any(sensitive) {
                flags.insert(Finding::SensitiveOutput);
                if output.derivation != Derivation::Identity {
                    flags.insert(Finding::DerivedSensitive);
                }
            }
        }
        for predicate in &analysis.predicates {
            if !predicate.comparison.tells() || !sensitive(&predicate.column) {
                continue;
            }
            flags.insert(if predicate.comparison == Comparison::Failure {
                Finding::ErrorChannel
            } else {
                Finding::PredicateOnSensitive
            });
        }
        // With several statements the uses of one would taint the writes of another; the analysis flags those itself.
        let writes = analysis.kinds.len() == 1 && !analysis.writes.is_empty();
        let moved = |column: &event::payload::ColumnUse| {
            column.usage == Use::Output && sensitive(&full_name(column))
        };
        if writes && analysis.columns.iter().any(moved) {
            flags.insert(Finding::PersistSensitive);
        }
        analysis.flags = flags.into_iter().collect();
    }
}

fn full_name(used: &event::payload::ColumnUse) -> String {
    format!("{}.{}", used.table, quote(&used.column))
}

/// Findings that say the analysis lost track.
pub(super) const fn is_lost(finding: &Finding) -> bool {
    is_unresolved(finding)
        || matches!(
            finding,
            Finding::Unclassified
                | Finding::UnknownLineage
                | Finding::UnknownFunction
                | Finding::UnknownMetadata
                | Finding::OpaqueCode
                | Finding::TooComplex
                | Finding::Other(_)
        )
}

/// The word a redacted cell shows: a value (`PII=SSN`) says more than a name.
fn label_of(tags: &[String]) -> String {
    let value = tags
        .iter()
        .find_map(|tag| tag.split_once('=').map(|(_, value)| value));
    let name = tags.first().map_or("SENSITIVE", String::as_str);
    value.unwrap_or(name).to_owned()
}

/// What a dotted name is in: everything before its last dot outside quotes.
pub(super) fn parent(name: &str) -> Option<&str> {
    let mut quoted = false;
    let mut last = None;
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => last = Some(at),
            _ => {}
        }
    }
    last.and_then(|at| name.get(..at))
        .filter(|name| !name.is_empty())
}
