//! What firn itself asks an account: which tables it has, with which columns, tags and definitions; and how answers in sessions of its
//! own are read.
//!
//! Enters: a question, made of names alone; a reply. Leaves: upstream's answer, rows one at a time. Never here: a text of a driver's that is
//! sent, a row of a table; nothing of an answer goes to anybody but the catalog, or to the estimate of a held statement.

use access::mask::for_each_cell;
use arrow::buffer::Buffer;
use arrow::ipc::reader::StreamDecoder;
use bytes::{Bytes, BytesMut};
use event::payload::{ResultColumn, ResultFormat};
use futures::TryStreamExt as _;
use http::Method;
use serde_json::json;

use super::client::{Call, Retry, UpstreamError};
use super::reply::{GarbageReply, UpstreamReply};
use super::session::Upstream;
use crate::body::gunzip;
use crate::delivery::{ChunkSource as _, ChunkSourceError, Framing};
use crate::fresh;
use crate::limits::{CATALOG_PART_BYTES_MAX, CATALOG_ROWS_MAX, UPSTREAM_POLL_PAUSE};
use crate::raw::RawObject;

/// One row: its cells as text, none for NULL.
pub type Row = Vec<Option<String>>;

/// A question about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question(String);

impl Question {
    /// Of a text that is made of names alone.
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    /// Its SQL.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No usable answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// Not Snowflake's protocol.
    #[error(transparent)]
    Garbage(#[from] GarbageReply),
    /// The session ended.
    #[error("the session it was asked in ended")]
    Ended,
    /// Snowflake says no.
    #[error("Snowflake answers {code}: {message}")]
    Refused {
        /// Its code.
        code: String,
        /// Its first words.
        message: String,
    },
    /// A part of the answer cannot be had.
    #[error(transparent)]
    Part(#[from] ChunkSourceError),
    /// A part of the answer breaks off or cannot be read.
    #[error("a part of the answer cannot be read")]
    Unreadable,
    /// More than is taken.
    #[error(
        "the answer has more than {CATALOG_ROWS_MAX} rows: read fewer databases over this connection"
    )]
    TooMuch,
}

