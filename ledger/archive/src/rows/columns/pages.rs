//! The bodies of page events, found by their places.
//!
//! Enters: the page columns of `events`, batch by batch, and rows of `pages` in any order. Leaves: each body once, if every column beside it says
//! what its event says. Never here: a body that nobody asked for: then not all are taken.

use arrow::array::{Array, AsArray, BinaryArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use event::Kind;

use super::envelope::{Envelope, numbers, texts};
use crate::schema::kind_column;

/// What stands in both tables.
const SHARED: [&str; 6] = ["result", "chunk", "page", "fragment", "first_row", "rows"];

/// Rows of `pages`.
pub(super) struct Pages<'a> {
    ids: [&'a StringArray; 3],
    partitions: &'a StringArray,
    /// Offsets with their rows, sorted.
    places: Vec<(i64, usize)>,
    bodies: &'a BinaryArray,
    /// By name of [`SHARED`].
    stored: Vec<&'a Int64Array>,
    partition: String,
    taken: Vec<bool>,
    left: usize,
}

/// The columns of `events` that rows of `pages` must agree with, by name of [`SHARED`].
pub(super) struct PageColumns<'a>(Vec<&'a Int64Array>);

impl<'a> PageColumns<'a> {
    pub(super) fn of(rows: &'a RecordBatch) -> Option<Self> {
        let said = rows.column_by_name(&kind_column(Kind::ResponsePage))?;
        let said = said.as_struct_opt()?;
        let shared = |name: &&str| said.column_by_name(name)?.as_primitive_opt::<Int64Type>();
        let shared: Option<Vec<_>> = SHARED.iter().map(shared).collect();
        shared.map(Self)
    }
}

impl<'a> Pages<'a> {
    pub(super) fn of(pages: &'a RecordBatch, partition: String) -> Option<Self> {
        let stored = SHARED.iter().map(|name| numbers(pages, name));
        let stored: Option<Vec<_>> = stored.collect();
        let offsets = numbers(pages, "offset")?.values().iter().copied();
        let mut places: Vec<(i64, usize)> = offsets.zip(0..).collect();
        places.sort_unstable();
        Some(Self {
            ids: [
                texts(pages, "event_id")?,
                texts(pages, "session_id")?,
                texts(pages, "statement_id")?,
            ],
            partitions: texts(pages, "partition")?,
            places,
            bodies: pages.column_by_name("body")?.as_binary_opt::<i32>()?,
            stored: stored?,
            partition,
            taken: vec![false; pages.num_rows()],
            left: pages.num_rows(),
        })
    }

    /// The body of the page event in `row`, empty if it has none; none if what stands in its place is not its own.
    pub(super) fn take(
        &mut self,
        row: usize,
        events: &Envelope<'_>,
        said: &PageColumns<'_>,
    ) -> Option<&'a [u8]> {
        let offset = events.offset.value(row);
        let Ok(at) = self
            .places
            .binary_search_by_key(&offset, |(known, _)| *known)
        else {
            return Some(&[]);
        };
        let (_, place) = *self.places.get(at)?;
        let same = |mine: &StringArray, theirs: &StringArray| {
            mine.is_valid(place) == theirs.is_valid(row)
                && (mine.is_null(place) || mine.value(place) == theirs.value(row))
        };
        let theirs = [events.event_id, events.session_id, events.statement_id];
        let ids = self.ids.iter().zip(theirs);
        let mut shared = said.0.iter().zip(&self.stored);
        let numbers = shared.all(|(said, stored)| {
            said.is_valid(row) && stored.is_valid(place) && said.value(row) == stored.value(place)
        });
        let body = self.bodies.value(place);
        let taken = self.taken.get_mut(place)?;
        let own = ids.into_iter().all(|(mine, theirs)| same(mine, theirs))
            && numbers
            && self.partitions.value(place) == self.partition
            && self.bodies.is_valid(place)
            && !body.is_empty()
            && !*taken;
        *taken = true;
        self.left = self.left.checked_sub(1)?;
        own.then_some(body)
    }

    /// Each row of `pages` has its event.
    pub(super) const fn all_taken(&self) -> bool {
        self.left == 0
    }
}
