//! One sink's line: reads its partitions, and sends one batch after the other.
//!
//! Enters: partitions this member holds. Leaves: batches at the sink, and the cursor behind them. Never here: a second batch before
//! the cursor has the first: so a crash repeats one batch at most.

mod feed;
mod flight;
mod prepare;
mod trouble;

use std::collections::BTreeSet;
use std::sync::Arc;

use archive::SnapshotError;
use backon::BackoffBuilder as _;
use journal::clock::Clock;
use journal::{Partition, ReadError};
use object_store::ObjectStore;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::approvals::Approvals;
use crate::cursor::{CursorError, CursorStore, Held, Move};
use crate::dead::{DeadError, DeadLetter, DeadLetters};
use crate::deliver::{Refused, Way, deliver};
use crate::limits;
use crate::metrics::Meter;
use crate::outcomes::Room;
use crate::plan::{Batching, Plan};
use crate::sink::Sink;
use crate::source::SourceError;
pub(crate) use feed::{Feed, Span, SpanPart};
pub(crate) use flight::{Flight, Hours};
pub(crate) use prepare::Prepare;

/// Where a sink begins that never had anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// With the oldest record the journal has.
    #[default]
    Oldest,
    /// With what comes from now on.
    Newest,
}

/// One sink, ready to run.
pub struct Outlet {
    /// Its name.
    pub name: String,
    /// What it gets.
    pub plan: Plan,
    /// In which batches.
    pub batching: Batching,
    /// At most so many records a second.
    pub rate: Option<u32>,
    /// Where it begins.
    pub start: Start,
    /// The receiver.
    pub sink: Arc<dyn Sink>,
    /// What is told of it.
    pub meter: Meter,
}

/// What all sinks of a process share.
pub(crate) struct Shared {
    pub(crate) feed: Feed,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) approvals: Approvals,
    /// Room for statements that are open.
    pub(crate) room: Arc<Room>,
    /// Bytes each sink reads ahead of all its partitions.
    pub(crate) ahead: usize,
}

