//! Rows of a sealed file that later files replaced.
//!
//! Enters: row numbers, or the text of a log entry's tag. Leaves: what is to be read of the file. Never here: a row brought back.

use std::collections::BTreeSet;
use std::fmt;

use parquet::arrow::arrow_reader::{RowSelection, RowSelector};

use crate::limits::DEAD_ROWS_MAX;

/// Numbers of replaced rows, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dead(BTreeSet<u64>);

impl Dead {
    /// Reads what [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut dead = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            // Nobody replaces so many rows and keeps the file; a few letters must not ask for more memory than there is.
            let room = DEAD_ROWS_MAX.saturating_sub(dead.count());
            let again = dead.0.last().is_some_and(|known| first <= *known);
            if again || first > last || last - first >= room {
                return None;
            }
            dead.0.extend(first..=last);
        }
        (dead.to_string() == text).then_some(dead)
    }

    pub(crate) fn with(&self, rows: impl IntoIterator<Item = u64>) -> Self {
        let mut dead = self.clone();
        dead.0.extend(rows);
        dead
    }

    /// Both together.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        self.with(other.0.iter().copied())
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, row: u64) -> bool {
        self.0.contains(&row)
    }

    /// No row of a file of `rows` rows is beyond it.
    pub(super) fn fits(&self, rows: u64) -> bool {
        self.0.last().is_none_or(|last| *last < rows)
    }

    fn ranges(&self) -> Vec<(u64, u64)> {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for row in &self.0 {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == *row => *last = *row,
                _ => ranges.push((*row, *row)),
            }
        }
        ranges
    }

    /// The rows that are left of `rows`.
    pub(super) fn selection(&self, rows: u64) -> RowSelection {
        let count = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let mut selectors = Vec::new();
        let mut next = 0;
        for (first, last) in self.ranges() {
            if first > next {
                selectors.push(RowSelector::select(count(first - next)));
            }
            selectors.push(RowSelector::skip(count(last + 1 - first)));
            next = last + 1;
        }
        if rows > next {
            selectors.push(RowSelector::select(count(rows - next)));
        }
        RowSelection::from(selectors)
    }
}

/// `3,7-9`.
impl fmt::Display for Dead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (first, last)) in self.ranges().into_iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_and_what_is_left_is_selected(rows in proptest::collection::btree_set(0..60_u64, 0..40)) {
            let dead = Dead::default().with(rows.iter().copied());
            prop_assert_eq!(Dead::parse(&dead.to_string()), Some(dead.clone()));
            let mut left = Vec::new();
            let mut at = 0;
            for selector in dead.selection(60).iter() {
                if !selector.skip {
                    left.extend(at..at + selector.row_count as u64);
                }
                at += selector.row_count as u64;
            }
            let want: Vec<u64> = (0..60).filter(|row| !rows.contains(row)).collect();
            prop_assert_eq!(left, want);
            prop_assert!(dead.fits(60) && dead.is_empty() == rows.is_empty());
        }
    }

    #[test]
    fn a_short_text_lists_no_more_rows_than_can_be_held() {
        let last = DEAD_ROWS_MAX - 1;
        assert!(Dead::parse(&format!("0-{last}")).is_some());
        for text in [
            format!("0-{DEAD_ROWS_MAX}"),
            format!("0-{},{last}-{}", last - 2, last + 2),
            format!("0-{},{}-{}", last - 1, last + 5, u64::MAX),
        ] {
            assert_eq!(Dead::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn other_texts_say_nothing() {
        for text in ["x", "3-", "9-7", "1,1", "2,1", "0-99999999999", "1-1"] {
            assert_eq!(Dead::parse(text), None, "{text}");
        }
    }
}