impl AskError {
    /// Whether Snowflake refused the question itself: another may be answered.
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// What firn says of itself at a login of its own, so that an account's history tells apart whose it was, and `tag` what for.
pub(crate) fn presented(tag: &str) -> Result<RawObject, serde_json::Error> {
    let mut parameters = RawObject::default();
    parameters.set("QUERY_TAG", tag)?;
    let mut presented = RawObject::default();
    presented.set("CLIENT_APP_ID", "firn")?;
    presented.set("CLIENT_APP_VERSION", env!("CARGO_PKG_VERSION"))?;
    presented.set("SESSION_PARAMETERS", &parameters)?;
    Ok(presented)
}

/// Asks, and gives all rows.
pub async fn ask(upstream: Upstream<'_>, question: &Question) -> Result<Vec<Row>, AskError> {
    let reply = answered(upstream, question).await?;
    rows(upstream, reply).await
}

/// All rows of a final reply to what was asked in a session of the gateway's own.
pub(crate) async fn rows(
    upstream: Upstream<'_>,
    reply: UpstreamReply,
) -> Result<Vec<Row>, AskError> {
    if reply.session_ended() {
        return Err(AskError::Ended);
    }
    if !reply.success() {
        let error = reply.error();
        return Err(AskError::Refused {
            code: error.code,
            message: error.message.chars().take(300).collect(),
        });
    }
    let given = reply.given()?;
    let mut rows = Vec::new();
    decode(&given.columns, given.format, given.rows, &mut rows)?;
    for chunk in &given.chunks {
        let body = upstream.client.fetch(&chunk.url, &given.headers).await?;
        let pieces = body.try_fold(BytesMut::new(), |mut whole, piece| async move {
            if whole.len() + piece.len() > CATALOG_PART_BYTES_MAX {
                return Err(std::io::Error::other("too large"));
            }
            whole.extend_from_slice(&piece);
            Ok(whole)
        });
        let patience = upstream.client.patience();
        let whole = tokio::time::timeout(patience, pieces).await;
        let whole = whole
            .map_err(|_| AskError::Unreadable)?
            .map_err(|_| AskError::Unreadable)?;
        let plain = if whole.starts_with(&[0x1f, 0x8b]) {
            gunzip(&whole, CATALOG_PART_BYTES_MAX).map_err(|_| AskError::Unreadable)?
        } else {
            whole.freeze()
        };
        decode(&given.columns, given.format, plain, &mut rows)?;
    }
    if given.total.is_some_and(|total| total != rows.len() as u64) {
        return Err(AskError::Unreadable);
    }
    Ok(rows)
}

/// The final reply, polled for as long as Snowflake works on it.
async fn answered(upstream: Upstream<'_>, question: &Question) -> Result<UpstreamReply, AskError> {
    let request = fresh::v4();
    let body = json!({ "sqlText": question.text(), "asyncExec": false, "sequenceId": 1 });
    let sent = upstream.client.call(Call {
        base: upstream.base,
        method: Method::POST,
        path: "/queries/v1/query-request",
        query: vec![("requestId", request.to_string())],
        token: Some(upstream.token),
        whose: upstream.whose,
        body: Bytes::from(body.to_string()),
        retry: Retry::Always,
    });
    let reply = UpstreamReply::parse(&sent.await?.body)?;
    finished(upstream, reply).await
}

/// The final reply where Snowflake works on it yet: polled for as long as it does.
pub(crate) async fn finished(
    upstream: Upstream<'_>,
    mut reply: UpstreamReply,
) -> Result<UpstreamReply, AskError> {
    while let Some(running) = reply.in_progress() {
        tokio::time::sleep(UPSTREAM_POLL_PAUSE).await;
        reply = UpstreamReply::parse(&upstream.result(&running.query_id).await?.body)?;
    }
    Ok(reply)
}

fn decode(
    columns: &[ResultColumn],
    format: ResultFormat,
    bytes: Bytes,
    rows: &mut Vec<Row>,
) -> Result<(), AskError> {
    match format {
        ResultFormat::Json => {
            let more: Vec<Row> = serde_json::from_slice(&[b"[", &bytes[..], b"]"].concat())
                .map_err(|_| AskError::Unreadable)?;
            rows.extend(more);
        }
        ResultFormat::Arrow => {
            // What the decoder would believe, and allocate.
            let mut framing = Framing::new();
            framing.look(&bytes).map_err(|_| AskError::Unreadable)?;
            let mut decoder = StreamDecoder::default();
            let mut buffer = Buffer::from(bytes);
            while !buffer.is_empty() {
                let Some(batch) = decoder
                    .decode(&mut buffer)
                    .map_err(|_| AskError::Unreadable)?
                else {
                    continue;
                };
                let width = batch.num_columns();
                if width != columns.len() {
                    return Err(AskError::Unreadable);
                }
                let mut row = Row::with_capacity(width);
                for_each_cell(columns, &batch, |place, text| {
                    row.push(text.map(str::to_owned));
                    if place + 1 == width {
                        rows.push(std::mem::replace(&mut row, Row::with_capacity(width)));
                    }
                });
            }
        }
    }
    if rows.len() > CATALOG_ROWS_MAX {
        return Err(AskError::TooMuch);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, NullArray, RecordBatch, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::ipc::writer::StreamWriter;
    use event::payload::{ResultColumn, ResultFormat};

    use super::{Row, decode};

    fn stream(columns: Vec<ArrayRef>) -> Vec<u8> {
        let fields = columns.iter().enumerate();
        let fields = fields.map(|(at, column)| {
            let data_type: DataType = column.data_type().clone();
            Field::new(format!("C{at}"), data_type, true)
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let batch = RecordBatch::try_new(schema, columns).expect("a batch");
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a schema");
        writer.write(&batch).expect("writes");
        writer.finish().expect("ends");
        writer.into_inner().expect("bytes")
    }

    fn read(columns: Vec<ArrayRef>) -> Option<Vec<Row>> {
        let described = ResultColumn {
            name: "C0".to_owned(),
            data_type: "text".to_owned(),
            nullable: true,
            precision: None,
            scale: None,
            length: None,
            origin: String::new(),
        };
        let (bytes, mut rows) = (stream(columns).into(), Vec::new());
        let read = decode(&[described], ResultFormat::Arrow, bytes, &mut rows);
        read.ok().map(|()| rows)
    }

    /// A batch of nothing but NULLs takes no bytes: its rows were counted to the end of memory.
    #[test]
    fn an_answer_that_claims_more_than_it_holds_is_unreadable() {
        let texts = || Arc::new(StringArray::from(vec!["a"])) as ArrayRef;
        let one = vec![vec![Some("a".to_owned())]];
        assert_eq!(read(vec![texts()]), Some(one));
        assert_eq!(read(vec![texts(), texts()]), None);
        assert_eq!(read(vec![Arc::new(NullArray::new(1 << 40))]), None);
    }
}
