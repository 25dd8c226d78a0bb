//! Which recorded pages hold the rows somebody looks at, so that no other body is read.
//!
//! Enters: the pages of one result, with or without bodies, in any order; a range of rows. Leaves: the pages wanted and how many of
//! their first rows are before the range. Never here: a body.

use std::collections::BTreeMap;
use std::ops::Range;

use event::payload::{Kept, ResponsePage};

/// Pages that hold a range of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Places in the list of pages that was given, every fragment of each page.
    pub pages: Vec<usize>,
    /// Rows of these pages before the range.
    pub skip: usize,
    /// Rows of the whole result that can be shown.
    pub total: u64,
}

/// The pages of `pages` that hold `rows` of what can be shown of the result. A page that was fetched twice counts once; one of which only
/// a digest or not every piece is kept has no rows to show.
pub fn window(pages: &[&ResponsePage], rows: Range<u64>) -> Window {
    let mut ordered: BTreeMap<(u32, u32), BTreeMap<u32, usize>> = BTreeMap::new();
    for (place, page) in pages.iter().enumerate() {
        let fragments = ordered.entry((page.chunk, page.page)).or_default();
        fragments.entry(page.fragment).or_insert(place);
    }
    let mut found = Window::default();
    for fragments in ordered.values() {
        let first = fragments
            .values()
            .next()
            .and_then(|place| pages.get(*place));
        let Some(first) = first else { continue };
        if first.kept == Kept::Digest || fragments.len() < first.fragments as usize {
            continue;
        }
        let from = found.total;
        found.total += first.rows;
        if !rows.is_empty() && from < rows.end && rows.start < found.total {
            if found.pages.is_empty() {
                found.skip = usize::try_from(rows.start.saturating_sub(from)).unwrap_or(usize::MAX);
            }
            found.pages.extend(fragments.values());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use event::Digest;

    use super::*;

    fn page(chunk: u32, page: u32, rows: u64, kept: Kept) -> ResponsePage {
        ResponsePage {
            result: 0,
            chunk,
            page,
            first_row: 0,
            rows,
            masked: Vec::new(),
            digest: Digest::ZERO,
            bytes: 0,
            kept,
            fragment: 0,
            fragments: 1,
            body: Bytes::new(),
            seen: None,
        }
    }

    #[test]
    fn only_pages_with_rows_that_are_looked_at_are_read() {
        let fragment = |fragment| ResponsePage {
            fragment,
            fragments: 2,
            ..page(2, 0, 10, Kept::Full)
        };
        let given = [
            page(1, 0, 10, Kept::Full),
            page(0, 0, 5, Kept::Full),
            page(0, 1, 5, Kept::Digest),
            page(1, 0, 10, Kept::Full),
            fragment(1),
            fragment(0),
            ResponsePage {
                chunk: 3,
                ..fragment(0)
            },
        ];
        let given: Vec<&ResponsePage> = given.iter().collect();
        // Rows 0 to 4 are in the second, 5 to 14 in the first, 15 to 24 in two pieces; of the last a piece is missing.
        for (rows, pages, skip) in [
            (0..3, vec![1], 0),
            (3..6, vec![1, 0], 3),
            (5..15, vec![0], 0),
            (14..16, vec![0, 5, 4], 9),
            (24..99, vec![5, 4], 9),
            (25..99, vec![], 0),
            (3..3, vec![], 0),
        ] {
            let found = window(&given, rows.clone());
            assert_eq!(
                (found.pages, found.skip, found.total),
                (pages, skip, 25),
                "{rows:?}"
            );
        }
    }
}
