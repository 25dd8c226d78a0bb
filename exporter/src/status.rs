//! How a sink stands: how far it has come, and what became of what it was given.
//!
//! Enters: the archive's store and the journal. Leaves: counts, by the hour too. Never here: a moved cursor.

use std::collections::BTreeMap;
use std::sync::Arc;

use archive::{Archive, SnapshotError, TableError};
use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use chrono::{DateTime, SecondsFormat};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use journal::{Journal, Topic};
use serde::Serialize;

use crate::cursor::{Counts, CursorError, CursorStore, Failure, Standing};
use crate::dead::{DeadError, DeadLetters};
use crate::member::store;

/// Seconds in an hour.
const HOUR: i64 = 3_600;

/// One sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its name.
    pub sink: String,
    /// Offsets between its cursor and the journal's end; none where the journal does not answer.
    pub behind: Option<u64>,
    /// Offsets of its cursor that the archive has not yet, being ahead of the recorder; 0 otherwise.
    pub ahead_of_archive: u64,
    /// Dead letters kept now.
    pub dead: u64,
    /// Sums since the sink began.
    pub total: Counts,
    /// Sums by the hour of the items' own time, UTC.
    pub hours: BTreeMap<String, Hour>,
    /// The latest failure; none where there was none since releases keep it.
    pub failure: Option<Failure>,
    /// Where each partition stands.
    pub partitions: BTreeMap<String, Place>,
}

/// One hour of a sink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hour {
    /// What became of its items.
    #[serde(flatten)]
    pub counts: Counts,
    /// Events of that hour that the archive has, of all partitions; none where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<u64>,
}

/// One partition of a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Everything below is acknowledged, dead or filtered.
    pub next: u64,
    /// The journal's end; none where it does not answer.
    pub end: Option<u64>,
    /// What the archive has.
    pub archived: u64,
    /// Grows each time an exporter takes the partition.
    pub epoch: u64,
}

/// Why it cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The cursor.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// The dead letters.
    #[error(transparent)]
    Dead(#[from] DeadError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] TableError),
    /// The archive's files.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The archive does not say what an hour holds.
    #[error("archive cannot be queried: {0}")]
    Query(#[from] DataFusionError),
}

/// How `sink` stands now.
pub async fn status(
    archive: &Archive,
    journal: &Arc<dyn Journal>,
    sink: &str,
) -> Result<Status, StatusError> {
    let store = store(archive)?;
    let (cursor, _) = CursorStore::new(Arc::clone(&store), sink).read().await?;
    let archived = archive.snapshot().await?;
    let mut status = Status {
        sink: sink.to_owned(),
        behind: Some(0),
        ahead_of_archive: 0,
        dead: DeadLetters::new(store, sink).count().await?,
        total: Counts::default(),
        hours: BTreeMap::new(),
        failure: None,
        partitions: BTreeMap::new(),
    };
    for topic in Topic::ALL {
        let Ok(partitions) = journal.partitions(topic).await else {
            status.behind = None;
            continue;
        };
        for partition in partitions {
            let name = partition.to_string();
            let bounds = journal.bounds(partition).await.ok();
            let standing = cursor.partitions.get(&name);
            let begin = bounds.as_ref().map_or(0, |bounds| bounds.start);
            let place = Place {
                next: standing.map_or(begin, |standing| standing.next),
                end: bounds.map(|bounds| bounds.end),
                archived: archived.next_offset(partition),
                epoch: standing.map_or(0, |standing| standing.epoch),
            };
            status.take(name, place, standing);
        }
    }
    Ok(status)
}

/// What is kept of a sink that ever took a partition, configured or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub sink: String,
    /// Dead letters kept now.
    pub dead: u64,
    /// Its cursor, by partition as it prints.
    pub partitions: BTreeMap<String, Standing>,
}

/// Everything that is kept of sinks beside `archive`, by name.
pub async fn kept(archive: &Archive) -> Result<Vec<Kept>, StatusError> {
    let store = store(archive)?;
    let listed = store.list_with_delimiter(None).await;
    let listed = listed.map_err(|source| CursorError::Store {
        path: String::new(),
        source,
    })?;
    let mut all = Vec::new();
    for folder in listed.common_prefixes {
        let Some(sink) = folder.filename() else {
            continue;
        };
        let cursors = CursorStore::new(Arc::clone(&store), sink);
        let (cursor, version) = cursors.read().await?;
        if version.is_none() {
            continue;
        }
        all.push(Kept {
            sink: sink.to_owned(),
            dead: DeadLetters::new(Arc::clone(&store), sink).count().await?,
            partitions: cursor.partitions,
        });
    }
    Ok(all)
}

impl Status {
    /// It takes nothing, and something waits for it, or may.
    pub fn is_stuck(&self) -> bool {
        let fails = self.failure.as_ref().is_some_and(|failure| !failure.over);
        fails && self.behind != Some(0)
    }

    /// Why it takes nothing now, where something waits for it.
    pub fn trouble(&self) -> Option<String> {
        let failure = self.failure.as_ref().filter(|_| self.is_stuck());
        failure.map(|failure| failure.why.clone())
    }

    /// One that goes on counts before one that is over, then the latest.
    fn failed(&mut self, failure: &Failure) {
        let weight = |failure: &Failure| (!failure.over, failure.last);
        let known = self.failure.as_ref();
        if known.is_none_or(|known| weight(known) < weight(failure)) {
            self.failure = Some(failure.clone());
        }
    }

    fn take(&mut self, name: String, place: Place, standing: Option<&Standing>) {
        let behind = place.end.map(|end| end.saturating_sub(place.next));
        self.behind = self.behind.zip(behind).map(|(sum, more)| sum + more);
        self.ahead_of_archive += place.next.saturating_sub(place.archived);
        if let Some(standing) = standing {
            self.total.add(&standing.total);
            for (hour, counts) in &standing.hours {
                let entry = self.hours.entry(hour_name(*hour)).or_default();
                entry.counts.add(counts);
            }
            if let Some(failure) = &standing.failure {
                self.failed(failure);
            }
        }
        self.partitions.insert(name, place);
    }
}

/// Events that the archive has by hour, of all partitions, from the hour called `first` on.
pub async fn archived_by_hour(
    archive: &Archive,
    first: &str,
) -> Result<BTreeMap<String, u64>, StatusError> {
    let context = SessionContext::new();
    context.register_table("events", archive.snapshot().await?.events()?)?;
    let sql = format!(
        "select cast(date_part('epoch', date_trunc('hour', time)) as bigint) as begun, count(*) as events \
         from events where time >= '{first}' group by begun"
    );
    let mut hours = BTreeMap::new();
    for batch in context.sql(&sql).await?.collect().await? {
        let begun = batch.column(0).as_primitive::<Int64Type>();
        let events = batch.column(1).as_primitive::<Int64Type>();
        for (begun, events) in begun.values().iter().zip(events.values()) {
            let hour = hour_name(begun.div_euclid(HOUR));
            hours.insert(hour, u64::try_from(*events).unwrap_or(0));
        }
    }
    Ok(hours)
}

/// An hour since 1970 as its beginning, UTC.
pub(crate) fn hour_name(hour: i64) -> String {
    let begun = DateTime::from_timestamp(hour.saturating_mul(HOUR), 0).unwrap_or_default();
    begun.to_rfc3339_opts(SecondsFormat::Secs, true)
}
