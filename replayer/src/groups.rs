//! Equal statements after each other as one line of the list.
//!
//! Enters: entries. Leaves: lines: an entry, or several statements that differ in literals only and of which nothing stands out. Never here:
//! a moment; the page folds by the same rule (`rowsOf` in `console/src/models/outline.ts`).

use std::collections::BTreeSet;

use crate::limits::{FOLD_FROM, IDLE_NS};
use crate::timeline::{Entry, Statement};

/// A line: the first of its entries, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The first entry.
    pub from: usize,
    /// How many entries.
    pub count: usize,
}

impl Row {
    /// Whether `entry` is in it.
    pub const fn holds(self, entry: usize) -> bool {
        self.from <= entry && entry < self.from + self.count
    }
}

/// `entries` as lines; groups whose first entry is in `open` are not folded.
pub fn rows_of(entries: &[Entry], open: &BTreeSet<usize>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut from = 0;
    while let Some(entry) = entries.get(from) {
        let count = match folds(entry) {
            Some(first) => 1 + alike(first, entries.get(from + 1..).unwrap_or_default()),
            None => 1,
        };
        if count >= FOLD_FROM && !open.contains(&from) {
            rows.push(Row { from, count });
        } else {
            rows.extend((from..from + count).map(|from| Row { from, count: 1 }));
        }
        from += count;
    }
    rows
}

/// The group that `entry` is in, if it is in one.
pub fn group_of(entries: &[Entry], entry: usize) -> Option<Row> {
    let rows = rows_of(entries, &BTreeSet::new()).into_iter();
    rows.filter(|row| row.count > 1)
        .find(|row| row.holds(entry))
}

/// The statement, if nothing of it stands out.
fn folds(entry: &Entry) -> Option<&Statement> {
    match entry {
        Entry::Statement(statement) if statement.markers.is_empty() => Some(statement),
        Entry::Statement(_) | Entry::Note(_) => None,
    }
}

fn shape(statement: &Statement) -> Option<&str> {
    let request = statement.request.as_ref();
    let shape = request.map(|request| request.fingerprint.as_str());
    shape.filter(|shape| !shape.is_empty())
}

/// How many of `entries`, from the first on, are as `first` is, without a long pause between.
fn alike(first: &Statement, entries: &[Entry]) -> usize {
    let Some(wanted) = shape(first) else {
        return 0;
    };
    let mut until = first.at_ns + first.duration_ns;
    let same = entries.iter().take_while(|entry| {
        let Some(statement) = folds(entry) else {
            return false;
        };
        let near = statement.at_ns - until <= IDLE_NS;
        until = statement.at_ns + statement.duration_ns;
        near && shape(statement) == Some(wanted)
    });
    same.count()
}
