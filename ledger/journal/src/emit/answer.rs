//! What an emitted event comes to, and the wait for it.
//!
//! Enters: the emitter's answer. Leaves: where the event stands, or why it does not count. Never here: an answer before the journal's.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use event::{Digest, EventId};
use tokio::sync::oneshot;

use crate::Position;

/// An event that is durable, and every earlier one of its run with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Its id.
    pub event_id: EventId,
    /// Where it stands in the journal.
    pub position: Position,
    /// SHA-256 of its canonical bytes.
    pub hash: Digest,
}

/// Why an event is not in the record, or why that is not known.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum EmitError {
    /// It can never be; nothing was journaled and the run goes on.
    #[error("event cannot be recorded: {0}")]
    Unfit(String),
    /// The journal failed this event or an earlier one of the run. It may or may not be there; its run says that it does not count.
    #[error("event is not durable: {0}")]
    Failed(String),
    /// The journal failed before and has not answered since; nothing was tried.
    #[error("journal does not answer: {0}")]
    Unavailable(String),
    /// The run ended in order.
    #[error("emitter is stopped")]
    Stopped,
}

/// Resolves when the event is durable. Dropping it takes nothing back.
#[must_use = "an event counts only once it is durable"]
pub struct Emitting(pub(super) Waiting);

pub(super) enum Waiting {
    Done(Option<EmitError>),
    Answer(oneshot::Receiver<Result<Emitted, EmitError>>),
}

impl Future for Emitting {
    type Output = Result<Emitted, EmitError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.get_mut().0 {
            Waiting::Done(error) => Poll::Ready(Err(error.take().unwrap_or(EmitError::Stopped))),
            Waiting::Answer(answer) => Pin::new(answer)
                .poll(context)
                .map(|answer| answer.unwrap_or(Err(EmitError::Stopped))),
        }
    }
}

/// Where the answer comes.
pub(super) type Answer = oneshot::Receiver<Result<Emitted, EmitError>>;
