//! A socket that gives up on a peer who does not read.
//!
//! Enters: a stream. Leaves: the same, whose writes fail once the peer took too little for too long. Never here: what is written; a
//! limit on a connection that is idle.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::limits::{SLOW_READER_BYTES, SLOW_READER_WINDOW};

/// A stream with patience.
#[derive(Debug)]
pub(super) struct Patient<S> {
    inner: S,
    patience: Duration,
    /// Since a write had to wait, and how much went since then.
    window: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S> Patient<S> {
    pub(super) const fn new(inner: S) -> Self {
        Self::with(inner, SLOW_READER_WINDOW)
    }

    const fn with(inner: S, patience: Duration) -> Self {
        Self {
            inner,
            patience,
            window: None,
        }
    }

    /// Counts what a write came to; a peer that is too slow is an error.
    fn judge(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                let over = self.window.as_mut().is_some_and(|(until, taken)| {
                    *taken += bytes;
                    *taken >= SLOW_READER_BYTES || until.is_elapsed()
                });
                if over {
                    self.window = None;
                }
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => {
                let patience = self.patience;
                let begin = || (Box::pin(tokio::time::sleep(patience)), 0);
                let (until, _) = self.window.get_or_insert_with(begin);
                ready!(until.as_mut().poll(context));
                let text = "the peer reads too slowly";
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        self.judge(context, written)
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

    const PATIENCE: Duration = Duration::from_millis(300);

    /// Writes a lot to a peer that takes `bytes` every `pause`.
    async fn sent_to(bytes: usize, pause: Duration) -> io::Result<()> {
        let (near, mut far) = tokio::io::duplex(1024);
        let mut near = Patient::with(near, PATIENCE);
        let reading = async {
            let mut taken = vec![0; bytes];
            loop {
                tokio::time::sleep(pause).await;
                if far.read_exact(&mut taken).await.is_err() {
                    return;
                }
            }
        };
        let all = vec![7; 1 << 20];
        tokio::select! {
            () = reading => Ok(()),
            sent = near.write_all(&all) => sent,
        }
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_given_up() {
        let slow = sent_to(512, PATIENCE / 10).await;
        assert_eq!(slow.expect_err("too slow").kind(), io::ErrorKind::TimedOut);
        let gone = sent_to(1, Duration::from_secs(3600)).await;
        assert_eq!(gone.expect_err("gone").kind(), io::ErrorKind::TimedOut);
        let fine = sent_to(64 * 1024, Duration::from_millis(1)).await;
        fine.expect("it reads");
    }

    #[tokio::test]
    async fn an_idle_connection_is_left_alone() {
        let (near, mut far) = tokio::io::duplex(1024);
        let mut near = Patient::with(near, PATIENCE / 10);
        let mut taken = vec![0; 2048];
        for _ in 0..3 {
            let (sent, read) = tokio::join!(near.write_all(&[7; 2048]), far.read_exact(&mut taken));
            sent.expect("sent");
            read.expect("read at once");
            tokio::time::sleep(PATIENCE).await;
        }
    }
}
