//! Events as rows and back. What comes back has the canonical bytes that went in.
//!
//! Enters: positions with events, or batches of the tables `events` and `pages` (any Arrow text or binary layout).
//! Leaves: batches in the tables' schemas, or the events again. Never here: files, and any judgement on hashes.

mod columns;
mod event_row;
mod number;
mod page_row;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, ListArray, RecordBatch, StructArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use bytes::Bytes;
use event::{Digest, Event, EventId};

use event_row::{EventRow, EventRowRef, payload_columns};
use journal::{Offset, Partition, Position, Topic};
use page_row::{PageRow, PageRowRef};

pub(crate) use columns::{Essence, Proving, Said, essences};

pub use super::schema::{events_schema, pages_schema, quarantine_schema};

/// Why events do not fit the tables, or rows are no events.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// An event has no canonical bytes.
    #[error("event {event_id} cannot be encoded: {source}")]
    Encode {
        /// The event it is about.
        event_id: EventId,
        /// What the system or the library said.
        source: event::EncodeError,
    },
    /// A value exceeds what the tables hold; the record belongs in quarantine.
    #[error("event does not fit the tables: {0}")]
    Unfit(String),
    /// A column is missing or of another type.
    #[error("rows do not have the table's columns: {0}")]
    Columns(String),
    /// A row's values are no event.
    #[error("row {row} is no event: {detail}")]
    Row {
        /// Its number in the batch.
        row: usize,
        /// What is wrong.
        detail: String,
    },
    /// A page body is not as long as its event says.
    #[error("body of page event {event_id} in table pages is not as long as the event says")]
    BodyLength {
        /// The event.
        event_id: EventId,
    },
    /// A page body is not in `pages` though its event says it was kept.
    #[error("body of page event {event_id} is missing from table pages")]
    BodyMissing {
        /// The event.
        event_id: EventId,
    },
}

/// A row as stored: the event it rebuilds and what the archive says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Where it stood in the journal.
    pub position: Position,
    /// The hash the row carries; nothing here compares it.
    pub event_hash: Digest,
    /// The event the row rebuilds.
    pub event: Event,
}

/// The rows of `events`: one an event, bodies apart, and of `pages`: one a page event with a body.
pub fn to_batches(events: &[(Position, Event)]) -> Result<(RecordBatch, RecordBatch), RowError> {
    let mut rows = Vec::with_capacity(events.len());
    for (position, event) in events {
        let canonical = event::encode(event).map_err(|source| RowError::Encode {
            event_id: event.event_id,
            source,
        })?;
        rows.push((*position, event, event::event_hash(&canonical)));
    }
    to_batches_hashed(&rows)
}

/// [`to_batches`] for who has the hashes already, being the SHA-256 of canonical bytes just decoded.
pub fn to_batches_hashed(
    events: &[(Position, &Event, Digest)],
) -> Result<(RecordBatch, RecordBatch), RowError> {
    Ok((event_rows(events)?, page_rows(events)?))
}

/// Whether `event`, whose canonical bytes are `canonical`, has a row: the tables hold 63 bits of a number.
pub fn fits(position: Position, event: &Event, canonical: &[u8]) -> Result<(), RowError> {
    // Only a real row tells, and costs as much as hundreds of rows together.
    if number::exceeds_columns(canonical) {
        event_rows(&[(position, event, Digest::ZERO)])?;
    }
    Ok(())
}

/// Rows of `events`, in the order given.
pub(super) fn event_rows(events: &[(Position, &Event, Digest)]) -> Result<RecordBatch, RowError> {
    let rows: Vec<EventRowRef> = events
        .iter()
        .map(|(position, event, hash)| EventRowRef::new(*position, event, *hash))
        .collect();
    let schema = events_schema();
    let is_payload = |field: &&FieldRef| matches!(field.data_type(), DataType::Struct(_));
    let envelope = schema.fields().iter().filter(|field| !is_payload(field));
    let envelope = serde_arrow::to_record_batch(&envelope.cloned().collect::<Vec<_>>(), &rows)
        .map_err(|error| RowError::Unfit(error.to_string()))?;
    let mut fields: Vec<FieldRef> = envelope.schema().fields().iter().cloned().collect();
    let mut columns = envelope.columns().to_vec();
    for (field, column) in payload_columns(events, &schema)? {
        fields.push(field);
        columns.push(column);
    }
    let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|error| RowError::Columns(error.to_string()))?;
    // Kinds of which there is no event have NULLs; the tables keep their comments.
    conform(&rows, &schema)
}

