//! One chunk, from cloud storage through the mask.
//!
//! Enters: an opened ticket. Leaves: masked rows, each piece of them durable in the record before it leaves. Never here:
//! upstream's status, headers or error text passed on; more than a few pages in memory.

use std::task::Poll;

use access::Masking;
use bytes::{Bytes, BytesMut};
use event::TimeNs;
use event::payload::{FailureStage, StatementFailed};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::TaskTracker;

use super::address::{self, ChunkRefused, ChunkTicket};
use super::inflate::Inflate;
use super::page::Recording;
use super::press::{Press, Pressed};
use super::refused::RowsRefused;
use super::respond::Delivery;
use super::source::ChunkSourceError;
use crate::limits::{CHUNK_IDLE, CHUNK_PIECE_BYTES, CHUNK_PIECES_AHEAD};
use crate::record::Unrecorded;
use crate::time::between;

/// Why a chunk was not delivered whole.
#[derive(Debug, thiserror::Error)]
pub enum ChunkFailure {
    /// It could not be fetched.
    #[error(transparent)]
    Source(#[from] ChunkSourceError),
    /// Its transfer broke off.
    #[error("the chunk's transfer from cloud storage broke off")]
    Broken,
    /// Somebody ended the session.
    #[error("the session was ended")]
    Over,
    /// Its rows are none.
    #[error("the chunk cannot be delivered: {0}")]
    Rows(#[from] RowsRefused),
    /// It could not be recorded.
    #[error("the chunk is withheld because the record could not be written")]
    Unrecorded(#[from] Unrecorded),
}

impl ChunkFailure {
    /// Whether no other try will go better.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Source(ChunkSourceError::ForGood(_)) | Self::Over
        )
    }

    const fn stage(&self) -> FailureStage {
        match self {
            Self::Unrecorded(_) => FailureStage::Journal,
            _ => FailureStage::Upstream,
        }
    }
}

/// Bytes for the client, and the events that must be durable before they leave.
struct Piece {
    durable: BoxFuture<'static, Result<(), Unrecorded>>,
    bytes: Bytes,
}

type Pieces = mpsc::Sender<Result<Piece, ChunkFailure>>;

impl Delivery {
    /// Opens a ticket.
    pub fn open_chunk(&self, sealed: &str) -> Result<ChunkTicket, ChunkRefused> {
        address::open(&self.tools.sealer, sealed, self.tools.clock.now())
    }

    /// The rows of a chunk, masked, in the form of their result: each piece is durable in the record when it comes out, and the
    /// last one says that the chunk was whole. It breaks off when the session is `over`. `tasks` knows of the work.
    pub fn chunk(
        &self,
        ticket: ChunkTicket,
        arrived: TimeNs,
        over: BoxFuture<'static, ()>,
        tasks: &TaskTracker,
    ) -> BoxStream<'static, Result<Bytes, ChunkFailure>> {
        let (pieces, ready) = mpsc::channel(CHUNK_PIECES_AHEAD);
        let delivery = self.clone();
        tasks.spawn(async move { delivery.carry(ticket, arrived, pieces).await });
        let rows = ReceiverStream::new(ready).then(released);
        // Cut off with an error: a client must not take the rows it has for all of them.
        let mut over = Some(over);
        let mut rows = rows.boxed();
        futures::stream::poll_fn(move |context| {
            if let Some(waiting) = &mut over
                && waiting.poll_unpin(context).is_ready()
            {
                over = None;
                rows = futures::stream::empty().boxed();
                return Poll::Ready(Some(Err(ChunkFailure::Over)));
            }
            rows.poll_next_unpin(context)
        })
        .boxed()
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
            message: self.tools.masking.message(&text, false),
            duration_ns: self.since(arrived),
        };
        // The client is refused either way; a journal that takes nothing cannot take this.
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
        // Whoever went away gave its turn on: nothing more is fetched for it, however long storage takes.
        let mut body = tokio::select! {
            biased;
            () = pieces.closed() => return Ok(()),
            fetched = self.source.fetch(&ticket.url, &ticket.headers) => fetched?,
        };
        let mut line = Line::new(&self.tools.masking, ticket);
        let mut gathered = BytesMut::new();
        loop {
            let next = tokio::select! {
                biased;
                () = pieces.closed() => return Ok(()),
                next = tokio::time::timeout(CHUNK_IDLE, body.next()) => next,
            };
            let next = next.map_err(|_| ChunkFailure::Broken)?.transpose();
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
        let (recording, pressed) = blocking(move || line.finish(rows)).await?;
        if !self.hand_on(ticket, pressed, pieces).await {
            return Ok(());
        }
        let finished = recording.finished(None, self.since(arrived));
        let piece = Piece {
            durable: self.recorder.record([ticket.about.draft(finished)]).boxed(),
            bytes: Bytes::new(),
        };
        let _ = pieces.send(Ok(piece)).await;
        Ok(())
    }

    fn since(&self, arrived: TimeNs) -> u64 {
        between(arrived, self.tools.clock.now())
    }

    /// False when the client is gone.
    async fn hand_on(&self, ticket: &ChunkTicket, pressed: Vec<Pressed>, pieces: &Pieces) -> bool {
        for part in pressed {
            let events = part.events.into_iter();
            let drafts = events.map(|page| ticket.about.draft(page));
            let durable = self.recorder.record(drafts).boxed();
            let bytes = part.bytes.into();
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

/// Inflate, mask, record.
struct Line {
    inflate: Inflate,
    press: Press,
}

impl Line {
    fn new(masking: &Masking, ticket: &ChunkTicket) -> Self {
        let (plan, state) = (ticket.plan.clone(), ticket.state.clone());
        let mask = masking.result(plan, &ticket.columns, Some(state));
        let recording = Recording::new(ticket.result, ticket.chunk, ticket.kept_rows);
        Self {
            inflate: Inflate::new(),
            press: Press::new(mask, recording, ticket.format, &ticket.columns),
        }
    }

    fn push(&mut self, piece: Bytes) -> Result<Vec<Pressed>, RowsRefused> {
        let mut pressed = Vec::new();
        let press = &mut self.press;
        self.inflate.push(piece, &mut |plain| {
            pressed.extend(press.push(plain)?);
            Ok(())
        })?;
        Ok(pressed)
    }

    fn finish(mut self, announced: Option<u64>) -> Result<(Recording, Vec<Pressed>), RowsRefused> {
        let mut pressed = Vec::new();
        let press = &mut self.press;
        self.inflate.finish(&mut |plain| {
            pressed.extend(press.push(plain)?);
            Ok(())
        })?;
        pressed.extend(self.press.finish()?);
        let got = self.press.recording().rows();
        match announced {
            Some(want) if want != got => Err(RowsRefused::Count { want, got }),
            _ => Ok((self.press.recording().clone(), pressed)),
        }
    }
}