/// Why a line begins again from its cursor.
#[derive(Debug, thiserror::Error)]
pub enum Interruption {
    /// The journal or the archive cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The journal does not say where it begins.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The archive.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The cursor.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// The dead letters.
    #[error(transparent)]
    Dead(#[from] DeadError),
    /// A defect.
    #[error("reading ended badly: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Exports `partitions` to `outlet` until `shutdown`, after which what was read is still sent, or `revoked`.
pub(crate) async fn run(
    shared: Arc<Shared>,
    outlet: Arc<Outlet>,
    partitions: Vec<Partition>,
    shutdown: CancellationToken,
    revoked: CancellationToken,
) {
    let mut pauses = limits::RETRY.build();
    loop {
        let began = journal::clock::moment();
        let line = Line {
            shared: &shared,
            outlet: &outlet,
            cursors: CursorStore::new(Arc::clone(&shared.store), &outlet.name),
            shutdown: &shutdown,
            revoked: &revoked,
            landed: &|_| {},
        };
        let pause = match line.run(&partitions).await {
            Ok(()) => return,
            Err(_) if shutdown.is_cancelled() || revoked.is_cancelled() => return,
            Err(error) => {
                outlet.meter.failing(&error.to_string());
                if began.elapsed() > limits::RETRY_PAUSE_MAX {
                    pauses = limits::RETRY.build();
                }
                let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
                let pause_ms = pause.as_millis();
                tracing::warn!(sink = outlet.name, %error, pause_ms, "export is interrupted, nothing is lost, trying again");
                pause
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => return,
            () = revoked.cancelled() => return,
        }
    }
}

/// One run of a sink's line, from its cursor on.
pub(crate) struct Line<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) outlet: &'a Arc<Outlet>,
    pub(crate) cursors: CursorStore,
    pub(crate) shutdown: &'a CancellationToken,
    pub(crate) revoked: &'a CancellationToken,
    /// Hears of each batch that is done with.
    pub(crate) landed: &'a (dyn Fn(&[Move]) + Sync),
}

impl Line<'_> {
    /// Until it is told to stop, or the feed is exhausted.
    pub(crate) async fn run(&self, partitions: &[Partition]) -> Result<(), Interruption> {
        let Some(held) = self
            .revoked
            .run_until_cancelled(self.claim(partitions))
            .await
        else {
            return Ok(());
        };
        let mut held = held?;
        let (flights, mut arriving) = mpsc::channel(1);
        let standing = |partition| held.standing(partition).cloned();
        let prepare = Prepare::new(self.shared, self.outlet, partitions, standing);
        let stop = self.shutdown.child_token();
        #[expect(
            clippy::disallowed_methods,
            reason = "its handle is held, and ends it where it is dropped"
        )]
        let preparing = AbortOnDropHandle::new(tokio::spawn(prepare.run(flights, stop)));
        let mut way = Way::new(self.outlet.rate);
        self.outlet.meter.healthy();
        // Where nothing comes, nothing but this would tell that the partitions went to somebody else.
        while let Some(next) = self.revoked.run_until_cancelled(arriving.recv()).await {
            let Some(flight) = next else {
                return preparing.await?;
            };
            if !self.land(&mut held, flight, &mut way).await? {
                break;
            }
        }
        Ok(())
    }

    async fn claim(&self, partitions: &[Partition]) -> Result<Held, Interruption> {
        let feed = &self.shared.feed;
        let begins = feed.begins(partitions, self.outlet.start).await?;
        // Drawn anew for each claim: whoever ran before, in this process too, is fenced out.
        Ok(self.cursors.claim(Uuid::new_v4(), &begins).await?)
    }

    /// Sees one batch through: to the receiver, its dead letters into the store, then the cursor. False if it was cut off.
    async fn land(
        &self,
        held: &mut Held,
        mut flight: Flight,
        way: &mut Way,
    ) -> Result<bool, Interruption> {
        let meter = &self.outlet.meter;
        let times = flight.records.iter().map(|record| record.time);
        meter.waits(times.min());
        let records = std::mem::take(&mut flight.records);
        let sink = &*self.outlet.sink;
        let mut dead = std::mem::take(&mut flight.dead);
        if !records.is_empty() {
            let delivering = deliver(sink, records, way, meter, self.revoked);
            let Some(delivered) = self.watched(delivering, held).await? else {
                return Ok(false);
            };
            flight.count_again(&delivered.again);
            dead.extend(delivered.refused);
        }
        if !dead.is_empty() {
            self.bury(&mut flight, dead).await?;
        }
        let mut pauses = limits::RETRY.build();
        while !flight.moves.is_empty() {
            match held.advance(&flight.moves).await {
                Ok(()) => break,
                Err(error @ CursorError::Store { .. }) => {
                    let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
                    let pause_ms = pause.as_millis();
                    tracing::warn!(sink = self.outlet.name, %error, pause_ms, "cursor is not moved, trying again");
                    let waited = self.revoked.run_until_cancelled(tokio::time::sleep(pause));
                    if waited.await.is_none() {
                        return Ok(false);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        for counts in flight.moves.iter().flat_map(|one| one.hours.values()) {
            meter.done(counts);
        }
        meter.waits(None);
        (self.landed)(&flight.moves);
        Ok(true)
    }

    /// Keeps dead letters, and counts their items as dead instead of acknowledged.
    async fn bury(&self, flight: &mut Flight, dead: Vec<Refused>) -> Result<(), Interruption> {
        let items: BTreeSet<Uuid> = dead.iter().map(|refused| refused.record.item).collect();
        for item in items {
            if let Some(counts) = flight.counts(item) {
                counts.acknowledged = counts.acknowledged.saturating_sub(1);
                counts.dead += 1;
            }
        }
        if let Some(first) = dead.first() {
            tracing::error!(
                sink = self.outlet.name,
                records = dead.len(),
                first = first.record.id(),
                reason = first.reason,
                "records are refused and kept as dead letters: see `firn export dead list`"
            );
        }
        let died = self.shared.clock.now();
        let letters = dead.into_iter().map(|one| DeadLetter::new(one, died));
        let letters = letters.collect();
        let kept = DeadLetters::new(Arc::clone(&self.shared.store), &self.outlet.name);
        Ok(kept.keep(letters).await?)
    }
}