/// Rows of `pages`, in the order given: of those events that are pages with a body.
pub(crate) fn page_rows(events: &[(Position, &Event, Digest)]) -> Result<RecordBatch, RowError> {
    let rows: Vec<PageRowRef> = events
        .iter()
        .filter_map(|(position, event, _)| PageRowRef::new(*position, event))
        .collect();
    write(&pages_schema(), &rows)
}

/// Rows of `quarantine`.
pub(super) fn quarantine_rows(records: &[&Quarantined]) -> Result<RecordBatch, RowError> {
    write(&quarantine_schema(), &records)
}

/// The rows of `events` with their stored hashes.
pub fn stored_events(events: &RecordBatch, bodies: &Bodies) -> Result<Vec<StoredEvent>, RowError> {
    let events = conform(events, &events_schema())?;
    match columns::built(&events, bodies) {
        Some(stored) => Ok(stored),
        // Row by row it is found out what is wrong, if anything is.
        None => one_by_one(&events, bodies),
    }
}

fn one_by_one(events: &RecordBatch, bodies: &Bodies) -> Result<Vec<StoredEvent>, RowError> {
    let rows: Vec<EventRow> = read(events)?;
    rows.into_iter()
        .enumerate()
        .map(|(row, values)| values.into_stored(row, bodies))
        .collect()
}

/// Page bodies by event.
#[derive(Clone, Debug, Default)]
pub struct Bodies {
    known: HashMap<EventId, Bytes>,
    /// Nobody asks for them: every page is read as if nothing of it were kept.
    left_out: bool,
}

impl Bodies {
    /// Reads batches of table `pages`; only `event_id` and `body` are looked at.
    pub fn read(pages: &[RecordBatch]) -> Result<Self, RowError> {
        let mut bodies = HashMap::new();
        let wanted = Schema::new(
            pages_schema()
                .fields()
                .iter()
                .filter(|field| matches!(field.name().as_str(), "event_id" | "body"))
                .cloned()
                .collect::<Vec<_>>(),
        );
        let wanted = Arc::new(wanted);
        for batch in pages.iter().filter(|batch| batch.num_rows() > 0) {
            let rows: Vec<PageRow> = read(&conform(batch, &wanted)?)?;
            bodies.extend(rows.into_iter().map(|row| (row.event_id, row.body)));
        }
        Ok(Self {
            known: bodies,
            left_out: false,
        })
    }

    /// For who wants the events, and no body.
    pub fn left_out() -> Self {
        Self {
            left_out: true,
            ..Self::default()
        }
    }

    pub(super) const fn are_left_out(&self) -> bool {
        self.left_out
    }

    /// Adds those of `other`.
    pub fn extend(&mut self, other: &Self) {
        let other = other
            .known
            .iter()
            .map(|(event_id, body)| (*event_id, body.clone()));
        self.known.extend(other);
    }

    /// The body of a page event.
    pub fn get(&self, event_id: EventId) -> Option<&Bytes> {
        self.known.get(&event_id)
    }
}

/// A record that is no event, kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Quarantined {
    /// Where it stands: `firn.events/3`.
    #[serde(with = "page_row::partition_text")]
    pub partition: Partition,
    /// Its number there.
    pub offset: u64,
    /// Why it is no event.
    pub reason: String,
    /// The key as it came.
    pub key: Bytes,
    /// The headers as they came.
    pub headers: Vec<QuarantinedHeader>,
    /// The value as it came.
    pub value: Bytes,
    /// SHA-256 of the value.
    pub sha256: Digest,
    /// When the recorder read it, microseconds since 1970 UTC.
    pub arrived: i64,
}

/// Begins the reason of a record that stands for those which retention dropped.
const DROPPED: &str = "dropped by the journal's retention before they were archived: ";

impl Quarantined {
    /// Stands for the records of `offsets`, which the journal dropped before anybody archived them.
    pub fn dropped(partition: Partition, offsets: std::ops::Range<u64>, arrived: i64) -> Self {
        Self {
            partition,
            offset: offsets.start,
            reason: format!(
                "{DROPPED}offsets {} to {}",
                offsets.start,
                offsets.end.saturating_sub(1)
            ),
            key: Bytes::new(),
            headers: Vec::new(),
            value: Bytes::new(),
            sha256: Digest::of(&[]),
            arrived,
        }
    }

