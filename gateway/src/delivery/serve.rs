//! One chunk, from cloud storage through the mask to the client.
//!
//! Enters: an opened ticket. Leaves: a gzip body, each page of it durable in the record before its bytes leave.
//! Never here: upstream's status, headers or error text passed on; more than a few pages in memory.
//!
//! Statuses are what drivers act on (`snowflake-protocol.md` §8): all retry a 503, so everything that may go better next
//! time is one; a 403 ends it. After the first byte only breaking the connection off is left.

use std::io::Write as _;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use event::payload::{FailureStage, StatementFailed};
use event::{Payload, TimeNs};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, Stream, StreamExt as _};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::Delivery;
use super::address::{self, ChunkRefused, ChunkTicket};
use super::inflate::Inflate;
use super::page::Recording;
use super::press::{Press, Pressed, RowsRefused};
use crate::answer::{Reply, whole};
use crate::limits::{CHUNK_PIECE_BYTES, CHUNK_PIECES_AHEAD};
use crate::record::Unrecorded;

/// Fetches chunks from cloud storage: a plain GET, nothing of the session in it.
#[async_trait]
pub trait ChunkSource: Send + Sync + 'static {
    /// Asks for `url` with exactly `headers`.
    async fn fetch(
        &self,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<ChunkFetched, ChunkSourceError>;
}

/// Cloud storage's answer.
pub struct ChunkFetched {
    /// Its status.
    pub status: StatusCode,
    /// Its body as sent, still compressed if it was.
    pub body: BoxStream<'static, std::io::Result<Bytes>>,
}

/// Cloud storage could not be asked. Says nothing of the address.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("cloud storage can not be reached")]
pub struct ChunkSourceError;

