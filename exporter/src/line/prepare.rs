//! From records to batches.
//!
//! Enters: the records of some partitions. Leaves: one batch after the other, with the positions that hold once it is delivered.
//! Never here: the sink. What was read waits here while it takes nothing, and beyond a while is not even read.

mod fold;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use event::TimeNs;
use futures::StreamExt as _;
use futures::stream::{BoxStream, SelectAll};
use journal::Partition;
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Flight, Hours, Interruption, Outlet, Shared};
use crate::cursor::{Counts, Move, Standing};
use crate::deliver::Refused;
use crate::item::Item;
use crate::limits;
use crate::outcomes::Outcomes;
use crate::plan::Planned;
use crate::source::{Read, SourceError};

/// Nanoseconds in an hour.
const HOUR: i64 = 3_600_000_000_000;
/// Domain of the ids of what is no event: its place is all there is of it.
const PLACE_NAMESPACE: Uuid = Uuid::from_u128(0x6669_726e_0004_4000_8000_706c_6163_6573);

type Records = SelectAll<BoxStream<'static, Result<Read, SourceError>>>;

/// Where one partition stands in reading.
struct Lane {
    outcomes: Outcomes,
    /// The offset after the last record read.
    read: u64,
    /// Records below are folded, not sent.
    sent: u64,
    /// What was silent for too long then is told already,
    swept: TimeNs,
    /// of the statements known by the records below this offset,
    swept_to: u64,
    /// and taken out again.
    caught_up: bool,
    /// The latest time that an event told.
    time: TimeNs,
    /// Something moved since the last batch.
    moved: bool,
}

/// The batches of one sink, in the making.
pub(crate) struct Prepare {
    shared: Arc<Shared>,
    outlet: Arc<Outlet>,
    lanes: BTreeMap<Partition, Lane>,
    items: Vec<Item>,
    dead: Vec<(Refused, TimeNs)>,
    bytes: usize,
    due: Option<Instant>,
}

