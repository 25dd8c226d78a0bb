//! A file on its way to a client.
//!
//! Enters: a file that may leave, the turn it was carried by. Leaves: its pieces. Never here: a file that stays in memory without a turn,
//! or a turn that its client keeps by reading slowly, or not at all: of one connection that carries many answers nobody is cut off.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use door::Turn;
use event::SessionId;
use futures::Stream;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::limits::{STAGE_FILE_TIMEOUT, STAGE_PIECE_BYTES};

/// A file that its client may have.
pub(crate) struct Leaving {
    bytes: usize,
    /// None once it may not have the rest of it any more.
    kept: Arc<Mutex<Option<Kept>>>,
    _guard: DropGuard,
}

/// What has not left, and the turn for it.
struct Kept {
    rest: Bytes,
    _turn: Turn<SessionId>,
}

impl Leaving {
    /// Of a session that may be `over` before the file is gone; `tasks` knows of the wait for that.
    pub fn new(
        file: Bytes,
        turn: Turn<SessionId>,
        over: BoxFuture<'static, ()>,
        tasks: &TaskTracker,
    ) -> Self {
        let bytes = file.len();
        let kept = Kept {
            rest: file,
            _turn: turn,
        };
        let kept = Arc::new(Mutex::new(Some(kept)));
        let gone = CancellationToken::new();
        let (held, dropped) = (Arc::clone(&kept), gone.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = dropped.cancelled() => {}
                () = over => {}
                () = tokio::time::sleep(STAGE_FILE_TIMEOUT) => {}
            }
            let rest = held.lock().take();
            drop(rest);
        });
        Self {
            bytes,
            kept,
            _guard: gone.drop_guard(),
        }
    }

    /// Its length, bytes.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Its pieces; an error in place of the next one where its session was ended, or its client took too long.
    pub fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        futures::stream::unfold(Some(self), |state| async move {
            let leaving = state?;
            match leaving.next() {
                Some(piece) if piece.is_empty() => None,
                Some(piece) => Some((Ok(piece), Some(leaving))),
                None => {
                    let text = "its session was ended, or its client took too long";
                    let error = io::Error::new(io::ErrorKind::TimedOut, text);
                    Some((Err(error), None))
                }
            }
        })
    }

    /// The next piece, empty at the end. It is a copy: a piece that waits in a connection must not keep the whole file.
    fn next(&self) -> Option<Bytes> {
        let mut kept = self.kept.lock();
        let rest = &mut kept.as_mut()?.rest;
        let piece = rest.split_to(rest.len().min(STAGE_PIECE_BYTES));
        Some(Bytes::copy_from_slice(&piece))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use door::Turns;
    use event::SessionId;
    use futures::{FutureExt as _, StreamExt as _};
    use tokio::sync::oneshot;
    use tokio_util::task::TaskTracker;
    use uuid::Uuid;

    use super::Leaving;
    use crate::limits::STAGE_PIECE_BYTES;

    #[tokio::test]
    async fn a_file_keeps_its_turn_while_it_leaves_and_no_longer() {
        let (turns, tasks) = (Turns::bounded((1, 1), (9, 9)), TaskTracker::new());
        let session = SessionId::from_uuid(Uuid::from_u128(1));
        let file = Bytes::from(vec![7; 2 * STAGE_PIECE_BYTES + 1]);
        for ended in [false, true] {
            let (end, ends) = oneshot::channel::<()>();
            let over = ends.map(drop).boxed();
            let turn = turns.take(session).await;
            let leaving = Leaving::new(file.clone(), turn, over, &tasks);
            assert_eq!(leaving.bytes(), file.len());
            let mut pieces = leaving.pieces().boxed();
            let first = pieces.next().await.expect("a piece").expect("bytes");
            assert_eq!(first, file[..STAGE_PIECE_BYTES]);
            assert!(turns.take(session).now_or_never().is_none(), "it leaves");
            if ended {
                end.send(()).expect("somebody listens");
                drop(turns.take(session).await);
                assert!(pieces.next().await.expect("word of it").is_err());
                assert!(pieces.next().await.is_none());
                continue;
            }
            let rest: Vec<_> = pieces.by_ref().collect().await;
            let rest: usize = rest.iter().flatten().map(Bytes::len).sum();
            assert_eq!(first.len() + rest, file.len());
            drop((pieces, end));
            drop(turns.take(session).await);
        }
    }
}
