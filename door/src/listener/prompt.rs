//! A peer that connected must say soon what it speaks.
//!
//! Enters: a stream. Leaves: the same, whose reads fail while it is not known for too long whether the peer speaks HTTP/1 or HTTP/2. Never here:
//! a limit after that: each protocol has its own.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::limits::HEADER_TIMEOUT;

/// How HTTP/2 begins (RFC 9113 §3.4). What begins otherwise is HTTP/1, which has its own time for headers.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A stream that does not wait for ever for its first words.
#[derive(Debug)]
pub(super) struct Prompt<S> {
    inner: S,
    /// Until it is known what the peer speaks: how long that may take, and how much of the preface came.
    unknown: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S> Prompt<S> {
    pub(super) fn new(inner: S) -> Self {
        Self::with(inner, HEADER_TIMEOUT)
    }

    fn with(inner: S, patience: Duration) -> Self {
        Self {
            inner,
            unknown: Some((Box::pin(tokio::time::sleep(patience)), 0)),
        }
    }
}

/// Whether `said`, after `before` bytes of the preface, may still become one.
fn may_be_preface(before: usize, said: &[u8]) -> bool {
    let rest = PREFACE.get(before..).unwrap_or_default();
    !said.is_empty() && said.len() < rest.len() && rest.starts_with(said)
}

impl<S: AsyncRead + Unpin> AsyncRead for Prompt<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.inner).poll_read(context, buffer);
        let Some((until, taken)) = this.unknown.as_mut() else {
            return read;
        };
        if read.is_pending() {
            ready!(until.as_mut().poll(context));
            let text = "the peer does not say what it speaks";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)));
        }
        let said = buffer.filled().get(before..).unwrap_or_default();
        if may_be_preface(*taken, said) {
            *taken += said.len();
        } else {
            this.unknown = None;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prompt<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(100);

    /// What becomes of a peer that says `words` and then nothing: how its reads fail, or none where they wait.
    async fn after(words: &[&[u8]]) -> Option<io::ErrorKind> {
        let (near, mut far) = tokio::io::duplex(1024);
        let mut near = Prompt::with(near, PATIENCE);
        for word in words {
            far.write_all(word).await.unwrap();
            let mut heard = vec![0; word.len()];
            near.read_exact(&mut heard).await.unwrap();
        }
        let mut more = [0; 24];
        let read = tokio::time::timeout(PATIENCE * 5, near.read(&mut more)).await;
        read.ok().map(|read| read.unwrap_err().kind())
    }

    #[tokio::test]
    async fn a_peer_says_what_it_speaks_or_is_cut() {
        let timed_out = Some(io::ErrorKind::TimedOut);
        assert_eq!(after(&[]).await, timed_out);
        assert_eq!(after(&[b"PRI * HT"]).await, timed_out);
        assert_eq!(
            after(&[b"P", b"RI", b" * HTTP/2.0\r\n\r\nSM\r\n\r"]).await,
            timed_out
        );
        for known in [&b"GET"[..], b"PRX", PREFACE] {
            assert_eq!(after(&[known]).await, None);
        }
        assert_eq!(
            after(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r", b"\n"]).await,
            None
        );
    }
}
