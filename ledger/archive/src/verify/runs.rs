//! Runs: the dense numbers of everything a process emitted.
//!
//! Enters: events in any order. Leaves: findings for numbers that are missing or taken twice. Never here: chains (see `parts`).

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::ops::Range;

use event::{EventId, RunId, TimeNs};
use serde::{Deserialize, Serialize};

use super::report::{Finding, Findings, Verdict};
use crate::rows::{Essence, Said};
use ::journal::Position;

/// Numbers of one block of a run.
const BLOCK: u64 = 1024;
/// A run that was ended by force had nothing in flight longer than this: three times the emitter's deadline.
const IN_FLIGHT_NS: i64 = 9_000_000_000;
/// Without the journal, events younger than this may simply not be archived yet.
const LAG_NS: i64 = 60_000_000_000;

/// A set of numbers, a bit each.
#[derive(Debug, Default)]
struct Numbers {
    /// All below are in it.
    floor: u64,
    blocks: BTreeMap<u64, Box<[u64; 16]>>,
}

impl Numbers {
    /// False if it was there.
    fn insert(&mut self, number: u64) -> bool {
        if number < self.floor {
            return false;
        }
        let block = self.blocks.entry(number / BLOCK).or_default();
        let bit = number % BLOCK;
        let word = &mut block[(bit / 64) as usize];
        let mask = 1 << (bit % 64);
        let new = *word & mask == 0;
        *word |= mask;
        new
    }

    /// The ranges below the largest number that are not in the set.
    fn holes(&self) -> Vec<Range<u64>> {
        let mut holes = Vec::new();
        let mut next = self.floor;
        for (block, words) in &self.blocks {
            for (number, word) in words.iter().enumerate() {
                let base = block * BLOCK + number as u64 * 64;
                if *word == u64::MAX && base <= next && next <= base + 64 {
                    next = base + 64;
                    continue;
                }
                for bit in (0..64).filter(|bit| word >> bit & 1 == 1) {
                    if base + bit > next {
                        holes.push(next..base + bit);
                    }
                    next = base + bit + 1;
                }
            }
        }
        holes
    }
}

#[derive(Debug, Default)]
struct Run {
    seen: Numbers,
    last: Option<TimeNs>,
    /// Every event within the lag of the last one, as they came: number and time.
    recent: VecDeque<(u64, TimeNs)>,
    stopped: Option<u64>,
    highest: Option<(u64, EventId, Position)>,
}

/// A run as a checkpoint keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    run: RunId,
    /// All below this number are there.
    floor: u64,
    /// Those above, and when those were that come after a hole.
    above: Vec<(u64, Option<TimeNs>)>,
    last: Option<TimeNs>,
    stopped: Option<u64>,
    highest: Option<Told>,
}

/// Which event says something.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Told {
    number: u64,
    event_id: EventId,
    #[serde(with = "super::spot")]
    position: Position,
}

/// Runs, and what is known of their ends.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Standing {
    runs: Vec<Kept>,
    abandoned: Vec<(RunId, Told)>,
    newest: Option<TimeNs>,
}

/// All runs.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: HashMap<RunId, Run>,
    abandoned: HashMap<RunId, (u64, EventId, Position)>,
    newest: Option<TimeNs>,
}

impl Run {
    /// The number below which none is missing, and what is there above it.
    fn floor(&self) -> (u64, Vec<(u64, Option<TimeNs>)>) {
        let holes = self.seen.holes();
        let highest = self.highest.as_ref().map(|(highest, ..)| *highest);
        let Some(first) = holes.first() else {
            return (highest.map_or(0, |highest| highest + 1), Vec::new());
        };
        let after = |number: u64| {
            let ends = holes.iter().any(|hole| hole.end == number);
            let recent = self.recent.iter().find(|(seq, _)| *seq == number);
            ends.then_some(recent).flatten().map(|(_, time)| *time)
        };
        let missing = |number: &u64| holes.iter().any(|hole| hole.contains(number));
        let above = (first.end..=highest.unwrap_or(0)).filter(|number| !missing(number));
        (
            first.start,
            above.map(|number| (number, after(number))).collect(),
        )
    }
}

/// How runs ended, to judge what is missing near their end.
#[derive(Debug)]
pub(super) struct Ends {
    ends: HashMap<RunId, End>,
    newest: Option<TimeNs>,
    complete_source: bool,
}

