//! What every door answers with.
//!
//! Enters: bytes, or a stream of them. Leaves: HTTP replies. Never here: a protocol's own form.

use std::io;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;

/// A response body: whole, or streamed where a chunk passes through the mask.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;
/// What the gateway answers.
pub type Reply = Response<Body>;

/// A body that is there whole.
pub fn whole(body: Bytes) -> Body {
    Full::new(body)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// A body that comes by and by.
pub(crate) fn streamed(bytes: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
    let frames = bytes.map(|bytes| bytes.map(Frame::data));
    StreamBody::new(frames).boxed_unsync()
}

/// JSON with a status, kept by nobody on the way.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(whole(body.into()));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