/// Why a chunk was not delivered whole.
#[derive(Debug, thiserror::Error)]
enum ChunkFailure {
    #[error("cloud storage refused the chunk with status {0}")]
    Status(StatusCode),
    #[error(transparent)]
    Unreachable(#[from] ChunkSourceError),
    #[error("the chunk's transfer from cloud storage broke off")]
    Broken,
    #[error("the chunk can not be delivered: {0}")]
    Rows(#[from] RowsRefused),
    #[error("the chunk is withheld because the record could not be written")]
    Unrecorded(#[from] Unrecorded),
}

impl ChunkFailure {
    fn status(&self) -> StatusCode {
        match self {
            Self::Status(status) if status.is_client_error() && !worth_a_retry(*status) => {
                StatusCode::FORBIDDEN
            }
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn stage(&self) -> FailureStage {
        match self {
            Self::Unrecorded(_) => FailureStage::Journal,
            _ => FailureStage::Upstream,
        }
    }
}

fn worth_a_retry(status: StatusCode) -> bool {
    status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::TOO_MANY_REQUESTS
}

/// Bytes for the client, and the events that must be durable before they leave.
struct Piece {
    durable: BoxFuture<'static, Result<(), Unrecorded>>,
    bytes: Bytes,
}

/// One page: what records it, and its compressed bytes.
type Page = (Vec<Payload>, Bytes);

type Pieces = mpsc::Sender<Result<Piece, ChunkFailure>>;

impl Delivery {
    /// Opens the last segment of a chunk path.
    pub fn open_chunk(&self, sealed: &str) -> Result<ChunkTicket, ChunkRefused> {
        address::open(&self.sealer, sealed, self.clock.now())
    }

    /// Serves a chunk. Returns when its first bytes may leave, or with the refusal.
    pub async fn serve_chunk(&self, ticket: ChunkTicket, arrived: TimeNs) -> Reply {
        let (pieces, ready) = mpsc::channel(CHUNK_PIECES_AHEAD);
        let delivery = self.clone();
        tokio::spawn(async move { delivery.carry(ticket, arrived, pieces).await });
        let mut body: Pin<Box<dyn Stream<Item = Result<Bytes, ChunkFailure>> + Send>> =
            Box::pin(ReceiverStream::new(ready).then(released));
        match body.next().await {
            Some(Ok(first)) => {
                let rest = body.map(|bytes| bytes.map_err(std::io::Error::other));
                streamed(futures::stream::iter([Ok(first)]).chain(rest))
            }
            Some(Err(failure)) => refused(failure.status()),
            None => refused(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// The answer to an address that [`Delivery::open_chunk`] refused: drivers do not get further with it.
    pub fn chunk_refused(_: &ChunkRefused) -> Reply {
        refused(StatusCode::FORBIDDEN)
    }

    async fn carry(&self, ticket: ChunkTicket, arrived: TimeNs, pieces: Pieces) {
        let Err(failure) = self.carry_all(&ticket, arrived, &pieces).await else {
            return;
        };
        tracing::warn!(statement = %ticket.about.statement, chunk = ticket.chunk, error = %failure, "chunk failed");
        let text = format!("chunk {}: {failure}", ticket.chunk);
        let failed = StatementFailed {
            stage: failure.stage(),
            code: "000603".to_owned(),
            sql_state: "08006".to_owned(),
            message: self.masking.message(&text, false),
            duration_ns: self.since(arrived),
        };
        // The client is refused either way; a journal that takes nothing can not take this.
        if let Err(error) = self.record(&ticket.about, [failed.into()]).await {
            tracing::warn!(%error, "a failed chunk could not be recorded");
        }
        // Nobody listens any more if the client went away.
        let _ = pieces.send(Err(failure)).await;
    }

    /// Fetches, masks and emits; hands each piece on while earlier ones still become durable.
    async fn carry_all(
        &self,
        ticket: &ChunkTicket,
        arrived: TimeNs,
        pieces: &Pieces,
    ) -> Result<(), ChunkFailure> {
        let fetched = self.source.fetch(&ticket.url, &ticket.headers).await?;
        if fetched.status != StatusCode::OK {
            return Err(ChunkFailure::Status(fetched.status));
        }
        let mut line = Line::new(self, ticket);
        let mut body = fetched.body;
        let mut gathered = BytesMut::new();
        loop {
            let next = body.next().await.transpose();
            let next = next.map_err(|_| ChunkFailure::Broken)?;
            let ended = next.is_none();
            gathered.extend_from_slice(&next.unwrap_or_default());
            if !ended && gathered.len() < CHUNK_PIECE_BYTES {
                continue;
            }
            let piece = gathered.split().freeze();
            let pressed;
            (line, pressed) = blocking(move || {
                let pressed = line.push(piece)?;
                Ok((line, pressed))
            })
            .await?;
            if !self.hand_on(ticket, pressed, pieces).await {
                return Ok(());
            }
            if ended {
                break;
            }
        }
        let rows = ticket.rows;
        let (recording, pressed, trailer) = blocking(move || line.finish(rows)).await?;
        if !self.hand_on(ticket, pressed, pieces).await {
            return Ok(());
        }
        let finished = recording.finished(None, self.since(arrived));
        let piece = Piece {
            durable: self.recorder.record([ticket.about.draft(finished)]).boxed(),
            bytes: trailer,
        };
        let _ = pieces.send(Ok(piece)).await;
        Ok(())
    }

    /// False when the client is gone.
    async fn hand_on(&self, ticket: &ChunkTicket, pressed: Vec<Page>, pieces: &Pieces) -> bool {
        for (events, bytes) in pressed {
            let drafts = events
                .into_iter()
                .map(|payload| ticket.about.draft(payload));
            let durable = self.recorder.record(drafts).boxed();
            if pieces.send(Ok(Piece { durable, bytes })).await.is_err() {
                return false;
            }
        }
        true
    }
}

/// The bytes, once what must be durable is.
async fn released(piece: Result<Piece, ChunkFailure>) -> Result<Bytes, ChunkFailure> {
    let piece = piece?;
    piece.durable.await?;
    Ok(piece.bytes)
}

/// Masking is work for a thread of its own; a decoder that panics on hostile bytes ends there.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RowsRefused> + Send + 'static,
) -> Result<T, RowsRefused> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.unwrap_or(Err(RowsRefused::Broken))
}

/// Inflate, mask, record, deflate.
struct Line {
    inflate: Inflate,
    press: Press,
    gzip: GzEncoder<Vec<u8>>,
}

impl Line {
    fn new(delivery: &Delivery, ticket: &ChunkTicket) -> Self {
        let mask = delivery.masking.result(
            ticket.plan.clone(),
            &ticket.columns,
            Some(ticket.state.clone()),
        );
        let recording = Recording::new(ticket.result, ticket.chunk, ticket.kept_rows);
        Self {
            inflate: Inflate::new(),
            press: Press::new(mask, recording, ticket.format, &ticket.columns),
            gzip: GzEncoder::new(Vec::new(), Compression::fast()),
        }
    }

    fn push(&mut self, piece: Bytes) -> Result<Vec<Page>, RowsRefused> {
        let mut pressed = Vec::new();
        let press = &mut self.press;
        self.inflate.push(piece, &mut |plain| {
            pressed.extend(press.push(plain)?);
            Ok(())
        })?;
        self.deflate(pressed)
    }

    fn finish(
        mut self,
        announced: Option<u64>,
    ) -> Result<(Recording, Vec<Page>, Bytes), RowsRefused> {
        let mut pressed = Vec::new();
        let inflate = std::mem::replace(&mut self.inflate, Inflate::new());
        let press = &mut self.press;
        inflate.finish(&mut |plain| {
            pressed.extend(press.push(plain)?);
            Ok(())
        })?;
        pressed.extend(self.press.finish()?);
        let got = self.press.recording().rows();
        match announced {
            Some(want) if want != got => return Err(RowsRefused::Count { want, got }),
            _ => {}
        }
        let pages = self.deflate(pressed)?;
        let recording = self.press.recording().clone();
        let trailer = self.gzip.finish().map_err(|_| RowsRefused::Broken)?;
        Ok((recording, pages, trailer.into()))
    }

    /// Each page flushed to a byte boundary, so that its bytes can leave when its events are durable.
    fn deflate(&mut self, pressed: Vec<Pressed>) -> Result<Vec<Page>, RowsRefused> {
        let mut out = Vec::with_capacity(pressed.len());
        for part in pressed {
            let flushed = self.gzip.write_all(&part.bytes);
            flushed
                .and_then(|()| self.gzip.flush())
                .map_err(|_| RowsRefused::Broken)?;
            let bytes = Bytes::from(std::mem::take(self.gzip.get_mut()));
            out.push((part.events.into_iter().map(Payload::from).collect(), bytes));
        }
        Ok(out)
    }
}

fn streamed(bytes: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> Reply {
    let frames = bytes.map(|bytes| bytes.map(Frame::data));
    let mut reply = Response::new(StreamBody::new(frames).boxed_unsync());
    let headers = reply.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    reply
}

fn refused(status: StatusCode) -> Reply {
    let mut reply = Response::new(whole(Bytes::new()));
    *reply.status_mut() = status;
    reply
}