#[derive(Clone, Copy, Debug)]
struct End {
    last: TimeNs,
    stopped: bool,
    acknowledged: Option<u64>,
}

impl Ends {
    /// Whether what is missing just before the event of `seq` at `time` was acknowledged to nobody, or is not here yet.
    pub(super) fn excuse(&self, run: RunId, seq: u64, time: TimeNs) -> bool {
        let Some(end) = self.ends.get(&run) else {
            return false;
        };
        end.acknowledged
            .is_some_and(|acknowledged| seq > acknowledged)
            || self.young(end, time)
    }

    /// The same for a heartbeat's claim.
    pub(super) fn excuse_claim(&self, run: RunId, time: TimeNs) -> bool {
        let end = self.ends.get(&run);
        end.is_some_and(|end| end.acknowledged.is_some() || self.young(end, time))
    }

    fn young(&self, end: &End, time: TimeNs) -> bool {
        let within = |from: TimeNs, ns| from.0.saturating_sub(time.0) <= ns;
        let in_flight = !end.stopped && within(end.last, IN_FLIGHT_NS);
        let unarchived =
            !self.complete_source && self.newest.is_some_and(|newest| within(newest, LAG_NS));
        in_flight || unarchived
    }
}

impl Runs {
    /// Goes on from where a checkpoint stood.
    pub(super) fn restore(standing: &Standing) -> Self {
        let mut runs = Self {
            newest: standing.newest,
            ..Self::default()
        };
        for kept in &standing.runs {
            let said = kept.highest;
            let mut run = Run {
                last: kept.last,
                stopped: kept.stopped,
                highest: said.map(|said| (said.number, said.event_id, said.position)),
                ..Run::default()
            };
            run.seen.floor = kept.floor;
            for (number, time) in &kept.above {
                run.seen.insert(*number);
                run.recent.extend(time.map(|time| (*number, time)));
            }
            runs.runs.insert(kept.run, run);
        }
        for (id, said) in &standing.abandoned {
            let said = (said.number, said.event_id, said.position);
            runs.abandoned.insert(*id, said);
        }
        runs
    }

    /// What a checkpoint must keep.
    pub(super) fn standing(&self) -> Standing {
        let said = |(number, event_id, position): &(u64, EventId, Position)| Told {
            number: *number,
            event_id: *event_id,
            position: *position,
        };
        let mut runs: Vec<Kept> = self
            .runs
            .iter()
            .map(|(id, run)| {
                let (floor, above) = run.floor();
                Kept {
                    run: *id,
                    floor,
                    above,
                    last: run.last,
                    stopped: run.stopped,
                    highest: run.highest.as_ref().map(said),
                }
            })
            .collect();
        runs.sort_by_key(|kept| kept.run);
        let abandoned = self.abandoned.iter();
        let mut abandoned: Vec<_> = abandoned.map(|(id, told)| (*id, said(told))).collect();
        abandoned.sort_by_key(|(id, _)| *id);
        Standing {
            runs,
            abandoned,
            newest: self.newest,
        }
    }

    /// Runs that ended in order, with all their numbers there.
    pub(super) fn over(&self) -> HashSet<RunId> {
        let over = |run: &Run| {
            let (floor, above) = run.floor();
            run.stopped.is_some_and(|stopped| floor == stopped + 1) && above.is_empty()
        };
        let runs = self.runs.iter().filter(|(_, run)| over(run));
        runs.map(|(id, _)| *id).collect()
    }

    /// Takes an event; a number taken twice is a finding.
    pub(super) fn accept(&mut self, event: &Essence, findings: &mut Findings) {
        let position = event.position;
        let run = self.runs.entry(event.run).or_default();
        let seq = event.seq;
        if !run.seen.insert(seq) {
            findings.add(Finding {
                event_id: Some(event.event_id),
                session_id: event.session_id,
                run: Some(event.run),
                position: Some(position.into()),
                ..Finding::of(
                    Verdict::Integrity,
                    format!("number {seq} of its run stands in the record twice"),
                )
            });
        }
        let last = run.last.map_or(event.time, |last| last.max(event.time));
        run.last = Some(last);
        self.newest = self.newest.max(Some(event.time));
        if last.0.saturating_sub(event.time.0) <= LAG_NS {
            run.recent.push_back((seq, event.time));
        }
        let old = |(_, time): &(u64, TimeNs)| last.0.saturating_sub(time.0) > LAG_NS;
        while run.recent.front().is_some_and(old) {
            run.recent.pop_front();
        }
        if run.highest.is_none_or(|(highest, ..)| highest < seq) {
            run.highest = Some((seq, event.event_id, position));
        }
        match event.said {
            Said::Nothing => {}
            Said::Stopped => run.stopped = Some(seq),
            Said::GaveUp(given_up, acknowledged) => {
                let said = (acknowledged, event.event_id, position);
                self.abandoned.insert(given_up, said);
            }
        }
    }

