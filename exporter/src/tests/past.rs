//! What was: backfills and comparisons with the archive.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use archive::Batch;
use async_trait::async_trait;
use datafusion::prelude::SessionContext;
use event::{Event, SessionId, TimeNs};
use history::{retelling, retold};
use journal::emit::topic_of;
use journal::{Journal as _, Offset, Topic};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::receiver::{Mood, Receiver};
use super::world::{Wish, World, outlet};
use crate::backfill::{Backfill, Progress, broken_off, earliest, said_from};
use crate::cursor::Words;
use crate::line::Outlet;
use crate::plan::Record;
use crate::reconcile::reconcile;
use crate::sink::inventory::{Counted, Inventory};
use crate::sink::{Receipt, SendError, Sink};

/// Archives what the journal has.
pub(super) async fn archived(world: &World) {
    for topic in Topic::ALL {
        for partition in world.journal.partitions(topic).await.unwrap() {
            let mut batch = Batch::new(partition, 0);
            for record in world.journal.all() {
                if record.position.partition == partition {
                    let event = event::decode(&record.value).unwrap();
                    let hash = event::event_hash(&record.value);
                    batch.push(record.position.offset.0, event, hash);
                }
            }
            if !batch.is_empty() {
                world.archive.commit(&batch).await.unwrap();
            }
        }
    }
}

pub(super) fn all(events: &[Event]) -> Range<TimeNs> {
    let times = events.iter().map(|event| event.time.0);
    TimeNs(times.clone().min().unwrap())..TimeNs(times.max().unwrap() + 1)
}

fn words(since: &str) -> Words {
    Words {
        since: since.to_owned(),
        until: None,
    }
}

async fn backfill(world: &World, outlet: Outlet, time: Range<TimeNs>) -> Progress {
    let work = Backfill::of(&world.archive, time, world.clock.clone())
        .await
        .unwrap();
    work.run(words("a span"), outlet, CancellationToken::new(), |_| ())
        .await
        .unwrap()
}

/// A receiver that can be asked, and that forgets what it is told to.
struct Askable {
    receiver: Receiver,
    lost: BTreeSet<String>,
}

#[async_trait]
impl Sink for Askable {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        self.receiver.send(batch).await
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.receiver.probe().await
    }

    async fn inventory(
        &self,
        _: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        let times = self.receiver.times().into_iter();
        let kept = times.filter(|(id, _)| !self.lost.contains(id));
        let counted = kept.map(|(id, count)| (id, count as u64)).collect();
        Ok(Some(Box::new(Counted(counted))))
    }
}