    /// Stands for records that are lost.
    pub fn is_dropped(&self) -> bool {
        self.value.is_empty() && self.reason.starts_with(DROPPED)
    }
}

/// A header of a quarantined record.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QuarantinedHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The records in rows of `quarantine`.
pub fn quarantined(rows: &RecordBatch) -> Result<Vec<Quarantined>, RowError> {
    read(&conform(rows, &quarantine_schema())?)
}

/// The partition that prints as `text`.
pub fn parse_partition(text: &str) -> Option<Partition> {
    let (name, number) = text.rsplit_once('/')?;
    let topic = Topic::ALL.into_iter().find(|topic| topic.name() == name)?;
    let number = number.parse().ok()?;
    let partition = Partition { topic, number };
    // `03` and `+3` read as 3 but are no names of a partition.
    (partition.to_string() == text).then_some(partition)
}

fn position(partition: &str, offset: u64, row: usize) -> Result<Position, RowError> {
    let partition = parse_partition(partition).ok_or_else(|| RowError::Row {
        row,
        detail: format!("{partition:?} is no partition"),
    })?;
    Ok(Position {
        partition,
        offset: Offset(offset),
    })
}

pub(crate) fn write<T: serde::Serialize>(
    schema: &SchemaRef,
    rows: &T,
) -> Result<RecordBatch, RowError> {
    let fields: Vec<FieldRef> = schema.fields().iter().cloned().collect();
    let batch = serde_arrow::to_record_batch(&fields, rows)
        .map_err(|error| RowError::Unfit(error.to_string()))?;
    // The serializer drops field metadata below the top; the tables keep their comments.
    conform(&batch, schema)
}

pub(crate) fn read<'a, T: serde::Deserialize<'a>>(
    batch: &'a RecordBatch,
) -> Result<Vec<T>, RowError> {
    serde_arrow::from_record_batch(batch).map_err(|error| RowError::Row {
        row: 0,
        detail: error.to_string(),
    })
}

/// `batch` with exactly the columns of `schema`: picked by name, text and binary in the plain layout. Optional columns
/// that are missing are NULL, so that files older than a column stay readable.
pub(crate) fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, RowError> {
    let wrong = |error: ArrowError| RowError::Columns(error.to_string());
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
            Some(column) => conform_array(column, field).map_err(wrong),
            None if field.is_nullable() => Ok(new_null_array(field.data_type(), batch.num_rows())),
            None => Err(RowError::Columns(format!("{} is missing", field.name()))),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(wrong)
}

/// [`conform`] without the optional columns that are missing, which are NULL.
pub(crate) fn conform_present(
    batch: &RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch, RowError> {
    let there =
        |field: &&FieldRef| !field.is_nullable() || batch.column_by_name(field.name()).is_some();
    let fields = schema.fields().iter().filter(there);
    let schema = Schema::new(fields.cloned().collect::<Vec<_>>());
    conform(batch, &Arc::new(schema))
}

/// Structs by field name, in lists too; everything else by Arrow's own cast.
fn conform_array(
    column: &arrow::array::ArrayRef,
    field: &FieldRef,
) -> Result<arrow::array::ArrayRef, ArrowError> {
    if column.data_type() == field.data_type() {
        return Ok(Arc::clone(column));
    }
    if let (Some(source), DataType::List(element)) =
        (column.as_list_opt::<i32>(), field.data_type())
    {
        let values = conform_array(source.values(), element)?;
        let offsets = source.offsets().clone();
        let nulls = source.nulls().cloned();
        return Ok(Arc::new(ListArray::try_new(
            Arc::clone(element),
            offsets,
            values,
            nulls,
        )?));
    }
    let (Some(source), DataType::Struct(fields)) = (column.as_struct_opt(), field.data_type())
    else {
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        return cast_with_options(column, field.data_type(), &strict);
    };
    let children = fields
        .iter()
        .map(|child| match source.column_by_name(child.name()) {
            Some(found) => conform_array(found, child),
            None => Ok(new_null_array(child.data_type(), source.len())),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let array = StructArray::try_new_with_length(
        fields.clone(),
        children,
        source.nulls().cloned(),
        source.len(),
    )?;
    Ok(Arc::new(array))
}

#[cfg(test)]
mod tests;