    /// Takes numbers of what went by retention; false if some were there.
    pub(super) fn accept_gone(
        &mut self,
        run: RunId,
        numbers: std::ops::RangeInclusive<u64>,
    ) -> bool {
        let run = self.runs.entry(run).or_default();
        let mut new = true;
        for number in numbers {
            new &= run.seen.insert(number);
        }
        new
    }

    /// Says which numbers are missing.
    pub(super) fn close(self, complete_source: bool, findings: &mut Findings) -> Ends {
        findings.counts.runs = self.runs.len() as u64;
        let mut ends = Ends {
            ends: HashMap::new(),
            newest: self.newest,
            complete_source,
        };
        for (id, run) in &self.runs {
            let end = End {
                last: run.last.unwrap_or(TimeNs(i64::MIN)),
                stopped: run.stopped.is_some(),
                acknowledged: self
                    .abandoned
                    .get(id)
                    .map(|(acknowledged, ..)| *acknowledged),
            };
            ends.ends.insert(*id, end);
        }
        let mut ids: Vec<&RunId> = self.runs.keys().collect();
        ids.sort_unstable();
        for id in ids {
            if let Some(run) = self.runs.get(id) {
                close(*id, run, &ends, findings);
            }
        }
        for (id, (acknowledged, event_id, position)) in &self.abandoned {
            if *acknowledged > 0 && !self.runs.contains_key(id) {
                findings.add(Finding {
                    event_id: Some(*event_id),
                    run: Some(*id),
                    position: Some((*position).into()),
                    ..Finding::of(
                        Verdict::Completeness,
                        format!("run {id} is missing whole: this event says that {acknowledged} events of it were acknowledged"),
                    )
                });
            }
        }
        ends
    }
}

fn close(id: RunId, run: &Run, ends: &Ends, findings: &mut Findings) {
    let mut excused = 0;
    for hole in run.seen.holes() {
        // The event after the hole, if it is young; an older one excuses nothing.
        let after = run.recent.iter().find(|(seq, _)| *seq == hole.end);
        let after = after.map_or(TimeNs(i64::MIN), |(_, time)| *time);
        let acknowledged = ends.ends.get(&id).and_then(|end| end.acknowledged);
        let lost = match acknowledged {
            Some(acknowledged) => hole.start..hole.end.min(acknowledged.max(hole.start)),
            None => hole.clone(),
        };
        if lost.is_empty() || ends.excuse_claimless(id, after) {
            excused += hole.end - hole.start;
            continue;
        }
        let what = match lost.end - 1 {
            last if last == lost.start => format!("number {last} of run {id} is missing"),
            last => format!("numbers {} to {last} of run {id} are missing", lost.start),
        };
        findings.add(Finding {
            run: Some(id),
            ..Finding::of(Verdict::Completeness, what)
        });
    }
    if excused > 0 {
        findings.note(format!("run {id}: {excused} events near its end were acknowledged to nobody, or are not archived yet"));
    }
    match (run.stopped, run.highest) {
        (Some(stopped), Some((highest, event_id, position))) if highest > stopped => {
            findings.add(Finding {
                event_id: Some(event_id),
                run: Some(id),
                position: Some(position.into()),
                ..Finding::of(
                    Verdict::Integrity,
                    "event comes after its run ended".to_owned(),
                )
            });
        }
        (None, _)
            if ends
                .ends
                .get(&id)
                .is_some_and(|end| end.acknowledged.is_none()) =>
        {
            findings.note(format!(
                "run {id} has no producer.stopped: it is running, or was ended by force"
            ));
        }
        _ => {}
    }
}

impl Ends {
    /// Whether a hole before an event of this time is excused by the run's end alone.
    fn excuse_claimless(&self, run: RunId, time: TimeNs) -> bool {
        self.ends.get(&run).is_some_and(|end| self.young(end, time))
    }
}
