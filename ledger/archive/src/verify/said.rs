//! What producers say of themselves in a file of `events`, read without the rest of the file.
//!
//! Enters: a listed file. Leaves: its heartbeats and ends. Never here: a finding: what cannot be read says nothing here, and the walk over
//! whole files names it.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::error::ArrowError;
use event::Kind;
use futures::TryStreamExt as _;
use object_store::path::Path;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicateFn, RowFilter};
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use parquet::errors::ParquetError;

use crate::contents::ArchiveFile;
use crate::ranges::Ranges;
use crate::rows::{Bodies, StoredEvent, stored_events};
use crate::{Snapshot, TableKind};

/// Kinds whose events say what a run emitted.
const KINDS: [Kind; 2] = [Kind::ProducerHeartbeat, Kind::ProducerStopped];
/// What is needed of them: an event's least, and what they say. All else is as good as absent.
const COLUMNS: [&str; 14] = [
    "event_id",
    "kind",
    "time",
    "time_nanos",
    "producer_run",
    "producer_seq",
    "part_index",
    "part_previous_hash",
    "schema_version",
    "event_hash",
    "partition",
    "offset",
    "producer_heartbeat",
    "producer_stopped",
];

/// Heartbeats and ends in a file; none if it cannot be read.
pub(super) async fn producer_events(snapshot: &Snapshot, listed: &ArchiveFile) -> Vec<StoredEvent> {
    // A log that lies about the length of a file must not hide what its producers say.
    let found = match narrow(snapshot, listed).await {
        Ok(found) => found,
        Err(_) => whole(snapshot, listed).await.into_iter().collect(),
    };
    found.iter().flat_map(events).collect()
}

async fn narrow(
    snapshot: &Snapshot,
    listed: &ArchiveFile,
) -> Result<Vec<RecordBatch>, ParquetError> {
    let table = snapshot.archive().table(TableKind::Events);
    let size = u64::try_from(listed.size);
    let size = size.map_err(|error| ParquetError::External(error.into()))?;
    let reader = Ranges {
        store: Arc::clone(&table.store),
        path: Path::from(listed.path.as_str()),
        size,
    };
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await?;
    let columns = builder.schema().fields().iter().enumerate();
    let roots = columns.filter(|(_, field)| COLUMNS.contains(&field.name().as_str()));
    let roots: Vec<usize> = roots.map(|(number, _)| number).collect();
    let all = ProjectionMask::roots(builder.parquet_schema(), roots);
    let kind = ProjectionMask::columns(builder.parquet_schema(), ["kind"]);
    let said = ArrowPredicateFn::new(kind, |rows: RecordBatch| {
        let none = || ArrowError::SchemaError("there is no kind".to_owned());
        wanted(&rows).ok_or_else(none)
    });
    let stream = builder
        .with_projection(all)
        .with_row_filter(RowFilter::new(vec![Box::new(said)]))
        .build()?;
    stream.try_collect().await
}

async fn whole(snapshot: &Snapshot, listed: &ArchiveFile) -> Option<RecordBatch> {
    let file = snapshot.file(TableKind::Events, listed).await.ok()?;
    filter_record_batch(&file.rows, &wanted(&file.rows)?).ok()
}

fn wanted(rows: &RecordBatch) -> Option<BooleanArray> {
    let kinds = rows.column_by_name("kind")?.as_string_opt::<i32>()?;
    let said = |kind: &str| KINDS.iter().any(|known| known.as_str() == kind);
    Some(
        kinds
            .iter()
            .map(|kind| Some(kind.is_some_and(said)))
            .collect(),
    )
}

/// Its events, but for rows that are none.
fn events(rows: &RecordBatch) -> Vec<StoredEvent> {
    let whole = stored_events(rows, &Bodies::default());
    let one_by_one = || {
        let rows = (0..rows.num_rows()).map(|row| rows.slice(row, 1));
        rows.filter_map(|row| stored_events(&row, &Bodies::default()).ok())
            .flatten()
            .collect()
    };
    whole.unwrap_or_else(|_| one_by_one())
}
