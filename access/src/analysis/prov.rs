//! Where a value comes from: sets of base columns and how they got there.
//!
//! Enters: base columns. Leaves: unions of them. Never here: a set that shrinks; provenance only over-approximates.
//!
//! A value is *pure* if it is the untouched value of base columns of one class and can be nothing else. Which pure values are
//! equal stays the same however the values of their class are called, and so do groups, joins and counts of them. Whatever
//! else is told apart by anything made of a classified column is a condition on it.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::Derivation;
use super::kind::Kind;
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

/// What else is known of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// It may be something else than the untouched value of one class: a literal, a value of another class.
    pub(crate) mixed: bool,
    /// Whether it is NULL, or how many elements it has, depends on more than which base columns are NULL.
    pub(crate) tested: bool,
    /// It says how many rows a group has, and nothing else.
    pub(crate) grouped: bool,
}

/// Of one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prov {
    /// Columns whose values show.
    pub(crate) revealed: Set,
    /// Columns that are only counted or tested for NULL.
    pub(crate) counted: Set,
    /// Columns whose untouched values rows were put together by in a window. Which rows are together tells nothing, so a condition
    /// may rest on it; how many are shows as little as they may.
    pub(crate) parted: Set,
    pub(crate) derivation: Derivation,
    /// Something it depends on was not found.
    pub(crate) unresolved: bool,
    pub(crate) marks: Marks,
    pub(crate) kind: Kind,
}

impl Prov {
    pub(crate) fn of(id: u32) -> Self {
        Self {
            revealed: SmallVec::from_slice(&[id]),
            kind: Kind::Any,
            ..Self::default()
        }
    }

    /// A value that comes from no column.
    pub(crate) fn constant(kind: Kind) -> Self {
        Self {
            marks: Marks {
                mixed: true,
                ..Marks::default()
            },
            kind,
            ..Self::default()
        }
    }

    pub(crate) fn unknown() -> Self {
        Self {
            unresolved: true,
            derivation: Derivation::Lossy,
            marks: Marks {
                mixed: true,
                tested: true,
                grouped: false,
            },
            kind: Kind::Any,
            ..Self::default()
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        let counts = |a: &Self, b: &Self| a.marks.grouped && (b.marks.grouped || b.is_constant());
        let grouped = counts(self, other) || counts(other, self);
        self.marks = Marks {
            mixed: self.marks.mixed || other.marks.mixed,
            tested: self.marks.tested || other.marks.tested,
            grouped,
        };
        self.kind = self.kind.or(other.kind);
        unite(&mut self.revealed, &other.revealed);
        unite(&mut self.parted, &other.parted);
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

    /// Its rows were put together by these values, and by nothing else of them.
    pub(crate) fn only_parted(mut self) -> Self {
        let revealed = std::mem::take(&mut self.revealed);
        unite(&mut self.parted, &revealed);
        self
    }

    /// More is made of the groups than that they are.
    pub(crate) fn not_only_parted(mut self) -> Self {
        let parted = std::mem::take(&mut self.parted);
        unite(&mut self.revealed, &parted);
        self
    }

    /// Columns that a result shows something of.
    pub(crate) fn shown(&self) -> std::borrow::Cow<'_, Set> {
        if self.parted.is_empty() {
            return std::borrow::Cow::Borrowed(&self.revealed);
        }
        let mut all = self.revealed.clone();
        unite(&mut all, &self.parted);
        std::borrow::Cow::Owned(all)
    }

    /// Whether it stands for rows by itself: nothing was done to it and nothing else can be in it.
    pub(crate) fn is_pure(&self) -> bool {
        self.derivation == Derivation::Identity
            && !self.marks.mixed
            && !self.unresolved
            && self.counted.is_empty()
            && self.parted.is_empty()
    }

    /// Whether how many there are of it, or how many different ones, tells nothing of a value.
    pub(crate) fn counts_plainly(&self, classified: bool) -> bool {
        self.derivation == Derivation::Identity && !(classified && self.marks.mixed)
    }

    /// NULL or not, or how many elements, tells something of a value.
    pub(crate) const fn tested(mut self) -> Self {
        self.marks.tested = true;
        self
    }

    pub(crate) const fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.revealed.is_empty()
            && self.counted.is_empty()
            && self.parted.is_empty()
            && !self.unresolved
    }

    pub(crate) fn weight(&self) -> u64 {
        (self.revealed.len() + self.counted.len() + self.parted.len()) as u64
    }
}

/// One base column, as the analysis met it.
pub(crate) struct Base {
    pub(crate) full: Arc<str>,
    pub(crate) table: Arc<str>,
    pub(crate) column: String,
    pub(crate) labels: Vec<String>,
    pub(crate) sensitive: bool,
    /// Sensitive, or tagged at all: a policy may call any tag sensitive.
    pub(crate) classified: bool,
    pub(crate) kind: Kind,
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
        let known = catalog.column(full);
        let labels = known.map(|known| known.labels.clone()).unwrap_or_default();
        let sensitive = labels.iter().any(|label| label != QUASI);
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.ids.insert(Arc::clone(full), id);
        self.list.push(Base {
            full: Arc::clone(full),
            table: Arc::clone(table),
            column: column.to_owned(),
            sensitive,
            classified: sensitive || known.is_some_and(|known| !known.tags.is_empty()),
            kind: known.map_or(Kind::Any, |known| Kind::of_words(&known.data_type)),
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

    pub(crate) fn classified(&self, set: &[u32]) -> bool {
        set.iter()
            .any(|id| self.get(*id).is_some_and(|base| base.classified))
    }

    /// The value of one base column.
    pub(crate) fn value(&self, id: u32) -> Prov {
        let kind = self.get(id).map_or(Kind::Any, |base| base.kind);
        Prov::of(id).of_kind(kind)
    }

    /// Lets a value be another one too: of two branches of a set operation, of rows of VALUES, of unpivoted columns. One
    /// that is not of the same class throughout is no longer pure.
    pub(crate) fn unify(&self, into: &mut Prov, other: &Prov) {
        let mut classes = into.revealed.iter().chain(&other.revealed);
        if let Some(first) = classes.next()
            && (self.classified(&into.revealed) || self.classified(&other.revealed))
        {
            into.marks.mixed |= !classes.all(|id| self.one_class(*first, *id));
        }
        let grouped = into.marks.grouped || other.marks.grouped;
        into.merge(other);
        into.marks.grouped = grouped;
    }

    fn one_class(&self, a: u32, b: u32) -> bool {
        let tagged = |id: u32| self.get(id).is_some_and(|base| base.classified);
        a == b || (tagged(a) && tagged(b) && self.alike(a, b))
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
