//! Page events: what stays in `events`, and the body in `pages`.
//!
//! Enters: a page payload. Leaves: its two halves, and the payload again. Never here: what is inside a body.

use bytes::Bytes;
use event::payload::{Kept, MaskCount, ResponsePage, Seen};
use event::{Digest, Event, EventId, Payload, SessionId, StatementId};
use serde::{Deserialize, Serialize};

use super::{Bodies, RowError};
use journal::Position;

/// The `response_page` column, written.
#[derive(Serialize)]
pub(super) struct StoredPageRef<'a> {
    result: u32,
    chunk: u32,
    page: u32,
    first_row: u64,
    rows: u64,
    masked: &'a [MaskCount],
    digest: Digest,
    bytes: u64,
    kept: Kept,
    fragment: u32,
    fragments: u32,
    body_bytes: u64,
    seen: Option<&'a [Seen]>,
}

impl<'a> StoredPageRef<'a> {
    pub(super) fn new(page: &'a ResponsePage) -> Self {
        Self {
            result: page.result,
            chunk: page.chunk,
            page: page.page,
            first_row: page.first_row,
            rows: page.rows,
            masked: &page.masked,
            digest: page.digest,
            bytes: page.bytes,
            kept: page.kept,
            fragment: page.fragment,
            fragments: page.fragments,
            body_bytes: page.body.len() as u64,
            seen: page.seen.as_deref(),
        }
    }
}

/// The `response_page` column, read.
#[derive(Deserialize)]
pub(super) struct StoredPage {
    result: u32,
    chunk: u32,
    page: u32,
    first_row: u64,
    rows: u64,
    masked: Vec<MaskCount>,
    digest: Digest,
    bytes: u64,
    kept: Kept,
    fragment: u32,
    fragments: u32,
    body_bytes: u64,
    seen: Option<Vec<Seen>>,
}

impl StoredPage {
    pub(super) fn into_payload(
        self,
        event_id: EventId,
        bodies: &Bodies,
    ) -> Result<Payload, RowError> {
        let body = match (self.body_bytes, bodies.get(event_id)) {
            (0, _) => Bytes::new(),
            _ if bodies.are_left_out() => Bytes::new(),
            (length, Some(body)) if body.len() as u64 == length => body.clone(),
            (_, Some(_)) => return Err(RowError::BodyLength { event_id }),
            (_, None) => return Err(RowError::BodyMissing { event_id }),
        };
        Ok(Payload::ResponsePage(ResponsePage {
            result: self.result,
            chunk: self.chunk,
            page: self.page,
            first_row: self.first_row,
            rows: self.rows,
            masked: self.masked,
            digest: self.digest,
            bytes: self.bytes,
            kept: self.kept,
            fragment: self.fragment,
            fragments: self.fragments,
            body,
            seen: self.seen,
        }))
    }
}

/// A row of `pages`, written.
#[derive(Serialize)]
pub(super) struct PageRowRef<'a> {
    event_id: EventId,
    session_id: Option<SessionId>,
    statement_id: Option<StatementId>,
    partition: String,
    offset: u64,
    result: u32,
    chunk: u32,
    page: u32,
    fragment: u32,
    first_row: u64,
    rows: u64,
    body: &'a Bytes,
}

impl<'a> PageRowRef<'a> {
    /// The row of `event`, if it is a page with a body.
    pub(super) fn new(position: Position, event: &'a Event) -> Option<Self> {
        let Payload::ResponsePage(page) = &event.payload else {
            return None;
        };
        (!page.body.is_empty()).then(|| Self {
            event_id: event.event_id,
            session_id: event.session_id,
            statement_id: event.statement_id,
            partition: position.partition.to_string(),
            offset: position.offset.0,
            result: page.result,
            chunk: page.chunk,
            page: page.page,
            fragment: page.fragment,
            first_row: page.first_row,
            rows: page.rows,
            body: &page.body,
        })
    }
}

/// What a reader needs of a row of `pages`.
#[derive(Deserialize)]
pub(super) struct PageRow {
    pub(super) event_id: EventId,
    pub(super) body: Bytes,
}

/// A partition as its name.
pub(super) mod partition_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    use crate::rows::parse_partition;
    use journal::Partition;

    pub(crate) fn serialize<S: Serializer>(
        partition: &Partition,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(partition)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Partition, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_partition(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no partition")))
    }
}
