//! One stretch of a result (its inline part, or one chunk) from upstream's bytes to the client's, page by page.
//!
//! Enters: raw bytes, cut anywhere. Leaves: masked bytes of the same form, and the events that record them.
//! Never here: more than one page of rows; anything of the rows in an error.

use std::sync::Arc;

use access::{MaskState, ResultMask};
use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::buffer::Buffer;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamDecoder;
use arrow::ipc::writer::StreamEncoder;
use bytes::Bytes;
use event::payload::{ResponsePage, ResultColumn, ResultFormat};

use super::columns;
use super::fit::{fits, hollow};
use super::framing::Framing;
use super::page::{self, Recording};
use super::refused::RowsRefused;
use super::split::{Row, RowSplitter};
use crate::limits::{CHUNK_BYTES_MAX, PAGE_RAW_BYTES, PAGE_ROWS_MAX};

/// Masked bytes, and what must be durable before they leave.
#[derive(Debug)]
pub(super) struct Pressed {
    pub(super) events: Vec<ResponsePage>,
    pub(super) bytes: Vec<u8>,
}

/// Masks and records one stretch.
pub(super) struct Press {
    mask: ResultMask,
    recording: Recording,
    form: Form,
    taken: u64,
}

enum Form {
    Json(JsonForm),
    Arrow(Box<ArrowForm>),
}

struct JsonForm {
    splitter: RowSplitter,
    schema: SchemaRef,
    waiting: Vec<Row>,
    waiting_bytes: usize,
    begun: bool,
}

struct ArrowForm {
    columns: Vec<ResultColumn>,
    framing: Framing,
    decoder: StreamDecoder,
    encoder: Option<(SchemaRef, StreamEncoder)>,
}

impl Press {
    pub(super) fn new(
        mask: ResultMask,
        recording: Recording,
        format: ResultFormat,
        columns: &[ResultColumn],
    ) -> Self {
        let form = match format {
            ResultFormat::Json => Form::Json(JsonForm {
                splitter: RowSplitter::new(),
                schema: columns::text_schema(columns),
                waiting: Vec::new(),
                waiting_bytes: 0,
                begun: false,
            }),
            ResultFormat::Arrow => Form::Arrow(Box::new(ArrowForm {
                columns: columns.to_vec(),
                framing: Framing::new(),
                decoder: StreamDecoder::new(),
                encoder: None,
            })),
        };
        Self {
            mask,
            recording,
            form,
            taken: 0,
        }
    }

    /// Takes the next bytes; gives the pages they complete.
    pub(super) fn push(&mut self, bytes: Bytes) -> Result<Vec<Pressed>, RowsRefused> {
        self.taken = self.taken.saturating_add(bytes.len() as u64);
        if self.taken > CHUNK_BYTES_MAX {
            return Err(RowsRefused::TooLarge);
        }
        let mut pressed = Vec::new();
        match &mut self.form {
            Form::Json(form) => {
                let mut rows = Vec::new();
                form.splitter
                    .push(&bytes, |row, length| rows.push((row, length)))?;
                for (row, length) in rows {
                    form.waiting.push(row);
                    form.waiting_bytes = form.waiting_bytes.saturating_add(length);
                    let whole = form.waiting_bytes >= PAGE_RAW_BYTES
                        || form.waiting.len() >= page_rows(&self.recording, &self.mask);
                    if whole {
                        pressed.push(form.page(&mut self.mask, &mut self.recording)?);
                    }
                }
            }
            Form::Arrow(form) => {
                form.framing.look(&bytes)?;
                let mut buffer = Buffer::from(bytes);
                while !buffer.is_empty() {
                    if let Some(batch) = form.decoder.decode(&mut buffer)? {
                        if !fits(&form.columns, batch.schema_ref()) {
                            return Err(RowsRefused::Shape);
                        }
                        let mut rest = hollow(batch)?;
                        while rest.num_rows() > 0 {
                            let rows_max = page_rows(&self.recording, &self.mask);
                            let rows = rows_of_page(&rest, rows_max);
                            let part = rest.slice(0, rows);
                            rest = rest.slice(rows, rest.num_rows() - rows);
                            pressed.push(form.page(part, &mut self.mask, &mut self.recording)?);
                        }
                    }
                }
            }
        }
        Ok(pressed)
    }

