//! Which values a statement met, as tokens: what was delivered, and what stood in its text and binds.
//!
//! Enters: pages and submissions. Leaves: cells by column and token, each page once however often it was fetched. Never here: a value.

use std::collections::BTreeMap;

use event::payload::{ResponsePage, Seen, StatementSubmitted};
use serde::Serialize;

use super::hold::When;
use super::{micros, whole};

/// What was delivered.
const RESULT: &str = "result";
/// What stood in the statement.
const STATEMENT: &str = "statement";

/// Where tokens stand: a page of a result by result, chunk and page; the statement itself has none.
type Part = Option<(u32, u32, u32)>;

/// What tells rows apart: place, column, class, key, token.
type Kept<'a> = (&'static str, &'a str, &'a str, &'a str, i64);

/// The tokens so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Sightings(BTreeMap<Part, Vec<(i64, Vec<Seen>)>>);

/// An element of the column `seen`.
#[derive(Debug, Serialize)]
pub(super) struct SeenRow<'a> {
    token: i64,
    key: &'a str,
    class: &'a str,
    column: &'a str,
    place: &'static str,
    cells: u64,
    time: i64,
}

impl Sightings {
    pub(super) fn submitted(&mut self, when: When, said: &StatementSubmitted) {
        self.take(None, when, said.seen.as_deref());
    }

    pub(super) fn page(&mut self, when: When, page: &ResponsePage) {
        let part = (page.result, page.chunk, page.page);
        self.take(Some(part), when, page.seen.as_deref());
    }

    fn take(&mut self, part: Part, when: When, seen: Option<&[Seen]>) {
        let Some(seen) = seen.filter(|seen| !seen.is_empty()) else {
            return;
        };
        let time = micros(when.0);
        let tellings = self.0.entry(part).or_default();
        // Told again, word for word: the earlier one counts.
        match tellings.iter_mut().find(|(_, known)| known == seen) {
            Some((known, _)) => *known = time.min(*known),
            None => tellings.push((time, seen.to_vec())),
        }
    }

    pub(super) fn rows(&self) -> Option<Vec<SeenRow<'_>>> {
        let mut sums: BTreeMap<Kept<'_>, (u64, i64)> = BTreeMap::new();
        for (part, tellings) in &self.0 {
            let place = if part.is_some() { RESULT } else { STATEMENT };
            for (kept, (cells, time)) in once(place, tellings) {
                let sum = sums.entry(kept).or_insert((0, time));
                *sum = (sum.0.saturating_add(cells), sum.1.min(time));
            }
        }
        let row = |((place, column, class, key, token), (cells, time))| SeenRow {
            token,
            key,
            class,
            column,
            place,
            cells: whole(cells),
            time,
        };
        (!sums.is_empty()).then(|| sums.into_iter().map(row).collect())
    }
}

/// The cells of one page, or of the statement: the most that any telling of it has.
fn once<'a>(
    place: &'static str,
    tellings: &'a [(i64, Vec<Seen>)],
) -> BTreeMap<Kept<'a>, (u64, i64)> {
    let mut most: BTreeMap<Kept<'a>, (u64, i64)> = BTreeMap::new();
    for (time, seen) in tellings {
        for one in seen {
            for (token, cells) in one.unpack() {
                let kept = (
                    place,
                    one.column.as_str(),
                    one.class.as_str(),
                    one.key.as_str(),
                    token.cast_signed(),
                );
                let known = most.entry(kept).or_insert((0, *time));
                *known = (known.0.max(u64::from(cells)), known.1.min(*time));
            }
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use event::payload::SeenClass;
    use event::{TimeNs, fold::Place};
    use journal::{Offset, Partition, Position, Topic};

    use super::*;

    fn when(micros: i64) -> When {
        let position = Position {
            partition: Partition {
                topic: Topic::Events,
                number: 0,
            },
            offset: Offset(1),
        };
        (TimeNs(micros * 1_000), Place::from(position))
    }

    fn seen(tokens: &[(u64, u32)]) -> Vec<Seen> {
        vec![Seen {
            column: "D.S.T.EMAIL".to_owned(),
            class: SeenClass::Email,
            key: "0a1b2c3d".to_owned(),
            tokens: Seen::pack(tokens.iter().copied()),
        }]
    }

    #[test]
    fn a_page_that_was_fetched_again_counts_once() {
        let mut sightings = Sightings::default();
        assert!(sightings.rows().is_none());
        let first = Some((0, 1, 0));
        sightings.take(first, when(20), Some(&seen(&[(1, 2), (u64::MAX, 1)])));
        sightings.take(first, when(10), Some(&seen(&[(1, 2), (u64::MAX, 1)])));
        sightings.take(Some((0, 1, 1)), when(30), Some(&seen(&[(1, 3)])));
        sightings.take(None, when(5), Some(&seen(&[(1, 1)])));
        let rows = sightings.rows().unwrap();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.place, row.token, row.cells, row.time))
            .collect();
        assert_eq!(
            told,
            [
                ("result", -1, 1, 10),
                ("result", 1, 5, 10),
                ("statement", 1, 1, 5)
            ]
        );
    }
}
