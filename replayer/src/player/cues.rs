//! When each moment of a session is played.
//!
//! Enters: a timeline, how pauses are played. Leaves: its moments with their time in the replay, found by place, time and phase. Never here:
//! where the reader is.

use std::collections::HashMap;
use std::time::Duration;

use event::{EventId, StatementId};

use crate::limits::{IDLE_LEFT_NS, IDLE_NS};
use crate::timeline::{Entry, Phase, Step, Timeline};

/// How pauses are played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idle {
    /// Where nothing goes on for more than half a minute, little is left of it; as in the page.
    #[default]
    Short,
    /// No pause is longer than this, whatever is waited for.
    Limit(Duration),
    /// Every pause in full.
    Full,
}

/// What an entry is told from, however many come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryId {
    /// A statement.
    Statement(StatementId),
    /// The event of a note.
    Note(EventId),
}

impl EntryId {
    /// Of `entry`.
    pub const fn of(entry: &Entry) -> Self {
        match entry {
            Entry::Statement(statement) => Self::Statement(statement.statement),
            Entry::Note(note) => Self::Note(note.event.event_id),
        }
    }
}

/// A moment and when it is played.
#[derive(Clone, Copy, Debug)]
pub struct Cue {
    pub step: Step,
    /// Nanoseconds from the replay's start, pauses cut.
    pub played_ns: i64,
}

/// Every moment, in order.
#[derive(Clone, Debug)]
pub struct Cues {
    pub all: Vec<Cue>,
    /// The first moment of each phase of each entry, and the last of each entry: a session has tens of thousands.
    firsts: HashMap<(usize, Phase), usize>,
    lasts: HashMap<usize, usize>,
    ids: Vec<EntryId>,
}

impl Cues {
    /// Those of `timeline`.
    pub fn of(timeline: &Timeline, idle: Idle) -> Self {
        let mut all = Vec::new();
        let (mut played_ns, mut before, mut busy_until) = (0, None, 0);
        for step in timeline.steps() {
            let gap = before.map_or(0, |before| step.at_ns - before);
            played_ns += match idle {
                Idle::Short if step.at_ns - busy_until > IDLE_NS => gap.min(IDLE_LEFT_NS),
                Idle::Short | Idle::Full => gap,
                Idle::Limit(limit) => gap.min(i64::try_from(limit.as_nanos()).unwrap_or(i64::MAX)),
            };
            before = Some(step.at_ns);
            let ends = timeline.entries.get(step.entry).map_or(0, Entry::end_ns);
            busy_until = busy_until.max(ends);
            all.push(Cue { step, played_ns });
        }
        let mut firsts = HashMap::new();
        let mut lasts = HashMap::new();
        for (place, Cue { step, .. }) in all.iter().enumerate() {
            firsts.entry((step.entry, step.phase)).or_insert(place);
            lasts.insert(step.entry, place);
        }
        Self {
            all,
            firsts,
            lasts,
            ids: timeline.entries.iter().map(EntryId::of).collect(),
        }
    }

    /// The place of the first moment with `phase` of `entry`.
    pub fn first(&self, entry: usize, phase: Phase) -> Option<usize> {
        self.firsts.get(&(entry, phase)).copied()
    }

    /// The place of the last moment of `entry`.
    pub fn last(&self, entry: usize) -> Option<usize> {
        self.lasts.get(&entry).copied()
    }

    /// What `entry` is told from.
    pub fn id(&self, entry: usize) -> Option<EntryId> {
        self.ids.get(entry).copied()
    }

    /// The entry that is told from `id`.
    pub fn entry(&self, id: EntryId) -> Option<usize> {
        self.ids.iter().position(|one| *one == id)
    }

    /// Where the moment at `place` of `before` is now; where it is no more, the last that is not later.
    pub fn place_of(&self, before: &Self, place: usize) -> usize {
        let Some(cue) = before.all.get(place) else {
            return 0;
        };
        let entry = before.id(cue.step.entry).and_then(|id| self.entry(id));
        let found = entry.and_then(|entry| self.first(entry, cue.step.phase));
        found.unwrap_or_else(|| {
            let passed = |one: &Cue| one.step.at_ns <= cue.step.at_ns;
            self.all.partition_point(passed).saturating_sub(1)
        })
    }
}