    /// Says that no more bytes come: the last page, and what ends the stream.
    pub(super) fn finish(&mut self) -> Result<Vec<Pressed>, RowsRefused> {
        match &mut self.form {
            Form::Json(form) => {
                form.splitter.finish()?;
                if form.waiting.is_empty() {
                    return Ok(Vec::new());
                }
                Ok(vec![form.page(&mut self.mask, &mut self.recording)?])
            }
            Form::Arrow(form) => form.finish(&mut self.mask).map(|bytes| {
                vec![Pressed {
                    events: Vec::new(),
                    bytes,
                }]
            }),
        }
    }

    /// What was learned, for the chunks that follow.
    pub(super) fn state(&self) -> MaskState {
        self.mask.state()
    }

    pub(super) const fn recording(&self) -> &Recording {
        &self.recording
    }
}

impl JsonForm {
    fn page(
        &mut self,
        mask: &mut ResultMask,
        recording: &mut Recording,
    ) -> Result<Pressed, RowsRefused> {
        self.waiting_bytes = 0;
        let masked = mask.json(std::mem::take(&mut self.waiting))?;
        let mut bytes = Vec::new();
        if std::mem::replace(&mut self.begun, true) {
            bytes.push(b',');
        }
        let page = page::of_json(masked, &self.schema, &mut bytes)?;
        Ok(Pressed {
            events: recording.page(page)?,
            bytes,
        })
    }
}

impl ArrowForm {
    fn page(
        &mut self,
        batch: RecordBatch,
        mask: &mut ResultMask,
        recording: &mut Recording,
    ) -> Result<Pressed, RowsRefused> {
        let masked = mask.arrow(batch)?;
        let bytes = self.encode(masked.rows.get())?;
        let page = page::of_arrow(masked, bytes.len() as u64);
        Ok(Pressed {
            events: recording.page(page)?,
            bytes,
        })
    }

    fn encode(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        let (schema, encoder) = self.encoder_for(batch.schema_ref())?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(schema, batch.columns().to_vec(), &options)?;
        Ok(joined(encoder.encode(&batch)?))
    }

    /// The stream's one schema: the first masked batch's, every column nullable, because a mask may yet make NULLs.
    fn encoder_for(
        &mut self,
        masked: &Schema,
    ) -> Result<(SchemaRef, &mut StreamEncoder), ArrowError> {
        if self.encoder.is_none() {
            let fields = masked.fields().iter();
            let fields = fields.map(|field| field.as_ref().clone().with_nullable(true));
            let schema =
                Schema::new_with_metadata(fields.collect::<Vec<_>>(), masked.metadata().clone());
            let encoder = StreamEncoder::try_new(&schema)?;
            self.encoder = Some((Arc::new(schema), encoder));
        }
        match &mut self.encoder {
            Some((schema, encoder)) => Ok((Arc::clone(schema), encoder)),
            None => Err(ArrowError::IpcError("no encoder".to_owned())),
        }
    }

    fn finish(&mut self, mask: &mut ResultMask) -> Result<Vec<u8>, RowsRefused> {
        self.decoder.finish()?;
        let schema = self.decoder.schema().ok_or(RowsRefused::Arrow)?;
        if !fits(&self.columns, &schema) {
            return Err(RowsRefused::Shape);
        }
        if self.encoder.is_none() {
            let empty = mask.arrow(RecordBatch::new_empty(schema))?;
            self.encoder_for(empty.rows.get().schema_ref())?;
        }
        match self.encoder.take() {
            Some((_, encoder)) => Ok(joined(encoder.finish()?)),
            None => Err(RowsRefused::Arrow),
        }
    }
}

/// Most rows of the next page: it ends where the rows end that the record keeps, and has no more than its event can say tokens of.
fn page_rows(recording: &Recording, mask: &ResultMask) -> usize {
    let rows_max = PAGE_ROWS_MAX.min(mask.rows_max());
    let left = recording.kept_left().map(usize::try_from);
    match left {
        Some(Ok(left)) => left.min(rows_max),
        _ => rows_max,
    }
}

/// How many of the batch's rows, 1 or more, make a page of at most `rows_max`.
fn rows_of_page(batch: &RecordBatch, rows_max: usize) -> usize {
    let rows = batch.num_rows();
    let size: usize = batch
        .columns()
        .iter()
        .map(|column| column.to_data().get_slice_memory_size().unwrap_or(0))
        .sum();
    let pages = size.div_ceil(PAGE_RAW_BYTES).max(1);
    rows.div_ceil(pages)
        .clamp(1, rows_max.max(1))
        .min(rows.max(1))
}

fn joined(buffers: Vec<Buffer>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(buffers.iter().map(Buffer::len).sum());
    for buffer in buffers {
        bytes.extend_from_slice(&buffer);
    }
    bytes
}
