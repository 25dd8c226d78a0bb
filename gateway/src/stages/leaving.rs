//! A file on its way to a client.
//!
//! Enters: a file that may leave, the turn it was carried by. Leaves: its pieces. Never here: a file that stays in memory without a turn,
//! or a turn that its client keeps by reading slowly.

use std::io;

use bytes::Bytes;
use event::SessionId;
use futures::future::{BoxFuture, select};
use futures::{FutureExt as _, Stream};

use crate::limits::{STAGE_FILE_TIMEOUT, STAGE_PIECE_BYTES};
use crate::turns::Turn;

/// A file that its client may have.
pub(crate) struct Leaving {
    file: Bytes,
    /// Ready once somebody ends its session.
    over: BoxFuture<'static, ()>,
}

/// What a file is kept with: every piece of it keeps all of it in memory.
struct Kept {
    file: Bytes,
    _turn: Turn<SessionId>,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.file
    }
}

impl Leaving {
    pub fn new(file: Bytes, turn: Turn<SessionId>, over: BoxFuture<'static, ()>) -> Self {
        Self {
            file: Bytes::from_owner(Kept { file, _turn: turn }),
            over,
        }
    }

    /// Its length, bytes.
    pub const fn bytes(&self) -> usize {
        self.file.len()
    }

    /// Its pieces; an error in place of the next one where its session was ended, or its client took too long.
    pub fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let late = tokio::time::sleep(STAGE_FILE_TIMEOUT).boxed();
        let begun = Some((self.file, select(self.over, late)));
        futures::stream::unfold(begun, |state| async move {
            let (mut rest, mut ended) = state?;
            if rest.is_empty() {
                return None;
            }
            if (&mut ended).now_or_never().is_some() {
                let text = "its session was ended, or its client took too long";
                let error = io::Error::new(io::ErrorKind::TimedOut, text);
                return Some((Err(error), None));
            }
            let piece = rest.split_to(rest.len().min(STAGE_PIECE_BYTES));
            Some((Ok(piece), Some((rest, ended))))
        })
    }
}
