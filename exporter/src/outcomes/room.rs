//! How much of open statements a process holds: all partitions of all its sinks share one room.
//!
//! Enters: statements that begin and end. Leaves: whether somebody must make room, and how much each may remember. Never here: which
//! statement goes.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::limits;

/// Room that all partitions of all sinks share. Who holds no more than its share is never asked to make room.
#[derive(Debug)]
pub struct Room {
    most_statements: usize,
    most_bytes: usize,
    lanes: AtomicUsize,
    statements: AtomicUsize,
    bytes: AtomicUsize,
}

impl Default for Room {
    fn default() -> Self {
        Self::of(limits::OPEN_STATEMENTS_MAX, limits::OPEN_BYTES_MAX)
    }
}

impl Room {
    /// For so many statements and bytes of their texts.
    pub const fn of(most_statements: usize, most_bytes: usize) -> Self {
        Self {
            most_statements,
            most_bytes,
            lanes: AtomicUsize::new(0),
            statements: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }

    /// One more partition of a sink.
    pub(super) fn enter(&self) {
        self.lanes.fetch_add(1, Relaxed);
    }

    /// One less, which held that.
    pub(super) fn leave(&self, statements: usize, bytes: usize) {
        self.lanes.fetch_sub(1, Relaxed);
        self.give(statements, bytes);
    }

    pub(super) fn take(&self, bytes: usize) {
        self.statements.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes, Relaxed);
    }

    pub(super) fn give(&self, statements: usize, bytes: usize) {
        self.statements.fetch_sub(statements, Relaxed);
        self.bytes.fetch_sub(bytes, Relaxed);
    }

    /// Whether a partition that holds so much must give some up: there is too much in all, and it holds more than its share. One statement
    /// alone, however large, is held.
    pub(super) fn is_short(&self, statements: usize, bytes: usize) -> bool {
        let lanes = self.lanes();
        let many = self.statements.load(Relaxed) > self.most_statements;
        let large = self.bytes.load(Relaxed) > self.most_bytes;
        let above = |own: usize, most: usize| own > most / lanes;
        statements > 1
            && ((many && above(statements, self.most_statements))
                || (large && above(bytes, self.most_bytes)))
    }

    /// How many statements that ended each partition remembers.
    pub(super) fn remembered(&self) -> usize {
        let (least, most) = limits::ENDED_REMEMBERED_EACH;
        (limits::ENDED_REMEMBERED / self.lanes()).clamp(least, most)
    }

    fn lanes(&self) -> usize {
        self.lanes.load(Relaxed).max(1)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use event::Kind;
    use history::retold;
    use journal::{Offset, Partition, Position, Topic};

    use super::*;
    use crate::item::Recorded;
    use crate::outcomes::Outcomes;

    /// Submissions of as many statements.
    fn submitted() -> impl Iterator<Item = Recorded> {
        let events = retold(&history::events(), 8).into_iter();
        let submitted = events.filter(|event| event.kind() == Kind::StatementSubmitted);
        submitted.enumerate().map(|(number, event)| Recorded {
            position: Position {
                partition: Partition {
                    topic: Topic::Events,
                    number: 0,
                },
                offset: Offset(number as u64),
            },
            event: Arc::new(event),
        })
    }

    #[test]
    fn who_holds_more_than_its_share_tells_its_oldest_where_there_is_no_room() {
        let room = Arc::new(Room::of(6, usize::MAX));
        let [mut one, mut other] = [(); 2].map(|()| Outcomes::within(Arc::clone(&room)));
        let mut some = submitted();
        let mut next = || some.next().unwrap();
        // Nobody else needs it yet.
        let first = next();
        assert!(one.apply(&first).is_none());
        for _ in 0..5 {
            assert!(one.apply(&next()).is_none());
        }
        assert!(other.apply(&next()).is_none(), "it holds one of three");
        let told = one.apply(&next()).unwrap();
        assert_eq!(Some(told.statement()), first.event.statement_id);
        // What is gone makes room.
        drop(other);
        let held = room.statements.load(Relaxed);
        assert_eq!((held, room.lanes()), (6, 1));
        drop(one);
        assert_eq!(room.statements.load(Relaxed), 0);
        assert_eq!(room.bytes.load(Relaxed), 0);
    }

    #[test]
    fn all_partitions_of_ten_sinks_remember_no_more_than_a_few() {
        let room = Arc::new(Room::default());
        let alone = Outcomes::within(Arc::clone(&room));
        let each = room.remembered();
        let lanes: Vec<Outcomes> = (0..70)
            .map(|_| Outcomes::within(Arc::clone(&room)))
            .collect();
        assert!(room.remembered() * 71 <= limits::ENDED_REMEMBERED);
        assert!(room.remembered() < each);
        drop((alone, lanes));
    }
}
