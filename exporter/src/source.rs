//! The records of one partition from an offset on: the journal, and before it, where the journal's retention dropped them, the
//! archive.
//!
//! Enters: a partition and an offset. Leaves: events in order, and what stands there that is none. Never here: a record skipped in
//! silence.

use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, SnapshotError, TableError};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use journal::{Delivered, Journal, Offset, Partition, Position, ReadError};

use crate::item::Recorded;

/// What stands at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// An event, of so many bytes.
    Event(Recorded, usize),
    /// A record that is no event; the archive has it in quarantine.
    NoEvent(Position, String),
    /// Records that neither journal nor archive has any more.
    Lost(Partition, Range<u64>),
}

/// Why nothing comes any more.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] ReadError),
    /// The archive's tables.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The archive's files.
    #[error(transparent)]
    Archive(#[from] SnapshotError),
    /// The journal was closed.
    #[error("the journal ended the subscription")]
    Ended,
}

/// Bytes a record from the archive is taken for: there it has no one size.
pub(crate) const ARCHIVED_BYTES: usize = 512;

/// The records of `partition` from `from` on, then new ones as they become durable; about `ahead` bytes are read ahead.
pub fn records(
    journal: Arc<dyn Journal>,
    archive: Archive,
    partition: Partition,
    from: u64,
    ahead: usize,
) -> BoxStream<'static, Result<Read, SourceError>> {
    let stream = async_stream::try_stream! {
        let mut next = from;
        loop {
            let begins = match journal.subscribe_within(partition, Offset(next), ahead).await {
                Ok(mut records) => {
                    while let Some(record) = records.next().await {
                        yield read(record?);
                    }
                    Err(SourceError::Ended)?
                }
                Err(ReadError::Dropped { begins, .. }) if begins > next => begins,
                Err(error) => Err(SourceError::from(error))?,
            };
            let snapshot = archive.snapshot().await?;
            let mut archived = snapshot.read_range(partition, Offset(next));
            while let Some(found) = archived.next().await {
                let (position, event) = found?;
                next = position.offset.0.saturating_add(1);
                yield Read::Event(Recorded { position, event: Arc::new(event) }, ARCHIVED_BYTES);
            }
            let archived = snapshot.next_offset(partition);
            if archived < begins {
                let lost = next.max(archived)..begins;
                yield Read::Lost(partition, lost);
                next = begins;
            }
            next = next.max(archived);
        }
    };
    stream.boxed()
}

fn read(record: Delivered) -> Read {
    let position = record.position;
    match event::decode(&record.value) {
        Ok(event) => {
            let event = Arc::new(event);
            Read::Event(Recorded { position, event }, record.value.len())
        }
        Err(error) => Read::NoEvent(position, error.to_string()),
    }
}
