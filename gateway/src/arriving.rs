//! A request's body, which a door may leave unread.
//!
//! Enters: the body as it arrives. Leaves: the same to the door that reads it; what it left, read off before the answer goes. Never here: a
//! refusal that its client cannot hear: HTTP/1 closes a connection whose request was answered unread, and a client that still sends meets a
//! reset instead of the reason (RFC 9112 §9.6).

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;

use crate::limits::{BODY_IDLE, BODY_TIMEOUT, DRAINED_BYTES_MAX};

/// The client went away, or sent nothing for [`BODY_IDLE`].
#[derive(Debug)]
pub(crate) struct Cut;

/// The next piece of a body; none at its end.
pub(crate) async fn next_piece(
    body: &mut (impl Body<Data = Bytes, Error = hyper::Error> + Unpin),
) -> Result<Option<Bytes>, Cut> {
    loop {
        let frame = tokio::time::timeout(BODY_IDLE, body.frame()).await;
        match frame.map_err(|_| Cut)? {
            None => return Ok(None),
            Some(Err(_)) => return Err(Cut),
            // Trailers say nothing here.
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// The body of a request whose rest is told when it is dropped.
pub(crate) struct Arriving {
    body: Option<Incoming>,
    left: Option<oneshot::Sender<Incoming>>,
}

/// Where the rest comes.
pub(crate) struct Left(oneshot::Receiver<Incoming>);

/// A request whose unread body is not lost.
pub(crate) fn arriving(request: Request<Incoming>) -> (Request<Arriving>, Left) {
    let (left, rest) = oneshot::channel();
    let request = request.map(|body| Arriving {
        body: Some(body),
        left: Some(left),
    });
    (request, Left(rest))
}

impl Left {
    /// Reads what the door left, keeping nothing; gives up on who sends too much, too slowly or nothing.
    pub async fn read_off(mut self) {
        let Ok(mut body) = self.0.try_recv() else {
            return;
        };
        let all = async {
            let mut read_bytes = 0usize;
            while let Ok(Some(piece)) = next_piece(&mut body).await {
                read_bytes = read_bytes.saturating_add(piece.len());
                if read_bytes > DRAINED_BYTES_MAX {
                    return;
                }
            }
        };
        // Whoever is too slow hears the refusal or does not.
        let _ = tokio::time::timeout(BODY_TIMEOUT, all).await;
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let (Some(body), Some(left)) = (self.body.take(), self.left.take())
            && !body.is_end_stream()
        {
            // Nobody waits for it once the connection is gone.
            let _ = left.send(body);
        }
    }
}
