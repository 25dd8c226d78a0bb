//! Where a value comes from: sets of base columns and how they got there.
//!
//! Enters: base columns. Leaves: unions of them. Never here: a set that shrinks; provenance only over-approximates.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::Derivation;
use crate::catalog::{Catalog, QUASI};

/// Sorted ids of base columns.
pub(crate) type Set = SmallVec<[u32; 6]>;

pub(crate) fn unite(into: &mut Set, from: &[u32]) {
    if from.iter().all(|id| into.binary_search(id).is_ok()) {
        return;
    }
    let mut all = Set::with_capacity(into.len() + from.len());
    let (mut a, mut b) = (into.iter().peekable(), from.iter().peekable());
    while let Some(next) = match (a.peek(), b.peek()) {
        (Some(x), Some(y)) if x < y => a.next(),
        (Some(x), Some(y)) if x == y => {
            b.next();
            a.next()
        }
        (_, Some(_)) => b.next(),
        (Some(_), None) => a.next(),
        (None, None) => None,
    } {
        all.push(*next);
    }
    *into = all;
}

/// Of one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prov {
    /// Columns whose values show.
    pub(crate) revealed: Set,
    /// Columns that are only counted or tested for NULL.
    pub(crate) counted: Set,
    pub(crate) derivation: Derivation,
    /// Something it depends on was not found.
    pub(crate) unresolved: bool,
}

impl Prov {
    pub(crate) fn of(id: u32) -> Self {
        Self {
            revealed: SmallVec::from_slice(&[id]),
            ..Self::default()
        }
    }

    pub(crate) fn unknown() -> Self {
        Self {
            unresolved: true,
            derivation: Derivation::Lossy,
            ..Self::default()
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        unite(&mut self.revealed, &other.revealed);
        if !self.counted.is_empty() || !other.counted.is_empty() {
            unite(&mut self.counted, &other.counted);
            let revealed = &self.revealed;
            self.counted
                .retain(|id| revealed.binary_search(id).is_err());
        }
        self.derivation = self.derivation.max(other.derivation);
        self.unresolved |= other.unresolved;
    }

    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.merge(other);
        self
    }

    /// At least this far from the base value.
    pub(crate) fn derived(mut self, derivation: Derivation) -> Self {
        self.derivation = self.derivation.max(derivation);
        self
    }

    /// Its value no longer shows: only whether or how often there is one.
    pub(crate) fn only_counted(mut self, derivation: Derivation) -> Self {
        let revealed = std::mem::take(&mut self.revealed);
        unite(&mut self.counted, &revealed);
        self.derived(derivation)
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.revealed.is_empty() && self.counted.is_empty() && !self.unresolved
    }

    pub(crate) fn weight(&self) -> u64 {
        (self.revealed.len() + self.counted.len()) as u64
    }
}

/// One base column, as the analysis met it.
pub(crate) struct Base {
    pub(crate) full: Arc<str>,
    pub(crate) table: Arc<str>,
    pub(crate) column: String,
    pub(crate) labels: Vec<String>,
    pub(crate) sensitive: bool,
}

/// Every base column met, numbered.
#[derive(Default)]
pub(crate) struct Bases {
    ids: HashMap<Arc<str>, u32>,
    list: Vec<Base>,
}

impl Bases {
    pub(crate) fn id(
        &mut self,
        catalog: &Catalog,
        table: &Arc<str>,
        full: &Arc<str>,
        column: &str,
    ) -> u32 {
        if let Some(id) = self.ids.get(full) {
            return *id;
        }
        let labels = catalog
            .column(full)
            .map(|known| known.labels.clone())
            .unwrap_or_default();
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.ids.insert(Arc::clone(full), id);
        self.list.push(Base {
            full: Arc::clone(full),
            table: Arc::clone(table),
            column: column.to_owned(),
            sensitive: labels.iter().any(|label| label != QUASI),
            labels,
        });
        id
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Base> {
        self.list.get(id as usize)
    }

    pub(crate) fn sensitive(&self, set: &[u32]) -> bool {
        set.iter()
            .any(|id| self.get(*id).is_some_and(|base| base.sensitive))
    }

    /// Whether two columns hold the same kind of thing: a class in common beyond "sensitive", or one name.
    pub(crate) fn alike(&self, a: u32, b: u32) -> bool {
        let (Some(a), Some(b)) = (self.get(a), self.get(b)) else {
            return false;
        };
        // A name alone says nothing of a column nobody calls sensitive: it may hold guesses.
        (a.column == b.column && a.sensitive == b.sensitive)
            || a.labels
                .iter()
                .any(|label| label != QUASI && label != "SENSITIVE" && b.labels.contains(label))
    }

    pub(crate) fn names(&self, set: &[u32]) -> Vec<String> {
        let mut names: Vec<String> = set
            .iter()
            .filter_map(|id| self.get(*id))
            .map(|base| base.full.to_string())
            .collect();
        names.sort_unstable();
        names
    }
}
