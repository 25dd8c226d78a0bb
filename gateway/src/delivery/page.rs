//! Masked rows as the record keeps them: pages.
//!
//! Enters: masked rows with their counts and digest. Leaves: `response.page` payloads, cut to fit one event each, without
//! their rows where policy keeps the digest only. Never here: rows that did not pass their mask.

use std::sync::Arc;

use access::mask::MaskedRows;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{IpcWriteOptions, StreamWriter};
use bytes::Bytes;
use event::Digest;
use event::limits::PAGE_BODY_BYTES_MAX;
use event::payload::{Kept, MaskCount, ResponseFinished, ResponsePage, RowCounts, Seen};

use super::split::Row;

/// Which stretch of which result is being recorded, and how far it is.
#[derive(Clone, Debug)]
pub(super) struct Recording {
    pub(super) result: u32,
    pub(super) chunk: u32,
    /// Rows of it whose text the record keeps; none is all.
    kept_rows: Option<u64>,
    pages: u32,
    rows: u64,
    bytes: u64,
    masked_cells: u64,
}

/// What one page says, whatever form its rows have. Made from [`MaskedRows`] alone.
pub(super) struct Page {
    rows: u64,
    counts: Vec<MaskCount>,
    digest: Digest,
    bytes: u64,
    seen: Option<Vec<Seen>>,
    batch: RecordBatch,
}

impl Recording {
    pub(super) const fn new(result: u32, chunk: u32, kept_rows: Option<u64>) -> Self {
        Self {
            result,
            chunk,
            kept_rows,
            pages: 0,
            rows: 0,
            bytes: 0,
            masked_cells: 0,
        }
    }

    /// Rows recorded so far.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// How many more rows are kept, where not all are: a page does not go beyond them.
    pub(super) fn kept_left(&self) -> Option<u64> {
        let left = self.kept_rows?.saturating_sub(self.rows);
        (left > 0).then_some(left)
    }

    /// The events of one page: several where its body exceeds one event.
    pub(super) fn page(&mut self, page: Page) -> Result<Vec<ResponsePage>, ArrowError> {
        let kept = match self.kept_rows {
            Some(rows) if self.rows.saturating_add(page.rows) > rows => Kept::Digest,
            _ => Kept::Full,
        };
        let body = match kept {
            Kept::Full => ipc_body(&page.batch)?,
            Kept::Digest => Bytes::new(),
        };
        let fragments = body.len().div_ceil(PAGE_BODY_BYTES_MAX).max(1);
        let count = u32::try_from(fragments).unwrap_or(u32::MAX);
        let events = (0..fragments).zip(0..count).map(|(place, fragment)| {
            let begin = place.saturating_mul(PAGE_BODY_BYTES_MAX).min(body.len());
            let end = begin.saturating_add(PAGE_BODY_BYTES_MAX).min(body.len());
            ResponsePage {
                result: self.result,
                chunk: self.chunk,
                page: self.pages,
                first_row: self.rows,
                rows: page.rows,
                masked: page.counts.clone(),
                digest: page.digest,
                bytes: page.bytes,
                kept,
                fragment,
                fragments: count,
                body: body.slice(begin..end),
                // Said once of a page, whatever its body's length.
                seen: page.seen.clone().filter(|_| fragment == 0),
            }
        });
        let events = events.collect();
        let cells = page.counts.iter().map(|count| count.cells).sum();
        self.masked_cells = self.masked_cells.saturating_add(cells);
        self.pages = self.pages.saturating_add(1);
        self.rows = self.rows.saturating_add(page.rows);
        self.bytes = self.bytes.saturating_add(page.bytes);
        Ok(events)
    }

    /// That it was delivered whole.
    pub(super) const fn finished(
        &self,
        counts: Option<RowCounts>,
        duration_ns: u64,
    ) -> ResponseFinished {
        ResponseFinished {
            result: self.result,
            chunk: self.chunk,
            pages: self.pages,
            rows: self.rows,
            bytes: self.bytes,
            masked_cells: self.masked_cells,
            counts,
            duration_ns,
        }
    }
}

/// Masked JSON rows as a page; `text` gets the rows as the client will, comma-separated, without outer brackets.
pub(super) fn of_json(
    masked: MaskedRows<Vec<Row>>,
    schema: &SchemaRef,
    text: &mut Vec<u8>,
) -> Result<Page, ArrowError> {
    let begin = text.len();
    let rows = masked.rows.get();
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, row)
            .map_err(|error| ArrowError::JsonError(error.to_string()))?;
    }
    let bytes = text.len().saturating_sub(begin) as u64;
    let count = rows.len() as u64;
    Ok(Page {
        rows: count,
        batch: text_batch(rows, schema)?,
        counts: masked.counts,
        digest: masked.digest,
        bytes,
        seen: masked.seen,
    })
}

/// A masked Arrow batch as a page that took `bytes` on the way to the client.
pub(super) fn of_arrow(masked: MaskedRows<RecordBatch>, bytes: u64) -> Page {
    let batch = masked.rows.into_inner();
    Page {
        rows: batch.num_rows() as u64,
        counts: masked.counts,
        digest: masked.digest,
        bytes,
        seen: masked.seen,
        batch,
    }
}

fn text_batch(rows: &[Row], schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = (0..schema.fields().len()).map(|ordinal| {
        let cells = rows
            .iter()
            .map(|row| row.get(ordinal).and_then(Option::as_deref));
        Arc::new(cells.collect::<StringArray>()) as ArrayRef
    });
    let columns: Vec<ArrayRef> = columns.collect();
    if columns.is_empty() {
        return Ok(RecordBatch::new_empty(Arc::new(Schema::empty())));
    }
    RecordBatch::try_new(Arc::clone(schema), columns)
}

/// An Arrow IPC stream with zstd buffers.
fn ipc_body(batch: &RecordBatch) -> Result<Bytes, ArrowError> {
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD))?;
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options)?;
    writer.write(batch)?;
    writer.finish()?;
    writer.into_inner().map(Bytes::from)
}
