//! An export as an HTTP body: a batch in, its bytes out.
//!
//! Enters: an [`Export`]. Leaves: JSON lines, CSV, Arrow IPC or Parquet, then trailers that say how it ended; an export that breaks off says why in its
//! last line, and the connection ends with it, so that nobody takes a part for the whole. Never here: more than a batch, or a row group.

mod parquet;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::StreamWriter;
use futures::stream::{Stream, unfold};
use http::{HeaderMap, HeaderValue};
use http_body_util::StreamBody;
use hyper::body::Frame;

use crate::engine::Export;
use crate::error::QueryError;
use crate::limits::READER_GONE;
use crate::render::{self, CsvError};
use parquet::Groups;
pub use parquet::ParquetError;

/// What the trailers are called.
pub const TRAILERS: &str = "x-firn-rows, x-firn-truncated";

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Jsonl,
    /// CSV with a header line.
    Csv,
    /// Arrow IPC stream.
    Arrow,
    /// A Parquet file.
    Parquet,
}

impl Form {
    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Arrow => "application/vnd.apache.arrow.stream",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// As Arrow.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// As CSV.
    #[error(transparent)]
    Csv(#[from] CsvError),
    /// As Parquet.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
}

/// What rows become.
enum Encoder {
    /// Text, a line a row.
    Lines,
    Arrow(StreamWriter<Vec<u8>>),
    Parquet(Groups),
}

/// Rows to bytes, one batch at a time.
pub struct Writer {
    form: Form,
    names: Vec<String>,
    encoder: Encoder,
}

impl Writer {
    /// One for rows of `schema`, and what comes before the first.
    pub fn new(form: Form, schema: &SchemaRef) -> Result<(Self, Vec<u8>), WriteError> {
        let names = render::names(schema.fields().iter().map(|field| field.name().as_str()));
        let (encoder, head) = match form {
            Form::Jsonl => (Encoder::Lines, Vec::new()),
            Form::Csv => (Encoder::Lines, render::csv_head(&names)?.into()),
            Form::Arrow => {
                let mut arrow = StreamWriter::try_new(Vec::new(), schema)?;
                let head = std::mem::take(arrow.get_mut());
                (Encoder::Arrow(arrow), head)
            }
            Form::Parquet => {
                let mut groups = Groups::new(schema, &names)?;
                let head = groups.written();
                (Encoder::Parquet(groups), head)
            }
        };
        let writer = Self {
            form,
            names,
            encoder,
        };
        Ok((writer, head))
    }

    /// The bytes of `batch`; a form may keep it until there is more.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, WriteError> {
        match &mut self.encoder {
            Encoder::Arrow(arrow) => {
                arrow.write(batch)?;
                return Ok(std::mem::take(arrow.get_mut()));
            }
            Encoder::Parquet(groups) => {
                groups.write(batch)?;
                return Ok(groups.written());
            }
            Encoder::Lines => {}
        }
        let mut rows = Vec::with_capacity(batch.num_rows());
        crate::answer::push_rows(batch, &mut rows)?;
        Ok(match self.form {
            Form::Csv => render::csv_rows(&rows)?.into(),
            Form::Jsonl | Form::Arrow | Form::Parquet => {
                render::json_rows(&self.names, rows).into()
            }
        })
    }

    /// What comes after the last row.
    pub fn end(&mut self) -> Result<Vec<u8>, WriteError> {
        match &mut self.encoder {
            Encoder::Lines => Ok(Vec::new()),
            Encoder::Arrow(arrow) => {
                arrow.finish()?;
                Ok(std::mem::take(arrow.get_mut()))
            }
            Encoder::Parquet(groups) => {
                groups.finish()?;
                Ok(groups.written())
            }
        }
    }

    /// The last line of an export that breaks off; a form without a place for it has none.
    fn broken(&self, error: &QueryError) -> Vec<u8> {
        let why = format!("{error}; {}", error.hint());
        match self.form {
            Form::Jsonl => {
                let line = serde_json::json!({"firn_error": why});
                format!("{line}\n").into()
            }
            Form::Csv => format!("# cut off: {}\n", why.replace(['\n', '\r'], " ")).into(),
            Form::Arrow | Form::Parquet => Vec::new(),
        }
    }
}

/// Where the body is.
enum At {
    Head(Vec<u8>),
    Rows,
    Broken(QueryError),
    Trailers,
    Over,
}

/// Why the connection was cut: the answer's last line says more.
#[derive(Debug, thiserror::Error)]
#[error("the answer broke off: {0}")]
pub struct BrokeOff(String);

type Framed = Result<Frame<Bytes>, BrokeOff>;

/// `export` as the body of an answer. Dropping it ends the query, and so does a reader who takes nothing for [`READER_GONE`]: it has a turn
/// of the exports', and of a connection that carries other answers beside nobody is cut off.
pub fn body(
    export: Export,
    form: Form,
) -> Result<StreamBody<impl Stream<Item = Framed> + Send + 'static>, WriteError> {
    let (writer, head) = Writer::new(form, export.schema())?;
    let start = (export.within(READER_GONE), writer, At::Head(head));
    let frames = unfold(start, |(mut export, mut writer, at)| async move {
        let (frame, at) = step(&mut export, &mut writer, at).await?;
        Some((frame, (export, writer, at)))
    });
    Ok(StreamBody::new(Box::pin(frames)))
}

async fn step(export: &mut Export, writer: &mut Writer, at: At) -> Option<(Framed, At)> {
    let data = |bytes: Vec<u8>| Ok(Frame::data(Bytes::from(bytes)));
    match at {
        At::Head(head) => Some((data(head), At::Rows)),
        At::Rows => match export.next().await {
            Some(Ok(batch)) => match writer.batch(&batch) {
                Ok(bytes) => Some((data(bytes), At::Rows)),
                Err(error) => Some(broken(writer, QueryError::Record(error.to_string()))),
            },
            Some(Err(error)) => Some(broken(writer, error)),
            None => match writer.end() {
                Ok(bytes) => Some((data(bytes), At::Trailers)),
                Err(error) => Some(broken(writer, QueryError::Record(error.to_string()))),
            },
        },
        At::Broken(error) => Some((Err(BrokeOff(error.to_string())), At::Over)),
        At::Trailers => {
            let mut trailers = HeaderMap::new();
            trailers.insert("x-firn-rows", HeaderValue::from(export.rows()));
            let truncated = if export.truncated() { "true" } else { "false" };
            trailers.insert("x-firn-truncated", HeaderValue::from_static(truncated));
            Some((Ok(Frame::trailers(trailers)), At::Over))
        }
        At::Over => None,
    }
}

fn broken(writer: &Writer, error: QueryError) -> (Framed, At) {
    let last = Frame::data(Bytes::from(writer.broken(&error)));
    (Ok(last), At::Broken(error))
}