impl Prepare {
    /// Of `partitions`, each as it stands.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        outlet: &Arc<Outlet>,
        partitions: &[Partition],
        standing: impl Fn(Partition) -> Option<Standing>,
    ) -> Self {
        let lanes = partitions.iter().filter_map(|&partition| {
            let standing = standing(partition)?;
            let lane = Lane {
                outcomes: Outcomes::within(Arc::clone(&shared.room)),
                read: standing.fold_from.min(standing.next),
                sent: standing.next,
                swept: standing.swept,
                swept_to: standing.swept_to,
                caught_up: false,
                time: TimeNs(i64::MIN),
                moved: false,
            };
            Some((partition, lane))
        });
        Self {
            shared: Arc::clone(shared),
            outlet: Arc::clone(outlet),
            lanes: lanes.collect(),
            items: Vec::new(),
            dead: Vec::new(),
            bytes: 0,
            due: None,
        }
    }

    /// Prepares batches until `stop` or until the feed is exhausted, then hands over what it has.
    pub(crate) async fn run(
        mut self,
        flights: mpsc::Sender<Flight>,
        stop: CancellationToken,
    ) -> Result<(), Interruption> {
        let mut records = self.open();
        let live = self.shared.feed.is_live();
        let mut sweep = interval(limits::SWEEP_INTERVAL);
        let mut lag = interval(limits::WATCH_INTERVAL);
        // Looks that a sink kept waiting are not made up for: each asks the journal, and all come before the next record.
        for looks in [&mut sweep, &mut lag] {
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            let due = self.due;
            let full = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = at(due) => true,
                _ = sweep.tick(), if live => {
                    self.sweep().await;
                    self.is_full()
                }
                _ = lag.tick() => {
                    self.look_ahead().await;
                    false
                }
                read = records.next() => {
                    let Some(read) = read else {
                        self.end().await?;
                        break;
                    };
                    self.take(read?).await;
                    self.is_full()
                }
            };
            if !full {
                continue;
            }
            let flight = self.flight();
            let room = self.room(&flights, &mut records, &stop, &mut lag).await;
            let Some(place) = room else {
                return Ok(());
            };
            place.send(flight);
        }
        let last = self.flight();
        // Nobody listens where the line was cut off.
        let _ = flights.send(last).await;
        Ok(())
    }

    /// Room for one more batch; none where nobody listens any more, or where it is time to stop and the sink has taken nothing for long.
    async fn room<'a>(
        &self,
        flights: &'a mpsc::Sender<Flight>,
        records: &mut Records,
        stop: &CancellationToken,
        lag: &mut Interval,
    ) -> Option<mpsc::Permit<'a, Flight>> {
        let mut reserving = pin!(flights.reserve());
        let mut stall = pin!(tokio::time::sleep(limits::STALL));
        let mut stalled = false;
        let place = loop {
            tokio::select! {
                biased;
                place = &mut reserving => break place.ok()?,
                () = stop.cancelled(), if stalled => return None,
                () = &mut stall, if !stalled => {
                    stalled = true;
                    // A sink that takes nothing must not hold what its partitions read ahead.
                    drop(std::mem::take(records));
                }
                // How far behind it is is asked for now of all times.
                _ = lag.tick() => self.look_ahead().await,
            }
        };
        if stalled {
            *records = self.open();
        }
        Some(place)
    }

    fn open(&self) -> Records {
        let streams = self.lanes.iter();
        let feed = &self.shared.feed;
        let ahead = self.shared.ahead / streams.len().max(1);
        streams
            .map(|(&partition, lane)| feed.open(partition, lane.read, ahead))
            .collect()
    }

    /// Nothing comes any more: statements that fell silent within the span are told.
    async fn end(&mut self) -> Result<(), SourceError> {
        if self.shared.feed.is_live() {
            return Err(SourceError::Ended);
        }
        let now = self.shared.clock.now();
        let partitions: Vec<Partition> = self.lanes.keys().copied().collect();
        for partition in partitions {
            for open in self.take_silent(partition, now, 0).await {
                if self.shared.feed.tells(open.last_at()) {
                    self.outcome(open).await;
                }
            }
        }
        Ok(())
    }

    fn is_full(&mut self) -> bool {
        let batching = &self.outlet.batching;
        let holds = self.items.len() + self.dead.len();
        if holds >= batching.items || self.bytes >= batching.bytes {
            return true;
        }
        let moved = holds > 0 || self.lanes.values().any(|lane| lane.moved);
        let age = if holds > 0 {
            batching.age
        } else {
            limits::CURSOR_IDLE
        };
        if moved {
            let latest = journal::clock::moment() + age;
            self.due = Some(self.due.map_or(latest, |due| due.min(latest)));
        }
        false
    }

    /// Everything read so far, as one batch.
    fn flight(&mut self) -> Flight {
        let items = std::mem::take(&mut self.items);
        let planned = self.outlet.plan.batch(&items);
        let mut flight = Flight::default();
        let mut hours: BTreeMap<Partition, Hours> = BTreeMap::new();
        let mut count = |partition, hour, one: Counts| {
            let hours: &mut Hours = hours.entry(partition).or_default();
            let counts = hours.entry(hour).or_default();
            counts.add(&Counts { produced: 1, ..one });
        };
        let acknowledged = Counts {
            acknowledged: 1,
            sent: Some(0),
            ..Counts::default()
        };
        for (item, planned) in items.iter().zip(planned) {
            let (partition, hour) = (item.position().partition, hour(item.time()));
            let statements = u64::from(matches!(item, Item::Statement(_)));
            let acknowledged = Counts {
                statements,
                ..acknowledged
            };
            match planned {
                Planned::Unwanted => {
                    let filtered = Counts {
                        filtered: 1,
                        statements,
                        ..Counts::default()
                    };
                    count(partition, hour, filtered);
                }
                Planned::Records(records) => {
                    let sent = Some(records.len() as u64);
                    count(
                        partition,
                        hour,
                        Counts {
                            sent,
                            ..acknowledged
                        },
                    );
                    flight.places.insert(item.id(), (partition, hour));
                    flight.records.extend(records);
                }
                Planned::Undecided(reason) => {
                    count(partition, hour, acknowledged);
                    flight.places.insert(item.id(), (partition, hour));
                    let record = self.outlet.plan.whole(item);
                    flight.dead.push(Refused { record, reason });
                }
            }
        }
        for (refused, time) in std::mem::take(&mut self.dead) {
            let (partition, hour) = (refused.record.position.partition, hour(time));
            count(partition, hour, acknowledged);
            let item = refused.record.item;
            flight.places.insert(item, (partition, hour));
            flight.dead.push(refused);
        }
        flight.moves = self.moves(hours);
        self.bytes = 0;
        self.due = None;
        flight
    }

    /// How far each partition is with this, and what is counted of it.
    fn moves(&mut self, mut hours: BTreeMap<Partition, Hours>) -> Vec<Move> {
        let mut moves = Vec::new();
        for (&partition, lane) in &mut self.lanes {
            if !std::mem::take(&mut lane.moved) {
                continue;
            }
            let next = lane.read.max(lane.sent);
            moves.push(Move {
                partition,
                next,
                fold_from: lane.outcomes.fold_from().unwrap_or(next).min(next),
                swept: lane.swept,
                swept_to: lane.swept_to,
                hours: hours.remove(&partition).unwrap_or_default(),
            });
        }
        moves
    }

    async fn look_ahead(&self) {
        let mut sum = 0;
        for (&partition, lane) in &self.lanes {
            let read = lane.read.max(lane.sent);
            let Some(behind) = self.shared.feed.behind(partition, read).await else {
                return;
            };
            sum += behind;
        }
        self.outlet.meter.behind(sum);
    }
}

fn hour(time: TimeNs) -> i64 {
    time.0.div_euclid(HOUR)
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
