//! What a line reads: the journal as it grows, or a span of the archive.
//!
//! Enters: a journal, or a snapshot with a span of time. Leaves: records from an offset on, and where reading begins. Never here: a
//! sink, a cursor.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, Snapshot};
use event::TimeNs;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use journal::{Journal, Offset, Partition, ReadError};

use super::Start;
use crate::cursor::Begin;
use crate::item::Recorded;
use crate::source::{ARCHIVED_BYTES, Read, SourceError, records};

/// Where records come from.
#[derive(Clone)]
pub(crate) enum Feed {
    /// The journal, and the archive for what the journal dropped; without an end.
    Live(Arc<dyn Journal>, Archive),
    /// What happened within a span of time, from the archive.
    Span(Span),
}

/// A span of the archive.
#[derive(Clone)]
pub(crate) struct Span {
    pub(crate) snapshot: Snapshot,
    /// Items of this time are told; others are only folded.
    pub(crate) time: Range<TimeNs>,
    /// What of each partition is read.
    pub(crate) parts: BTreeMap<Partition, SpanPart>,
}

/// What of one partition is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanPart {
    /// The first event of any statement that has an event in the span.
    pub(crate) fold_from: u64,
    /// The first event in the span.
    pub(crate) first: u64,
    /// The offset after the last event of those statements, or in the span: what never ended is known by that.
    pub(crate) end: u64,
}

impl Feed {
    /// It goes on for ever.
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self, Self::Live(..))
    }

    /// Items of that time are told.
    pub(crate) fn tells(&self, time: TimeNs) -> bool {
        match self {
            Self::Live(..) => true,
            Self::Span(span) => span.time.contains(&time),
        }
    }

    /// Where partitions begin for a sink that never had anything of them.
    pub(crate) async fn begins(
        &self,
        partitions: &[Partition],
        start: Start,
    ) -> Result<Vec<Begin>, ReadError> {
        let mut begins = Vec::with_capacity(partitions.len());
        for &partition in partitions {
            let (next, fold_from) = match self {
                Self::Live(journal, _) => {
                    let bounds = journal.bounds(partition).await?;
                    let first = match start {
                        Start::Oldest => bounds.start,
                        Start::Newest => bounds.end,
                    };
                    (first, first)
                }
                Self::Span(span) => match span.parts.get(&partition) {
                    Some(part) => (part.first, part.fold_from),
                    None => continue,
                },
            };
            begins.push(Begin {
                partition,
                next,
                fold_from,
            });
        }
        Ok(begins)
    }

    /// Records of `partition` from `from` on; about `ahead` bytes are read ahead.
    pub(crate) fn open(
        &self,
        partition: Partition,
        from: u64,
        ahead: usize,
    ) -> BoxStream<'static, Result<Read, SourceError>> {
        match self {
            Self::Live(journal, archive) => {
                records(Arc::clone(journal), archive.clone(), partition, from, ahead)
            }
            Self::Span(span) => {
                let end = span.parts.get(&partition).map_or(0, |part| part.end);
                let events = span.snapshot.read_range(partition, Offset(from));
                let within = events.try_take_while(move |(position, _)| {
                    futures::future::ready(Ok(position.offset.0 < end))
                });
                let read = |(position, event)| {
                    let event = Arc::new(event);
                    Read::Event(Recorded { position, event }, ARCHIVED_BYTES)
                };
                within.map_ok(read).map_err(SourceError::from).boxed()
            }
        }
    }

    /// How many offsets come after `read` now; none where that is not known.
    pub(crate) async fn behind(&self, partition: Partition, read: u64) -> Option<u64> {
        let end = match self {
            Self::Live(journal, _) => match journal.bounds(partition).await {
                Ok(bounds) => bounds.end,
                Err(error) => {
                    tracing::debug!(%partition, %error, "lag is not known");
                    return None;
                }
            },
            Self::Span(span) => span.parts.get(&partition)?.end,
        };
        Some(end.saturating_sub(read))
    }
}