fn askable(receiver: &Receiver, lost: BTreeSet<String>) -> Outlet {
    let mut outlet = outlet("siem", receiver, &Wish::default());
    outlet.sink = Arc::new(Askable {
        receiver: receiver.clone(),
        lost,
    });
    outlet
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_sends_what_live_delivery_sent_with_the_same_ids_and_bytes() {
    let events = retold(&history::events(), 4);
    let world = World::holding(&events).await;
    archived(&world).await;
    let (live, filled) = (Receiver::default(), Receiver::default());
    let running = world.run(vec![outlet("siem", &live, &Wish::default())]);
    world.until_done("siem").await;
    running.stop().await;
    let done = backfill(
        &world,
        outlet("other", &filled, &Wish::default()),
        all(&events),
    )
    .await;
    assert_eq!(
        (done.done, done.counts.acknowledged),
        (done.total, live.got().len() as u64)
    );
    let by_id = |receiver: &Receiver| -> BTreeMap<String, Record> {
        let each = receiver.got().into_iter();
        each.map(|record| (record.id(), record)).collect()
    };
    assert_eq!(by_id(&filled), by_id(&live));
    // A second one has nothing left to do.
    backfill(
        &world,
        outlet("other", &filled, &Wish::default()),
        all(&events),
    )
    .await;
    assert_eq!(filled.got().len(), live.got().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_side_by_side_are_the_whole_and_each_item_is_in_one() {
    let events = history::events();
    let world = World::holding(&events).await;
    archived(&world).await;
    let whole = Receiver::default();
    backfill(
        &world,
        outlet("whole", &whole, &Wish::default()),
        all(&events),
    )
    .await;
    let pieces = Receiver::default();
    let Range { start, end } = all(&events);
    let step = (end.0 - start.0) / 5 + 1;
    for piece in 0..5 {
        let from = start.0 + piece * step;
        let span = TimeNs(from)..TimeNs((from + step).min(end.0));
        backfill(&world, outlet("pieces", &pieces, &Wish::default()), span).await;
    }
    assert_eq!(pieces.times(), whole.times());
}

const DAY_NS: i64 = 24 * 3_600 * 1_000_000_000;

/// The history so many days later, in sessions whose ids say when they were opened, as gateways make them.
fn later(days: usize) -> Vec<Event> {
    let mut events = retelling(&history::events(), days + 1);
    let shift = days as i64 * DAY_NS;
    let opened = all(&events).start.0 + shift;
    let millis = u128::try_from(opened / 1_000_000).unwrap();
    for event in &mut events {
        event.time = TimeNs(event.time.0 + shift);
        let id = |session: SessionId| {
            let rest = session.uuid().as_u128() & ((1 << 76) - 1);
            SessionId::from_uuid(Uuid::from_u128((millis << 80) | (7 << 76) | rest))
        };
        event.session_id = event.session_id.map(id);
    }
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_before_the_sessions_of_a_span_nothing_is_read() {
    let days = [later(0), later(3), later(6)];
    let world = World::holding(&days.concat()).await;
    archived(&world).await;
    let (live, filled) = (Receiver::default(), Receiver::default());
    let running = world.run(vec![outlet("siem", &live, &Wish::default())]);
    world.until_done("siem").await;
    running.stop().await;
    let span = all(&days[1]);
    let to = outlet("other", &filled, &Wish::default());
    backfill(&world, to, span.clone()).await;
    let by_id = |receiver: &Receiver| -> BTreeMap<String, Record> {
        let each = receiver.got().into_iter();
        let within = each.filter(|record| span.contains(&record.time));
        within.map(|record| (record.id(), record)).collect()
    };
    // With what people said of them, though that stands in the middle of the other topic.
    assert_eq!(by_id(&filled), by_id(&live));
    assert_eq!(by_id(&filled).len(), filled.got().len());

    let snapshot = world.archive.snapshot().await.unwrap();
    let context = SessionContext::new();
    let events = snapshot.events().unwrap();
    context.register_table("events", events).unwrap();
    let from = earliest(&context, &span).await.unwrap().unwrap();
    assert!(all(&days[0]).end < from && from < span.start, "{from:?}");
    let control = |event: &&Event| topic_of(event.kind()) == Topic::Control;
    let before = days[0].iter().filter(control).count() as u64;
    assert!(before > 0);
    let said = said_from(&context, &snapshot, Some(from)).await.unwrap();
    assert_eq!(said, Offset(before));
    // Where nothing was said since, nothing is read.
    let said = said_from(&context, &snapshot, Some(TimeNs(i64::MAX))).await;
    assert_eq!(said.unwrap(), Offset(3 * before));
    // Nobody knows when sessions of other ids were opened.
    let other = retold(&history::events(), 2);
    let world = World::holding(&other).await;
    archived(&world).await;
    let context = SessionContext::new();
    let events = world.archive.snapshot().await.unwrap().events().unwrap();
    context.register_table("events", events).unwrap();
    let from = earliest(&context, &all(&other)).await.unwrap();
    assert_eq!(from, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_that_was_broken_off_goes_on() {
    let events = retold(&history::events(), 6);
    let world = World::holding(&events).await;
    archived(&world).await;
    let receiver = Receiver::default();
    let stop = CancellationToken::new();
    let work = Backfill::of(&world.archive, all(&events), world.clock.clone())
        .await
        .unwrap();
    let told = |progress: Progress| {
        if progress.counts.acknowledged > 60 {
            stop.cancel();
        }
    };
    let first = outlet("siem", &receiver, &Wish::default());
    let broken = work.run(words("7d"), first, stop.clone(), told);
    let broken = broken.await.unwrap();
    assert!(broken.done < broken.total, "{broken:?}");
    // Asked for by an age again, later, it is still the same span; in other words, or by another sink, it is another.
    let open = async |sink, since| {
        let open = broken_off(&world.archive, sink, &words(since)).await;
        open.unwrap()
    };
    assert_eq!(open("siem", "7d").await, Some(all(&events)));
    assert_eq!(open("siem", "8d").await, None);
    assert_eq!(open("other", "7d").await, None);
    let done = backfill(
        &world,
        outlet("siem", &receiver, &Wish::default()),
        all(&events),
    )
    .await;
    assert_eq!(done.done, done.total);
    assert_eq!(open("siem", "7d").await, None, "it is whole");
    let repeats: usize = receiver.times().values().map(|times| times - 1).sum();
    assert!(repeats <= Wish::default().batch + 1, "{repeats}");
    let whole = Receiver::default();
    backfill(
        &world,
        outlet("whole", &whole, &Wish::default()),
        all(&events),
    )
    .await;
    assert!(receiver.times().keys().eq(whole.times().keys()));
}

#[tokio::test(flavor = "multi_thread")]
async fn reconciliation_names_exactly_what_is_missing_repeated_dead_and_pending() {
    let events = retold(&history::events(), 3);
    let world = World::holding(&events).await;
    archived(&world).await;
    let receiver = Receiver::default();
    receiver.set(Mood::Picks("\"firn.session.opened\"".to_owned()));
    let running = world.run(vec![outlet("siem", &receiver, &Wish::default())]);
    world.until_done("siem").await;
    running.stop().await;
    receiver.set(Mood::Good);
    let got = receiver.got();
    let report = |lost: BTreeSet<String>| {
        let outlet = askable(&receiver, lost);
        reconcile(&world.archive, outlet, all(&events), world.clock.clone())
    };
    let clean = report(BTreeSet::new()).await.unwrap();
    let dead = world.dead("siem").await.len() as u64;
    assert!(dead > 0);
    assert_eq!(
        (
            clean.sums.expected,
            clean.sums.present,
            clean.sums.missing,
            clean.sums.repeats,
            clean.sums.dead,
            clean.sums.pending
        ),
        (got.len() as u64, got.len() as u64, 0, 0, dead, 0)
    );
    // Some are lost there, one comes twice, one is new.
    let lost: BTreeSet<String> = got.iter().step_by(7).map(Record::id).collect();
    receiver.send(&got[1..2]).await.unwrap();
    let found = report(lost.clone()).await.unwrap();
    let named: BTreeSet<String> = found.named.into_iter().map(|one| one.id).collect();
    assert_eq!(named, lost);
    assert_eq!(
        (found.sums.missing, found.sums.repeats),
        (lost.len() as u64, 1)
    );
    assert_eq!(found.sums.present + found.sums.missing, clean.sums.present);
}
