//! How far exports have come, as a query sees it.
//!
//! Enters: what an exporter keeps of each sink. Leaves: the rows that view `exports` is made of. Never here: the form in which it is
//! kept, which is the exporter's, or a count that nobody keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use async_trait::async_trait;

use crate::fresh::Fresh;

/// Microseconds in an hour.
const HOUR_US: i64 = 3_600_000_000;

/// One partition of one sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The sink's name.
    pub sink: String,
    /// The partition, as it prints.
    pub partition: String,
    /// Everything below is acknowledged, dead or filtered.
    pub next: u64,
    /// Grows each time an exporter takes the partition.
    pub epoch: u64,
    /// Dead letters of the sink that are kept now, of all its partitions.
    pub dead_letters: u64,
    /// What became of items, by the hour of their own time, hours since 1970 UTC; the latest ones.
    pub hours: BTreeMap<i64, Hour>,
}

/// What became of the items of one hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Items that were looked at for the sink.
    pub produced: u64,
    /// Of these, what became of statements; the others are events.
    pub statements: u64,
    /// Of these, not wanted by the sink.
    pub filtered: u64,
    /// Of these, acknowledged by the receiver.
    pub acknowledged: u64,
    /// Of these, refused, or impossible to send.
    pub dead: u64,
    /// Records sent: each part, and each try, whatever came of it.
    pub sent: u64,
}

/// What is kept of exports cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("how far exports have come cannot be read: {0}")]
pub struct ExportsError(pub String);

/// Where standings come from.
#[async_trait]
pub trait Exports: Send + Sync + 'static {
    /// Every partition of every sink that ever took one.
    async fn standings(&self) -> Result<Vec<Standing>, ExportsError>;
}

type Row<'a> = (&'a Standing, Option<(i64, Hour)>);

/// The rows of one query, and the first hour that counts in them.
pub(crate) struct Counted {
    pub(crate) rows: RecordBatch,
    /// RFC 3339; none where nothing is counted by the hour.
    pub(crate) since: Option<String>,
}

impl Counted {
    /// A row for each hour of each of `standings`; one without an hour where none is counted.
    pub(crate) fn of(standings: &[Standing], fresh: &Fresh) -> Result<Self, ArrowError> {
        let each = standings.iter().flat_map(|standing| {
            let hours = standing.hours.iter();
            let counted = hours.map(|(hour, counts)| Some((*hour, *counts)));
            let none = standing.hours.is_empty().then_some(None);
            counted.chain(none).map(move |hour| (standing, hour))
        });
        let rows: Vec<Row<'_>> = each.collect();
        let oldest = rows
            .iter()
            .filter_map(|(_, hour)| hour.map(|(hour, _)| hour));
        let since = oldest.min().and_then(|hour| {
            let begins = chrono::DateTime::from_timestamp_micros(hour.saturating_mul(HOUR_US))?;
            Some(begins.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        });
        Ok(Self {
            rows: batch(&rows, fresh)?,
            since,
        })
    }
}

fn batch(rows: &[Row<'_>], fresh: &Fresh) -> Result<RecordBatch, ArrowError> {
    let positions = |of: &BTreeMap<journal::Partition, u64>| -> BTreeMap<String, u64> {
        let each = of.iter();
        each.map(|(partition, end)| (partition.to_string(), *end))
            .collect()
    };
    let (ends, archived) = (
        positions(&fresh.positions),
        positions(&fresh.cold.positions),
    );
    let text = |of: &dyn Fn(&Standing) -> String| -> ArrayRef {
        Arc::new(
            rows.iter()
                .map(|(standing, _)| Some(of(standing)))
                .collect::<StringArray>(),
        )
    };
    let number = |of: &dyn Fn(&Row<'_>) -> Option<u64>| -> ArrayRef {
        let each = rows
            .iter()
            .map(|row| of(row).and_then(|count| i64::try_from(count).ok()));
        Arc::new(each.collect::<Int64Array>())
    };
    let counted = |of: fn(&Hour) -> u64| number(&|(_, hour)| hour.map(|(_, counts)| of(&counts)));
    let hours = rows
        .iter()
        .map(|(_, hour)| hour.map(|(hour, _)| hour.saturating_mul(HOUR_US)));
    let hours = hours.collect::<TimestampMicrosecondArray>();
    let columns: [(&str, ArrayRef); 14] = [
        ("hour", Arc::new(hours.with_timezone("UTC"))),
        ("sink", text(&|standing| standing.sink.clone())),
        ("partition", text(&|standing| standing.partition.clone())),
        ("produced", counted(|hour| hour.produced)),
        ("statements", counted(|hour| hour.statements)),
        ("sent", counted(|hour| hour.sent)),
        ("acknowledged", counted(|hour| hour.acknowledged)),
        ("dead", counted(|hour| hour.dead)),
        ("filtered", counted(|hour| hour.filtered)),
        ("cursor", number(&|(standing, _)| Some(standing.next))),
        (
            "journal_end",
            number(&|(standing, _)| ends.get(&standing.partition).copied()),
        ),
        (
            "archived_to",
            number(&|(standing, _)| archived.get(&standing.partition).copied()),
        ),
        ("epoch", number(&|(standing, _)| Some(standing.epoch))),
        (
            "dead_letters",
            number(&|(standing, _)| Some(standing.dead_letters)),
        ),
    ];
    let fields = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    RecordBatch::try_new(
        schema,
        columns.into_iter().map(|(_, column)| column).collect(),
    )
}
